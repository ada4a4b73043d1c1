// Keys under a message: how they look and what a tap on each kind does.
import { h, icon } from './dom.js';
import { safeHref } from './links.js';

const STYLES = { primary: 'k-p', danger: 'k-d', success: 'k-s' };
const ARROWS = new Set(['‹', '›', '−', '＋', '+', '-', '◀', '▶', '◀️', '▶️', '⬅️', '➡️']);

export function inlineKeyboard(message, seat) {
  return h(
    'div',
    { class: 'kb', role: 'group', 'data-message': message.id },
    message.keyboard.map(row =>
      h(
        'div',
        { class: 'kr' },
        row.map((key, at) => inlineKey(key, row, at, message, seat)),
      ),
    ),
  );
}

function inlineKey(key, row, at, message, seat) {
  const { person, chat } = seat;
  const props = {
    class: `k ${STYLES[key.style] ?? ''} ${shape(row, at)}`.replace(/ +/g, ' ').trim(),
    title: key.text,
    'data-i': key.i,
    'aria-disabled': key.disabled ? 'true' : null,
  };
  const label = h('span', {}, key.text);
  if (key.kind === 'url' || key.kind === 'web_app') {
    const follow = event => seat.follow(key.url, event);
    return h(
      'a',
      { ...props, href: safeHref(key.url), target: '_blank', rel: 'noopener noreferrer', onclick: follow },
      label,
      icon('link', null, 'ext'),
    );
  }
  if (key.disabled) return h('button', { ...props, type: 'button' }, label);
  const act =
    {
      copy: () => seat.copy(key.copy),
      pay: () => seat.send({ do: 'invoice', message: message.id }),
      switch_inline: () => seat.composer.startInline(key.query),
    }[key.kind] ?? (() => seat.app.taps.tap(person.id, chat.id, message.id, key.i));
  const mark = { copy: 'copy', switch_inline: 'reply' }[key.kind];
  return h('button', { ...props, type: 'button', onclick: act }, label, mark ? icon(mark, null, 'ext') : null);
}

// A row "‹ 1/5 ›" or "− 2 ＋" reads as one control: big arrows and a flat number between them.
function shape(row, at) {
  const isStepper = row.length === 3 && ARROWS.has(row[0].text.trim()) && ARROWS.has(row[2].text.trim());
  if (!isStepper) return '';
  return at === 1 ? 'k-n' : 'k-arrow';
}

/** The keyboard under the composer; each kind of button sends what it stands for. */
export function replyKeyboard(keyboard, seat) {
  const acts = { contact: 'share_contact', location: 'share_location' };
  return keyboard.map(row =>
    h(
      'div',
      { class: 'kr' },
      row.map(button => {
        const act = acts[button.kind];
        const onclick = () => seat.send(act ? { do: act } : { do: 'reply_button', text: button.text });
        const mark = { contact: 'person', location: 'place' }[button.kind];
        return h('button', { type: 'button', onclick }, mark ? icon(mark) : null, h('span', {}, button.text));
      }),
    ),
  );
}
