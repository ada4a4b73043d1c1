// One message as a bubble: text, media, quote, sender, time and its keys.
import { timeText } from './clock.js';
import { avatar, h, icon, initial } from './dom.js';
import { formatted } from './entities.js';
import { inlineKeyboard } from './keyboard.js';
import { fileUrl } from './wire.js';
import { hasWord } from './words.js';

const DIE = ['⚀', '⚁', '⚂', '⚃', '⚄', '⚅'];
const REELS = ['🍫', '🍇', '🍋', '7️⃣'];

/** A message, or an album when several are given; `follows` means that the same person spoke just before. */
export function bubble(messages, seat, follows) {
  const [first] = messages;
  const captioned = messages.find(message => message.text) ?? first;
  const last = messages.at(-1);
  const out = first.out_for.includes(seat.person.id);
  const inGroup = seat.chat.kind === 'group' && !out;
  const sender = inGroup && first.from && !first.from.bot ? first.from : null;
  const hasMedia = Boolean(first.photo || first.video);
  const hasKeys = Boolean(last.keyboard?.length);
  const classes = [
    'msg',
    out && 'out',
    hasKeys && 'has-kb',
    (hasMedia || isWide(last.keyboard)) && 'wide',
    follows && 'next',
    sender && 'has-av',
  ];
  const inner = [inGroup && !follows ? who(first, seat) : null, quote(first, seat)];
  const words = text(captioned, seat);
  const time = meta(messages.length > 1 ? last : first, out, seat);
  return h(
    'article',
    { class: classes.filter(Boolean).join(' '), 'data-id': first.id },
    sender ? senderAvatar(sender, seat, follows) : null,
    hasMedia
      ? withMedia(messages, inner, words, time, seat)
      : h('div', { class: 'bub' }, inner, body(first, seat), words, time),
    hasKeys ? inlineKeyboard(last, seat) : null,
  );
}

const isWide = keyboard => Boolean(keyboard) && (keyboard.length > 1 || keyboard.some(row => row.length > 2));

function withMedia(messages, inner, words, time, seat) {
  const head = inner.some(Boolean) ? h('div', { class: 'cap cap-top' }, inner) : null;
  const media =
    messages.length > 1
      ? h(
          'div',
          { class: `album album-${Math.min(messages.length, 10)}` },
          messages.map(message => picture(message, seat)),
        )
      : picture(messages[0], seat);
  if (!words) time.classList.add('over');
  return h('div', { class: 'bub pic' }, head, media, words ? h('div', { class: 'cap' }, words, time) : time);
}

function picture(message, seat) {
  if (message.video)
    return h('video', {
      class: 'clip',
      src: fileUrl(message.video.file_id),
      controls: true,
      playsinline: true,
      preload: 'metadata',
      'aria-label': seat.say('message-video'),
    });
  const { file_id, w, h: height } = message.photo;
  const image = h('img', {
    src: fileUrl(file_id),
    alt: seat.say('message-photo'),
    width: w,
    height,
    decoding: 'async',
  });
  return h(
    'button',
    {
      type: 'button',
      class: 'photo',
      title: seat.say('message-photo-open'),
      onclick: () => seat.app.enlarge(fileUrl(file_id), message.text ?? seat.say('message-photo')),
    },
    image,
  );
}

function text(message, seat) {
  if (message.html) return formatted(message.html, seat);
  return message.text ? document.createTextNode(message.text) : null;
}

function body(message, seat) {
  if (message.dice) return dice(message);
  if (message.contact) return contact(message.contact, seat);
  if (message.document) return file(message.document, seat);
  if (message.location) return place(message.location, seat);
  return null;
}

function dice(message) {
  const { emoji, value } = message.dice;
  const face = emoji === '🎲' ? DIE[value - 1] : emoji === '🎰' ? reels(value) : String(value);
  return h(
    'div',
    { class: message.fresh ? 'dice roll' : 'dice' },
    h('span', { class: 'dice-e', 'aria-hidden': 'true' }, emoji),
    h('span', { class: 'dice-v', 'aria-label': String(value) }, face ?? String(value)),
  );
}

