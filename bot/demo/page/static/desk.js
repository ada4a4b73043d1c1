// The page around the seats: switcher on phones, which seats are shown, new people.
import { confirmDialog, peopleDialog } from './dialogs.js';
import { avatar, h, icon } from './dom.js';
import { Seat } from './seat.js';
import { seatKey } from './store.js';
import { Top } from './top.js';

export class Desk {
  seats = new Map(); // key -> Seat, in the order on the page
  #chosen = null;
  #tabs = new Map();

  constructor(app) {
    this.app = app;
    this.top = new Top(app, { addPeople: () => this.#openPeople(), reset: () => this.#reset() });
    this.switcher = h('nav', {
      class: 'switch',
      role: 'tablist',
      'aria-label': app.say('page-people'),
      onkeydown: event => this.#arrow(event),
    });
    this.main = h('main', { class: 'desk', id: 'desk', tabindex: '-1', 'aria-busy': 'true' });
    document.body.append(this.top.element, this.switcher, this.main);
  }

  /** Shows exactly the given seats ({person, chat}); what was being written in them stays. */
  fill(places) {
    const { store } = this.app;
    const drafts = new Map([...this.seats].map(([key, seat]) => [key, seat.composer.field.value]));
    this.top.showBrand();
    this.main.replaceChildren();
    this.seats.clear();
    for (const { person, chat } of places)
      if (store.people.has(person) && store.chats.has(chat)) this.#place(new Seat(this.app, person, chat));
    for (const [key, draft] of drafts) if (draft) this.seats.get(key)?.composer.setText(draft);
    this.main.removeAttribute('aria-busy');
    this.#arrange();
  }

  show(person, chat) {
    const key = seatKey(person, chat);
    if (!this.seats.has(key)) this.#place(new Seat(this.app, person, chat));
    this.#arrange();
    this.choose(key);
    const seat = this.seats.get(key);
    seat.element.scrollIntoView({ inline: 'end', block: 'nearest' });
    return seat;
  }

  hide(key) {
    const seat = this.seats.get(key);
    seat.element.remove();
    this.seats.delete(key);
    this.#arrange();
    (this.main.querySelector('.seat') ?? this.main).querySelector('.ib')?.focus({ preventScroll: true });
  }

  /** Draws a person's seats anew in the language to which the person changed. */
  renew(personId) {
    for (const [key, old] of this.seats) {
      if (old.personId !== personId) continue;
      const seat = new Seat(this.app, old.personId, old.chatId);
      seat.element.toggleAttribute('data-on', key === this.#chosen);
      old.element.replaceWith(seat.element);
      this.seats.set(key, seat);
      seat.log.appeared();
      seat.toast(seat.say('seat-language-changed'));
    }
    this.#arrange();
  }

  seatsOf({ person = null, chat = null }) {
    return [...this.seats.values()].filter(
      seat => (person === null || seat.personId === person) && (chat === null || seat.chatId === chat),
    );
  }

  /** The one seat that a phone shows. */
  choose(key) {
    this.#chosen = key;
    for (const [own, seat] of this.seats) seat.element.toggleAttribute('data-on', own === key);
    for (const [own, tab] of this.#tabs) {
      tab.setAttribute('aria-selected', String(own === key));
      tab.tabIndex = own === key ? 0 : -1;
    }
    this.seats.get(key)?.log.appeared();
  }

  showUnread(seat) {
    const face = this.#tabs.get(seat.key)?.querySelector('.av');
    face?.querySelector('.count')?.remove();
    if (seat.unread) face?.append(h('span', { class: 'count' }, String(seat.unread)));
  }

  #place(seat) {
    this.seats.set(seat.key, seat);
    this.main.append(seat.element);
  }

  #arrange() {
    const { say } = this.app;
    this.main.querySelector('.desk-empty')?.remove();
    if (!this.seats.size)
      this.main.append(
        h(
          'div',
          { class: 'desk-empty' },
          h('p', {}, say('page-empty')),
          h(
            'button',
            { type: 'button', class: 'btn', onclick: () => this.#openPeople() },
            icon('add'),
            say('people-add'),
          ),
        ),
      );
    this.#tabs = new Map(
      [...this.seats].map(([key, seat]) => [
        key,
        h(
          'button',
          { type: 'button', role: 'tab', 'aria-controls': seat.element.id, onclick: () => this.choose(key) },
          avatar(seat.person, 'av-s av-lg'),
          h('span', { class: 'ell' }, seat.label()),
        ),
      ]),
    );
    this.switcher.replaceChildren(...this.#tabs.values());
    this.choose(this.seats.has(this.#chosen) ? this.#chosen : (this.seats.keys().next().value ?? null));
    for (const seat of this.seats.values()) this.showUnread(seat);
  }

  #arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const keys = [...this.#tabs.keys()];
    const next = keys[(keys.indexOf(this.#chosen) + step + keys.length) % keys.length];
    this.choose(next);
    this.#tabs.get(next).focus();
  }

  async #reset() {
    const { say } = this.app;
    if (await confirmDialog({ title: say('reset-title'), text: say('reset-text'), yes: say('reset-yes'), say }))
      this.app.reset();
  }

  #openPeople() {
    const { store, say, wire, language } = this.app;
    const hidden = store.places().filter(place => !this.seats.has(seatKey(place.person, place.chat)));
    const places = hidden.map(place => {
      const chat = store.chats.get(place.chat);
      const person = store.people.get(place.person);
      return { ...place, person, about: chat.kind === 'group' ? chat.title : (person.about?.[language] ?? '') };
    });
    peopleDialog({
      places,
      say,
      language,
      show: place => this.show(place.person.id, place.chat),
      add: (first_name, chosen) => wire.send({ do: 'add_person', first_name, language: chosen }),
    });
  }
}
