// The list above the composer: commands, or what the bot offers in inline mode. The text field keeps the focus.
import { h } from './dom.js';

let lists = 0;

export class Suggest {
  #field;
  #options = [];
  #active = -1;

  constructor(field, label) {
    this.#field = field;
    this.element = h('div', {
      class: 'suggest',
      id: `suggest-${++lists}`,
      role: 'listbox',
      'aria-label': label,
      hidden: true,
    });
    field.setAttribute('aria-controls', this.element.id);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Shows options ({content, pick}); the one at `active` answers Enter. A plain note shows when there is none. */
  show(options, { active = -1, note = null, tail = null } = {}) {
    this.#options = options;
    const rows = options.map(({ content, pick }, at) =>
      h(
        'button',
        { type: 'button', class: 'opt', role: 'option', id: `${this.element.id}-${at}`, tabindex: '-1', onclick: pick },
        content,
      ),
    );
    this.element.replaceChildren(
      ...rows,
      ...[note && h('p', { class: 'opt-note', role: 'status' }, note), tail].filter(Boolean),
    );
    this.element.hidden = false;
    this.#mark(Math.min(active, options.length - 1));
  }

  hide() {
    this.element.hidden = true;
    this.element.replaceChildren();
    this.#options = [];
    this.#mark(-1);
  }

  /** Takes a key of the text field; true when it was meant for the list. */
  key(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#options.length) this.#mark((this.#active + step + this.#options.length) % this.#options.length);
    else if (event.key === 'Enter' && this.#active >= 0) this.#options[this.#active].pick();
    else if (event.key === 'Escape') this.hide();
    else return false;
    return true;
  }

  #mark(active) {
    this.#active = active;
    const rows = this.element.querySelectorAll('.opt');
    rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === active)));
    rows[active]?.scrollIntoView({ block: 'nearest' });
    if (active >= 0) this.#field.setAttribute('aria-activedescendant', rows[active].id);
    else this.#field.removeAttribute('aria-activedescendant');
  }
}
