// The topics of a forum group: a strip for quick change, and a list with the last line, the time and the unread.
import { timeText } from './clock.js';
import { h, iconButton } from './dom.js';
import { summary } from './message.js';

const SIGN = /^\p{Extended_Pictographic}\uFE0F?/u;

export class Topics {
  #seat;
  #unread = new Map(); // topic id (null: the general one) -> messages not seen

  constructor(seat) {
    this.#seat = seat;
    this.strip = h('div', { class: 'topics', role: 'tablist', 'aria-label': seat.say('topic-list') });
    this.list = h('div', { class: 'tlist', hidden: true });
    this.button = iconButton('lines', seat.say('topic-list'), () => this.#toggle(), { 'aria-expanded': 'false' });
    this.list.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        this.#toggle();
        this.button.focus();
      }
    });
  }

  get unread() {
    return [...this.#unread.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The topic in which something was said last. */
  newest() {
    return this.#all().toSorted((a, b) => (b.last?.id ?? 0) - (a.last?.id ?? 0))[0]?.id ?? null;
  }

  name(id) {
    return this.#all().find(topic => topic.id === id)?.name ?? '';
  }

  arrived(message) {
    this.#unread.set(message.thread ?? null, (this.#unread.get(message.thread ?? null) ?? 0) + 1);
    this.draw();
  }

  opened(id) {
    this.#unread.delete(id);
    this.draw();
  }

  draw() {
    const topics = this.#all();
    this.strip.replaceChildren(
      ...topics.map(topic =>
        h(
          'button',
          {
            type: 'button',
            role: 'tab',
            'aria-selected': String(topic.id === this.#seat.thread),
            onclick: () => this.#seat.openTopic(topic.id),
          },
          h('span', {}, topic.name),
          this.#count(topic.id),
        ),
      ),
    );
    this.strip.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (!this.list.hidden) this.#drawList(topics);
  }

  #toggle() {
    this.list.hidden = !this.list.hidden;
    this.button.setAttribute('aria-expanded', String(!this.list.hidden));
    if (this.list.hidden) return;
    this.#drawList(this.#all());
    this.list.querySelector('button')?.focus();
  }

  #drawList(topics) {
    const seat = this.#seat;
    const newestFirst = topics.toSorted((a, b) => (b.last?.id ?? 0) - (a.last?.id ?? 0));
    this.list.replaceChildren(
      h(
        'ul',
        {},
        newestFirst.map(({ id, name, last }) => {
          const sign = SIGN.exec(name)?.[0];
          const open = () => {
            this.#toggle();
            seat.openTopic(id);
          };
          return h(
            'li',
            {},
            h(
              'button',
              { type: 'button', onclick: open },
              h('span', { class: 'ic', 'aria-hidden': 'true' }, sign ?? '#'),
              h('span', { class: 'nm ell' }, sign ? name.slice(sign.length).trim() : name),
              h('span', { class: 'tm' }, last ? timeText(last.at, seat.language) : ''),
              h('span', { class: 'ls ell' }, last ? summary(last, seat) : ''),
              this.#count(id) ?? h('span'),
            ),
          );
        }),
      ),
    );
  }

  #count(id) {
    const count = this.#unread.get(id);
    return count ? h('span', { class: 'count' }, String(count)) : null;
  }

  #all() {
    const topics = new Map([[null, { id: null, name: this.#seat.say('topic-general'), last: null }]]);
    for (const message of this.#seat.app.store.messages(this.#seat.chat.id)) {
      const id = message.thread ?? null;
      const topic = topics.get(id) ?? { id, name: '', last: null };
      topics.set(id, { ...topic, name: id === null ? topic.name : (message.thread_name ?? topic.name), last: message });
    }
    return [...topics.values()].filter(topic => topic.id !== null || topic.last || topics.size === 1);
  }
}
