// Dialogs over the whole page: a question, one line to fill in, new people, a large picture.
import { avatar, h, icon, iconButton } from './dom.js';

function open(name, label, ...children) {
  const dialog = h('dialog', { class: `dlg dlg-${name}`, 'aria-label': label }, ...children);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', event => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function head(title, say) {
  return h(
    'div',
    { class: 'dlg-h' },
    h('h2', { class: 'grow' }, title),
    iconButton('close', say('dialog-close'), event => event.target.closest('dialog').close()),
  );
}

/** Asks before something that cannot be taken back; resolves to whether it was wanted. */
export function confirmDialog({ title, text, yes, say, style: chosen = 'btn-d' }) {
  return new Promise(resolve => {
    const button = (label, style, autofocus) =>
      h(
        'button',
        {
          type: 'button',
          class: `btn ${style}`,
          autofocus,
          onclick: () => {
            dialog.returnValue = style;
            dialog.close();
          },
        },
        label,
      );
    const dialog = open(
      'ask',
      title,
      h('h2', {}, title),
      h('p', {}, text),
      h('div', { class: 'dlg-a' }, button(say('dialog-cancel'), 'btn-q', true), button(yes, chosen, false)),
    );
    dialog.addEventListener('close', () => resolve(dialog.returnValue === chosen));
  });
}

/** One line of text; `done` gets it trimmed. */
export function lineDialog({ title, label, yes, say, done }) {
  const field = h('input', { class: 'in', name: 'line', autocomplete: 'off', required: true, autofocus: true });
  const dialog = open(
    'line',
    title,
    head(title, say),
    h(
      'form',
      {
        class: 'stack',
        onsubmit: event => {
          event.preventDefault();
          dialog.close();
          done(field.value.trim());
        },
      },
      h('label', { class: 'field' }, label, field),
      h('button', { class: 'btn btn-p btn-block' }, yes),
    ),
  );
}

/** Hidden windows to bring back, and a form for a new customer. */
export function peopleDialog({ places, say, language: own, show, add }) {
  const rows = places.map(place =>
    h(
      'button',
      {
        type: 'button',
        class: 'who-row',
        onclick: () => {
          dialog.close();
          show(place);
        },
      },
      avatar(place.person),
      h(
        'span',
        { class: 'grow' },
        h('b', { class: 'ell' }, place.person.first_name),
        h('small', { class: 'ell' }, place.about),
      ),
      icon('add'),
    ),
  );
  const name = h('input', { class: 'in', name: 'first_name', maxlength: '64', autocomplete: 'off', required: true });
  const language = code =>
    h(
      'label',
      { class: 'pick' },
      h('input', { type: 'radio', name: 'language', value: code, checked: code === own }),
      h('span', {}, say(`people-language-${code}`)),
    );
  const form = h(
    'form',
    {
      class: 'stack',
      onsubmit: event => {
        event.preventDefault();
        const picked = new FormData(form);
        dialog.close();
        add(name.value.trim(), picked.get('language'));
      },
    },
    h('h3', {}, say('people-new')),
    h('label', { class: 'field' }, say('people-name'), name),
    h(
      'fieldset',
      { class: 'picks' },
      h('legend', { class: 'sr' }, say('people-language')),
      language('zh'),
      language('en'),
    ),
    h('button', { class: 'btn btn-p btn-block' }, say('people-create')),
  );
  const dialog = open(
    'people',
    say('people-add'),
    head(say('people-add'), say),
    rows.length ? h('div', { class: 'who-rows' }, h('h3', {}, say('people-hidden')), rows) : null,
    form,
  );
}

export function pictureDialog({ url, alt, say }) {
  open(
    'picture',
    say('message-photo'),
    iconButton('close', say('dialog-close'), event => event.target.closest('dialog').close(), { autofocus: true }),
    h('img', { src: url, alt }),
  );
}
