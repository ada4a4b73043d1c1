// The head of a chat: with whom one talks, what the other does just now, and the menu behind the three dots.
import { Authenticator } from './authenticator.js';
import { lineDialog } from './dialogs.js';
import { h, iconButton, initial } from './dom.js';
import { openMenu } from './menu.js';
import { hasWord } from './words.js';

export class Peer {
  #seat;
  #typingTimer = 0;

  constructor(seat) {
    this.#seat = seat;
    this.#build();
  }

  typing({ action, until }) {
    clearTimeout(this.#typingTimer);
    const left = until - this.#seat.app.clock.now();
    if (left <= 0) {
      this.stopTyping();
      return;
    }
    this.status.textContent = this.#seat.say(hasWord(`typing-${action}`) ? `typing-${action}` : 'typing-typing');
    this.status.classList.add('live');
    this.#seat.log.setTyping(this.#seat.say('typing-name', { name: this.#seat.botName() }));
    this.#typingTimer = setTimeout(() => this.stopTyping(), left);
  }

  stopTyping() {
    clearTimeout(this.#typingTimer);
    this.#seat.log.setTyping(null);
    this.showStatus();
  }

  showStatus() {
    const { kind, members, person_ids } = this.#seat.chat;
    this.status.classList.remove('live');
    if (kind === 'group')
      this.status.textContent = this.#seat.say('seat-members', { count: members ?? person_ids.length });
    else this.status.textContent = this.#seat.say(this.#seat.blocked ? 'seat-blocked' : 'seat-online');
  }

  #build() {
    const isGroup = this.#seat.chat.kind === 'group';
    const face = isGroup
      ? h('span', { class: 'av av-c', 'aria-hidden': 'true' }, initial(this.#seat.chat.title))
      : h('span', { class: 'av' }, h('img', { src: '/demo/static/img/logo.svg', alt: '' }));
    this.status = h('div', { class: 's' });
    this.more = iconButton('more', this.#seat.say('seat-more'), () => this.#openMore(), {
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    });
    const name = h(
      'div',
      { class: 't ell' },
      this.#seat.title(),
      isGroup ? null : h('span', { class: 'bot-mark' }, this.#seat.say('seat-bot')),
    );
    this.authenticator = new Authenticator(this.#seat);
    this.element = h(
      'header',
      { class: 'peer' },
      face,
      h('div', { class: 'grow' }, name, this.status),
      this.authenticator.element,
      this.#seat.topics?.button,
      this.more,
    );
    this.showStatus();
  }

  #openMore() {
    const { say, app } = this.#seat;
    const other = this.#seat.language === 'zh' ? 'en' : 'zh';
    const link = {
      icon: 'link',
      label: say('seat-link'),
      act: () =>
        lineDialog({
          title: say('seat-link-title'),
          label: say('seat-link-label'),
          yes: say('seat-link-open'),
          say,
          done: line => this.#typedLink(line),
        }),
    };
    const language = {
      icon: 'globe',
      label: say('seat-language'),
      act: () => app.wire.send({ do: 'language', person: this.#seat.personId, language: other }),
    };
    const block = {
      icon: 'block',
      danger: !this.#seat.blocked,
      label: say(this.#seat.blocked ? 'seat-unblock' : 'seat-block'),
      act: () => this.#seat.setBlocked(!this.#seat.blocked),
    };
    const hide = { icon: 'close', label: say('seat-hide'), act: () => app.desk.hide(this.#seat.key) };
    openMenu(
      this.more,
      this.#seat.phone,
      this.#seat.chat.kind === 'private' ? [link, language, block, hide] : [link, language, hide],
      'down',
    );
  }

  #typedLink(line) {
    if (/^[\w-]{1,64}$/.test(line)) this.#seat.app.deepLink(this.#seat, line);
    else this.#seat.follow(/^[a-z]+:/i.test(line) ? line : `https://${line}`, null);
  }
}
