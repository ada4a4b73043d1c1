// Taps that wait for their answer. One person's taps are answered in their order, so an answer ends the oldest.
const LONGEST_WAIT = 20_000;

export class Taps extends EventTarget {
  #waiting = [];
  #wire;

  constructor(wire) {
    super();
    this.#wire = wire;
  }

  tap(person, chat, message, i) {
    if (this.isBusy(person, chat, message, i)) return;
    if (!this.#wire.send({ do: 'tap', person, chat, message, i })) return;
    const tap = { person, chat, message, i, shown: true };
    tap.timer = setTimeout(() => this.#drop(tap), LONGEST_WAIT);
    this.#waiting.push(tap);
    this.#changed(chat);
  }

  isBusy(person, chat, message, i) {
    return this.#waiting.some(
      tap => tap.shown && tap.person === person && tap.chat === chat && tap.message === message && tap.i === i,
    );
  }

  /** Ends the person's oldest tap and returns it, or null when none was waiting. */
  answered(person) {
    const tap = this.#waiting.find(waiting => waiting.person === person) ?? null;
    if (tap) this.#drop(tap);
    return tap;
  }

  /** An edited message shows other keys: the ring would sit on the wrong one. */
  messageChanged(chat, message) {
    for (const tap of this.#waiting) if (tap.chat === chat && tap.message === message) tap.shown = false;
  }

  clear() {
    for (const tap of [...this.#waiting]) this.#drop(tap);
  }

  #drop(tap) {
    clearTimeout(tap.timer);
    this.#waiting = this.#waiting.filter(waiting => waiting !== tap);
    this.#changed(tap.chat);
  }

  #changed(chat) {
    this.dispatchEvent(new CustomEvent('change', { detail: { chat } }));
  }
}
