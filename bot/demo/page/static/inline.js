// Inline mode: "@bot words" in the composer asks the bot, and its offers stand above the composer.
import { h } from './dom.js';

const PAUSE = 300; // milliseconds without a key before the bot is asked

export class InlineMode {
  #seat;
  #suggest;
  #timer = 0;
  #query = null;
  #results = [];
  #done;

  /** `done` is called when something was chosen: the composer empties itself. */
  constructor(seat, suggest, done) {
    this.#seat = seat;
    this.#suggest = suggest;
    this.#done = done;
  }

  /** Looks at the text of the composer; true when it is an inline query. */
  typed(text) {
    const username = this.#seat.app.store.bot.username;
    const prefix = `@${username} `;
    if (!text.toLowerCase().startsWith(prefix.toLowerCase())) {
      this.stop();
      return false;
    }
    const query = text.slice(prefix.length);
    if (query === this.#query) return true;
    this.#query = query;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(''), PAUSE);
    return true;
  }

  stop() {
    clearTimeout(this.#timer);
    if (this.#query !== null) this.#suggest.hide();
    this.#query = null;
  }

  answered(frame) {
    if (frame.query !== this.#query) return;
    const { say } = this.#seat;
    this.#results = this.#more ? [...this.#results, ...frame.results] : frame.results;
    this.#more = false;
    const options = this.#results.map(result => ({ content: offer(result), pick: () => this.#choose(result) }));
    if (frame.button)
      options.unshift({
        content: h('b', { class: 'opt-top' }, frame.button.text),
        pick: () => this.#start(frame.button),
      });
    const tail = frame.next_offset
      ? h(
          'button',
          { type: 'button', class: 'opt opt-more', onclick: () => this.#next(frame.next_offset) },
          say('inline-more'),
        )
      : null;
    this.#suggest.show(options, { active: 0, note: options.length ? null : say('inline-empty'), tail });
  }

  #more = false;

  #next(offset) {
    this.#more = true;
    this.#ask(offset);
  }

  #ask(offset) {
    if (!offset) {
      this.#more = false;
      this.#suggest.show([], { note: this.#seat.say('inline-searching') });
    }
    this.#seat.send({ do: 'inline', query: this.#query, offset });
  }

  #choose(result) {
    if (this.#seat.send({ do: 'choose_inline', result: result.id })) this.#done();
  }

  #start(button) {
    this.#done();
    this.#seat.start(button.start_parameter ?? '');
  }
}

function offer({ title, description, thumb, text }) {
  const picture = thumb ? h('img', { class: 'thumb', src: thumb, alt: '', loading: 'lazy' }) : null;
  return [
    picture,
    h(
      'span',
      { class: 'grow' },
      h('b', { class: 'clamp' }, title ?? text ?? ''),
      h('small', { class: 'clamp' }, description ?? ''),
    ),
  ];
}
