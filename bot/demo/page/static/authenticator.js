// The authenticator of a person who works in the shop: the code of this half minute, as an app on their phone shows it.
import { h } from './dom.js';

const ASK_AGAIN = 3000; // milliseconds between two questions that have no answer yet

export class Authenticator {
  #seat;
  #code = null;
  #until = 0;
  #askAt = 0;

  constructor(seat) {
    this.#seat = seat;
    this.digits = h('b', {});
    this.left = h('small', {});
    this.element = h(
      'button',
      { type: 'button', class: 'otp', hidden: true, title: seat.say('code-use'), onclick: () => this.#use() },
      h('span', { class: 'sr' }, seat.say('code-use')),
      this.digits,
      this.left,
    );
  }

  tick() {
    const now = performance.now();
    if (!this.#isStaff() || now >= this.#until) this.#code = null;
    if (this.#code === null) this.#ask(now);
    this.element.hidden = this.#code === null;
    this.digits.textContent = this.#code ? `${this.#code.slice(0, 3)} ${this.#code.slice(3)}` : '';
    this.left.textContent = this.#seat.say('code-left', { left: Math.ceil((this.#until - now) / 1000) });
  }

  /** The shop's clock was moved, or the person has another authenticator: the code shown is worth nothing. */
  forget() {
    this.#until = 0;
    this.#askAt = 0;
    this.tick();
  }

  taken({ code, left }) {
    this.#code = code;
    this.#until = code ? performance.now() + left : 0;
    if (code) this.tick();
  }

  /** Whoever works in the shop is offered the command that takes a code. */
  #isStaff() {
    return this.#seat.app.store.commands(this.#seat.personId).some(each => each.command === 'unlock');
  }

  #ask(now) {
    const { wire } = this.#seat.app;
    if (now < this.#askAt || !this.#isStaff() || !wire.isOpen) return;
    this.#askAt = now + ASK_AGAIN;
    wire.send({ do: 'code', person: this.#seat.personId });
  }

  /** Codes are typed in private, wherever the person is looking at theirs. */
  #use() {
    const { app, personId } = this.#seat;
    const own = app.store.privateChat(personId);
    if (own && this.#code) app.desk.show(personId, own.id).composer.draft(this.#code);
  }
}