// The Bot API packs three reels of four signs into 1–64, the left one in the lowest bits.
function reels(value) {
  const bits = value - 1;
  return [bits & 3, (bits >> 2) & 3, (bits >> 4) & 3].map(sign => REELS[sign]).join('');
}

function contact({ name, phone }, seat) {
  return h(
    'div',
    { class: 'cbtn' },
    h('span', { class: 'av av-b', 'aria-hidden': 'true' }, initial(name)),
    h(
      'span',
      {},
      h('b', {}, name),
      h('br'),
      h('a', { class: 'num', href: `tel:${phone}`, 'aria-label': `${seat.say('message-contact')} ${phone}` }, phone),
    ),
  );
}

function file({ file_id, name, size }, seat) {
  return h(
    'a',
    { class: 'doc', href: fileUrl(file_id), download: name, 'aria-label': seat.say('message-file', { name }) },
    h('span', { class: 'doc-i' }, icon('file')),
    h('span', { class: 'grow' }, h('b', { class: 'clamp' }, name), h('small', {}, sizeText(size))),
  );
}

export function sizeText(bytes) {
  if (!bytes) return '';
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function place(location, seat) {
  const point = [location.latitude, location.longitude].map(degrees => Number(degrees).toFixed(5)).join(', ');
  return h(
    'div',
    { class: 'doc' },
    h('span', { class: 'doc-i' }, icon('place')),
    h(
      'span',
      { class: 'grow' },
      h('b', {}, location.title ?? seat.say('message-location')),
      h('small', { class: 'num' }, location.address ?? point),
    ),
  );
}

function who(message, seat) {
  const { from } = message;
  if (!from) return null;
  const name = from.bot ? seat.botName() : from.name;
  const role = from.bot ? seat.say('seat-bot') : null;
  return h('span', { class: 'who' }, role ? h('em', {}, role) : null, name);
}

function senderAvatar(from, seat, follows) {
  if (follows) return null;
  const person = seat.app.store.people.get(from.id) ?? { first_name: from.name };
  return avatar(person, 'av-s');
}

function quote(message, seat) {
  const via = message.forwarded
    ? h('span', { class: 'via' }, seat.say('message-forwarded'))
    : message.via_bot
      ? h('span', { class: 'via' }, seat.say('message-via', { name: seat.app.store.bot.username }))
      : null;
  if (!message.reply_to) return via;
  const target = seat.app.store.message(message.chat, message.reply_to);
  const words = target ? summary(target, seat) : '…';
  return [
    via,
    h(
      'button',
      { type: 'button', class: 'quote', onclick: () => seat.log.show(message.reply_to) },
      h('b', { class: 'ell' }, target?.from?.bot ? seat.botName() : (target?.from?.name ?? '')),
      h('span', { class: 'ell' }, words),
    ),
  ];
}

/** What happened in the chat, in words; `service` is a code or already a phrase. */
export function serviceText({ service, text: facts }, seat) {
  return hasWord(`service-${service}`) ? seat.say(`service-${service}`, { text: facts ?? '' }) : service;
}

/** A message in a few words, for quotes and the pinned line. */
export function summary(message, seat) {
  const kind = message.photo
    ? 'message-photo'
    : message.video
      ? 'message-video'
      : message.contact
        ? 'message-contact'
        : message.location
          ? 'message-location'
          : null;
  const line = (message.service ? serviceText(message, seat) : (message.text ?? '')).trim().split('\n')[0];
  return line || message.document?.name || message.dice?.emoji || (kind ? seat.say(kind) : '…');
}

function meta(message, out, seat) {
  const { say, language } = seat;
  const time = timeText(message.edited_at ?? message.at, language);
  const reply = h(
    'button',
    {
      type: 'button',
      class: 'rep',
      'aria-label': say('message-reply'),
      title: say('message-reply'),
      onclick: () => seat.composer.replyTo(message),
    },
    icon('reply'),
  );
  return h(
    'span',
    { class: 'meta' },
    reply,
    message.edited_at ? say('message-edited') : null,
    h('time', { datetime: new Date(message.at).toISOString() }, time),
    out ? icon('ticks', say('message-read')) : null,
  );
}
