// The running talk of one seat: keeps its rows in step with the store, the scroll where the reader is, and the unread.
import { dayKey, dayText } from './clock.js';
import { h, icon } from './dom.js';
import { tick } from './entities.js';
import { bubble, serviceText } from './message.js';

const NEAR_END = 80; // pixels
const SAME_BREATH = 5 * 60 * 1000; // milliseconds between two messages that stand together

export class Log extends EventTarget {
  unread = 0;
  #seat;
  #rows = new Map(); // key -> {element, signature}
  #unreadFrom = null;
  #queued = false;
  #typing = null;
  #stuck = true;
  #height = 0;

  constructor(seat) {
    super();
    this.#seat = seat;
    this.element = h('div', {
      class: 'log',
      tabindex: '0',
      role: 'log',
      'aria-label': seat.say('seat-log', { name: seat.title() }),
    });
    this.jump = h(
      'button',
      { type: 'button', class: 'jump', hidden: true, 'aria-label': seat.say('seat-jump'), onclick: () => this.toEnd() },
      icon('jump'),
    );
    this.element.addEventListener('scroll', () => this.#look());
    // the reply keyboard and the lists over the composer take height away: the end stays in view
    new ResizeObserver(() => {
      if (this.#stuck) this.#scrollToEnd();
      this.#height = this.element.clientHeight;
      this.#look();
    }).observe(this.element);
  }

  /** Redraws soon; many changes in one breath cost one pass. */
  refresh() {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#draw();
    });
  }

  /** A message came in: counts it as unread unless it is being looked at. */
  arrived(message) {
    const own = message.out_for.includes(this.#seat.person.id);
    if (own) {
      this.#stuck = true;
      this.#unreadFrom = null;
      this.#setUnread(0);
    } else if (!this.#seat.isVisible() || !this.#stuck) {
      if (this.unread === 0) this.#unreadFrom = message.id;
      this.#setUnread(this.unread + 1);
    } else this.#unreadFrom = null;
    this.refresh();
  }

  /** The seat came into view (the phone's switcher). */
  appeared() {
    this.#height = this.element.clientHeight;
    this.#scrollToEnd();
    this.#look();
  }

  forget() {
    this.#rows.clear();
    this.#unreadFrom = null;
    this.#stuck = true;
    this.#setUnread(0);
    this.element.replaceChildren();
    this.refresh();
  }

  /** Puts the ring on the keys that wait for an answer, and takes it from the others. */
  markBusy() {
    const { app, personId, chatId } = this.#seat;
    for (const key of this.element.querySelectorAll('button.k')) {
      if (app.taps.isBusy(personId, chatId, Number(key.closest('.kb').dataset.message), key.dataset.i))
        key.setAttribute('aria-busy', 'true');
      else key.removeAttribute('aria-busy');
    }
  }

  setTyping(label) {
    this.#typing?.remove();
    this.#typing = label
      ? h('div', { class: 'typing', role: 'img', 'aria-label': label }, h('i'), h('i'), h('i'))
      : null;
    if (this.#typing) {
      this.element.append(this.#typing);
      if (this.#stuck) this.#scrollToEnd();
    }
  }

  /** Scrolls to a message and lights it up for a moment. */
  show(id) {
    const row = this.element.querySelector(`[data-id="${id}"]`);
    if (!row) return;
    row.scrollIntoView({ block: 'center' });
    row.classList.remove('lit');
    requestAnimationFrame(() => row.classList.add('lit'));
  }

  toEnd() {
    this.#scrollToEnd();
    this.#look();
    this.element.focus({ preventScroll: true });
  }

  #scrollToEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    if (clientHeight !== this.#height) return; // a resize is under way, its observer comes next
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR_END;
    this.jump.hidden = this.#stuck;
    if (this.#stuck && this.#seat.isVisible() && this.unread) this.#setUnread(0);
  }

  #setUnread(count) {
    this.unread = count;
    this.jump.querySelector('.count')?.remove();
    if (count) this.jump.append(h('span', { class: 'count', 'aria-hidden': 'true' }, String(count)));
    this.jump.setAttribute(
      'aria-label',
      count ? this.#seat.say('seat-jump-unread', { count }) : this.#seat.say('seat-jump'),
    );
    this.dispatchEvent(new Event('unread'));
  }

  #draw() {
    const wanted = this.#wantedRows();
    const kept = new Set(wanted.map(row => row.key));
    for (const [key, row] of this.#rows)
      if (!kept.has(key)) {
        row.element.remove();
        this.#rows.delete(key);
      }
    let place = this.element.firstChild;
    for (const { key, signature, make } of wanted) {
      const held = this.#rows.get(key);
      const row = held?.signature === signature ? held : { element: make(), signature };
      if (row !== held) this.#replace(held, row, key);
      if (place === held?.element) place = row.element;
      if (row.element !== place) this.element.insertBefore(row.element, place);
      place = row.element.nextSibling;
    }
    tick(this.element, this.#seat);
    this.markBusy();
    if (this.#stuck) this.#scrollToEnd();
  }

  // An edited message must not flash in again nor lose the keyboard focus of whoever is going through its keys.
  #replace(held, row, key) {
    this.#rows.set(key, row);
    if (!held) return;
    const focused = held.element.contains(document.activeElement) ? document.activeElement.dataset.i : null;
    row.element.classList.add('still');
    held.element.replaceWith(row.element);
    if (focused) row.element.querySelector(`[data-i="${focused}"]`)?.focus({ preventScroll: true });
  }

  #wantedRows() {
    const rows = [];
    const seat = this.#seat;
    let day = null;
    let before = null;
    for (const group of albums(seat.messages())) {
      const [first] = group;
      if (day !== dayKey(first.at)) {
        day = dayKey(first.at);
        before = null;
        rows.push({
          key: `day ${day}`,
          signature: seat.language,
          make: () => h('div', { class: 'day' }, dayText(first.at, seat.language)),
        });
      }
      if (first.id === this.#unreadFrom) {
        before = null;
        rows.push({
          key: 'unread',
          signature: `${first.id} ${seat.language}`,
          make: () => h('div', { class: 'unread' }, seat.say('seat-unread')),
        });
      }
      rows.push(first.service ? serviceRow(first, seat) : this.#messageRow(group, follows(before, first)));
      before = first.service ? null : first;
    }
    return rows;
  }

  #messageRow(group, together) {
    const seat = this.#seat;
    const signature = [...group.map(message => message.rev), together, seat.language].join(' ');
    return { key: `m ${group[0].id}`, signature, make: () => bubble(group, seat, together) };
  }
}

function serviceRow(message, seat) {
  return {
    key: `s ${message.id}`,
    signature: `${message.rev} ${seat.language}`,
    make: () => h('div', { class: 'svc', 'data-id': message.id }, serviceText(message, seat)),
  };
}

function follows(before, message) {
  return (
    Boolean(before) && !before.keyboard && before.from?.id === message.from?.id && message.at - before.at < SAME_BREATH
  );
}

function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const open = groups.at(-1);
    if (message.media_group && open?.[0].media_group === message.media_group) open.push(message);
    else groups.push([message]);
  }
  return groups;
}
