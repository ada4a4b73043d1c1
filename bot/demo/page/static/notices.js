// What the bot answers to a tap: toasts over the chat, and alerts that must be read.
import { h } from './dom.js';

const TOAST_SHOWN = 2600; // milliseconds; long texts stay longer

export class Notices {
  #seat;
  #toastTimer = 0;

  constructor(seat) {
    this.#seat = seat;
    this.element = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
  }

  toast(text, kind = '') {
    clearTimeout(this.#toastTimer);
    this.element.replaceChildren(h('div', { class: `toast ${kind}`.trim() }, text));
    this.#toastTimer = setTimeout(() => this.element.replaceChildren(), Math.max(TOAST_SHOWN, text.length * 60));
  }

  /** A notice that must be read: covers this chat only, takes the focus and gives it back. */
  alert(text) {
    this.#seat.phone.querySelector('.veil')?.remove();
    const opener = document.activeElement;
    const id = `alert-${this.#seat.element.id}`;
    const close = () => {
      veil.remove();
      (opener?.isConnected ? opener : this.#seat.log.element).focus({ preventScroll: true });
    };
    const ok = h('button', { type: 'button', class: 'btn btn-q', onclick: close }, this.#seat.say('alert-ok'));
    const box = h(
      'div',
      {
        class: 'alert',
        role: 'alertdialog',
        'aria-modal': 'true',
        'aria-labelledby': `${id}-h`,
        'aria-describedby': `${id}-p`,
      },
      h('h3', { id: `${id}-h` }, this.#seat.botName()),
      h('p', { id: `${id}-p` }, text),
      ok,
    );
    const veil = h(
      'div',
      {
        class: 'veil',
        onkeydown: event => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            close();
          }
          if (event.key === 'Tab') {
            event.preventDefault();
            ok.focus();
          }
        },
      },
      box,
    );
    this.#seat.phone.append(veil);
    ok.focus({ preventScroll: true });
  }

  /** Opens a link that came with an answer; a browser that holds the late tab back gets a toast with the link. */
  openTab(url) {
    const tab = window.open(url, '_blank');
    if (tab) {
      tab.opener = null;
      return;
    }
    clearTimeout(this.#toastTimer);
    this.element.replaceChildren(
      h(
        'div',
        { class: 'toast' },
        h(
          'a',
          { href: url, target: '_blank', rel: 'noopener noreferrer' },
          this.#seat.say('link-open', { url: new URL(url).host }),
        ),
      ),
    );
  }
}
