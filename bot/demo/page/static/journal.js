// The event log: what the bot asked of the Bot API, what it was told, and the web calls of the sandbox.
import { secondText } from './clock.js';
import { copyText, h, icon, iconButton } from './dom.js';

const SLOW = 100; // milliseconds
const SHOWN = 200; // rows drawn at most; the copy has all that the page holds
const SIGNS = { out: ['up', 'up'], in: ['down', 'down'], web: ['hook', 'mute'] };
const FILTERS = {
  all: () => true,
  out: entry => entry.dir === 'out',
  in: entry => entry.dir === 'in',
  web: entry => entry.dir === 'web',
  bad: entry => isBad(entry),
};

const isBad = entry => entry.status >= 400;

export class Journal {
  #app;
  #filter = 'all';
  #opener = null;

  constructor(app) {
    this.#app = app;
    const { say } = app;
    this.calls = h('div', { class: 'calls', tabindex: '0' });
    this.chips = Object.keys(FILTERS).map(name =>
      h('button', { type: 'button', class: 'fchip', 'data-filter': name, onclick: () => this.#choose(name) }),
    );
    this.copyButton = iconButton('copy', say('journal-copy'), () => this.#copy());
    this.closeButton = iconButton('close', say('dialog-close'), () => this.toggle());
    this.status = h('span', { class: 'small mute', role: 'status' });
    this.element = h(
      'aside',
      { class: 'drawer', id: 'journal', role: 'dialog', 'aria-label': say('journal-open'), hidden: true },
      h(
        'div',
        { class: 'drawer-h' },
        h('h2', { class: 'grow' }, say('journal-open')),
        this.status,
        this.copyButton,
        this.closeButton,
      ),
      h('div', { class: 'drawer-f' }, this.chips),
      this.calls,
    );
    document.body.append(this.element);
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !this.element.hidden && !document.querySelector('dialog[open]')) this.toggle();
    });
  }

  toggle(opener = null) {
    const opened = this.element.hidden;
    this.element.hidden = !opened;
    for (const button of document.querySelectorAll('[data-journal]'))
      button.setAttribute('aria-expanded', String(opened));
    if (opened) {
      this.#opener = opener;
      this.draw();
      this.closeButton.focus();
    } else {
      this.#opener?.focus();
    }
  }

  draw() {
    this.#app.desk.top.showCount(this.#app.store.entries.length);
    if (this.element.hidden) return;
    const rows = this.#fitting()
      .slice(0, SHOWN)
      .map(entry => this.#row(entry));
    this.calls.replaceChildren(
      ...(rows.length ? rows : [h('p', { class: 'calls-empty' }, this.#app.say('journal-empty'))]),
    );
    this.#showChips();
  }

  added(entry) {
    this.#app.desk.top.showCount(this.#app.store.entries.length);
    if (this.element.hidden) return;
    this.#showChips();
    if (!FILTERS[this.#filter](entry)) return;
    this.calls.querySelector('.calls-empty')?.remove();
    this.calls.prepend(this.#row(entry));
    if (this.calls.childElementCount > SHOWN) this.calls.lastElementChild.remove();
  }

  #fitting() {
    return this.#app.store.entries.filter(FILTERS[this.#filter]).reverse();
  }

  #choose(name) {
    this.#filter = name;
    this.draw();
  }

  #showChips() {
    const { say, store } = this.#app;
    const counts = { all: store.entries.length, bad: store.entries.filter(isBad).length };
    for (const chip of this.chips) {
      const { filter } = chip.dataset;
      const sign = SIGNS[filter] ? icon(SIGNS[filter][0]) : null;
      chip.setAttribute('aria-pressed', String(filter === this.#filter));
      chip.replaceChildren(
        ...[sign, `${say(`journal-${filter}`)}${filter in counts ? ` ${counts[filter]}` : ''}`].filter(Boolean),
      );
    }
  }

  #row(entry) {
    const { language, store } = this.#app;
    const [name, tint] = SIGNS[entry.dir];
    const weight = isBad(entry) ? 'bad' : entry.ms >= SLOW || entry.notes?.length ? 'slow' : '';
    const about = entry.chat === null || entry.chat === undefined ? '' : store.chatName(entry.chat);
    const row = h(
      'details',
      {},
      h(
        'summary',
        {},
        h('span', { class: 'mute' }, secondText(entry.at, language)),
        icon(name, this.#app.say(`journal-${entry.dir}`), tint),
        h('span', { class: 'ell' }, h('span', { class: 'me' }, entry.what), ' ', h('span', { class: 'to' }, about)),
        h('span', { class: `http ${weight}`.trim() }, String(entry.status)),
        h('span', { class: 'mute' }, `${entry.ms} ms`),
      ),
    );
    row.addEventListener('toggle', () => {
      if (row.open && row.childElementCount === 1) row.append(h('pre', { tabindex: '0' }, jsonText(entry)));
    });
    return row;
  }

  async #copy() {
    const { language, say, store } = this.#app;
    const text = this.#fitting()
      .reverse()
      .map(
        entry =>
          `${secondText(entry.at, language)} ${entry.dir} ${entry.what} ${entry.chat ?? ''} ${entry.status} ${entry.ms} ms\n${jsonText(entry)}`,
      )
      .join('\n\n');
    const done = store.entries.length > 0 && (await copyText(text));
    this.status.textContent = done ? say('journal-copied') : '';
    setTimeout(() => {
      this.status.textContent = '';
    }, 1600);
  }
}

function jsonText({ body, reply, notes }) {
  const parts = [body, reply]
    .filter(part => part !== null && part !== undefined)
    .map(part => JSON.stringify(part, null, 1));
  return [...(notes ?? []).map(note => `! ${note}`), parts.join('\n→ ')].join('\n');
}
