// One column of the page: a person in one chat, as it looks on that person's phone and in that person's language.
import { Composer } from './composer.js';
import { confirmDialog } from './dialogs.js';
import { avatar, copyText, h, icon, iconButton } from './dom.js';
import { actOnText, tick } from './entities.js';
import { readLink } from './links.js';
import { Log } from './log.js';
import { summary } from './message.js';
import { Notices } from './notices.js';
import { Peer } from './peer.js';
import { seatKey } from './store.js';
import { Topics } from './topics.js';
import { hasWord, htmlLanguage, shortLanguage, speaker } from './words.js';

const QUOTED_COPY = 40; // characters of a copied text that the toast repeats

export class Seat {
  #pin = null;

  constructor(app, personId, chatId) {
    this.app = app;
    this.personId = personId;
    this.chatId = chatId;
    this.key = seatKey(personId, chatId);
    this.language = shortLanguage(this.person.language);
    this.say = speaker(this.language);
    this.phone = h('div', { class: 'phone' });
    this.element = h(
      'section',
      {
        class: 'seat',
        id: `seat-${personId}-${String(chatId).replace('-', 'g')}`,
        lang: htmlLanguage(this.language),
        'aria-label': this.label(),
      },
      this.#head(),
      this.phone,
    );
    this.topics = this.chat.forum ? new Topics(this) : null;
    this.thread = this.topics?.newest() ?? null;
    this.log = new Log(this);
    this.composer = new Composer(this);
    this.notices = new Notices(this);
    this.peer = new Peer(this);
    this.phone.append(
      this.peer.element,
      ...(this.topics ? [this.topics.strip, this.topics.list] : []),
      this.log.element,
      h('div', { class: 'jump-at' }, this.log.jump),
      ...this.composer.parts,
      this.notices.element,
    );
    this.#listen();
    this.showPin();
    this.topics?.draw();
    this.composer.keyboardChanged();
    this.log.refresh();
  }

  get person() {
    return this.app.store.people.get(this.personId);
  }
  get chat() {
    return this.app.store.chats.get(this.chatId);
  }

  /** The person's chat with the bot is blocked; groups go on. */
  get blocked() {
    return Boolean(this.chat.blocked);
  }
  get unread() {
    return this.log.unread + (this.topics?.unread ?? 0);
  }

  /** What this seat shows: the chat, or one topic of it. */
  messages() {
    const messages = this.app.store.messages(this.chatId);
    return this.topics ? messages.filter(message => (message.thread ?? null) === this.thread) : messages;
  }

  openTopic(thread) {
    this.thread = thread;
    this.topics.opened(thread);
    this.log.forget();
    this.composer.refresh();
    this.app.desk.showUnread(this);
  }

  arrived(message) {
    if (!this.topics || (message.thread ?? null) === this.thread) {
      this.log.arrived(message);
      this.topics?.draw();
      return;
    }
    this.topics.arrived(message);
    this.app.desk.showUnread(this);
  }

  botName() {
    return this.app.store.botName(this.language);
  }
  title() {
    return this.chat.kind === 'group' ? this.chat.title : this.botName();
  }
  /** The name on the switcher: the person, or the group in which the person sits. */
  label() {
    return this.chat.kind === 'group' ? this.chat.title : this.person.first_name;
  }
  isVisible() {
    return !document.hidden && this.element.getClientRects().length > 0;
  }

  send(act) {
    return this.app.wire.send({ person: this.personId, chat: this.chatId, ...act });
  }
  /** The open topic, for acts that go into it. */
  place() {
    return this.thread === null ? {} : { thread: this.thread };
  }
  write(text, facts = {}) {
    return this.send({ do: 'send', text, ...this.place(), ...facts });
  }
  start(payload) {
    return this.app.wire.send({ do: 'start', person: this.personId, ...(payload ? { payload } : {}) });
  }

  toast(text, kind = '') {
    this.notices.toast(text, kind);
  }

  async copy(text) {
    const done = await copyText(text);
    const short = text.length > QUOTED_COPY ? `${text.slice(0, QUOTED_COPY)}…` : text;
    this.toast(done ? this.say('copy-done', { text: short }) : this.say('copy-failed'), done ? '' : 'bad');
  }

  /** A link was tapped. Links to the bot stay in the page; the browser opens the others in a new tab. */
  follow(url, event) {
    const link = readLink(url, this.app.store.bot.username);
    if (link.kind === 'web') {
      if (!event) this.notices.openTab(link.url);
      return;
    }
    event?.preventDefault();
    if (link.kind === 'start') this.app.deepLink(this, link.payload);
    else if (link.kind === 'startgroup') this.app.groupLink(this, link.payload);
    else if (link.kind === 'draft') this.composer.draft(link.text);
    else if (link.kind === 'invoice') this.send({ do: 'invoice', url });
    else this.toast(this.say('link-refused', { url }), 'bad');
  }

  answered({ text, alert, url }) {
    if (text) {
      if (alert) this.notices.alert(text);
      else this.toast(text);
    }
    if (url) this.follow(url, null);
  }

  refused(error) {
    this.toast(
      this.say('refused-action', { error: hasWord(`refused-${error}`) ? this.say(`refused-${error}`) : error }),
      'bad',
    );
  }

  /** The sheet over an invoice: nothing is paid before it is confirmed, and the bot is asked once more then. */
  async sheet({ title, text, amount, ref }) {
    const yes = this.say('invoice-pay', { amount });
    if (await confirmDialog({ title, text, yes, say: this.say, style: 'btn-p' }))
      this.send({ do: 'pay', ...ref });
  }

  typing(frame) {
    this.peer.typing(frame);
  }

  stopTyping() {
    this.peer.stopTyping();
  }

  setBlocked(blocked) {
    this.app.wire.send({ do: blocked ? 'block' : 'unblock', person: this.personId });
  }

  blockedChanged() {
    this.peer.showStatus();
    this.composer.refresh();
  }

  showPin() {
    const { store } = this.app;
    const id = store.pin(this.chatId);
    const message = id === null ? null : store.message(this.chatId, id);
    this.#pin?.remove();
    this.#pin =
      message &&
      h(
        'button',
        { type: 'button', class: 'pin', onclick: () => this.log.show(id) },
        h('span', { class: 'grow ell' }, h('b', {}, this.say('seat-pinned')), summary(message, this)),
        icon('pin'),
      );
    if (this.#pin) this.peer.element.after(this.#pin);
  }

  tick() {
    if (!this.isVisible()) return;
    tick(this.log.element, this);
    this.peer.authenticator.tick();
  }

  #head() {
    const { person, app } = this;
    const about = person.about?.[app.language] ?? '';
    return h(
      'div',
      { class: 'seat-h', lang: htmlLanguage(app.language) },
      avatar(person, 'av-s av-lg'),
      h('div', { class: 'who grow ell' }, person.first_name, h('small', {}, about)),
      iconButton('close', app.say('seat-hide'), () => app.desk.hide(this.key)),
    );
  }

  #listen() {
    this.log.addEventListener('unread', () => this.app.desk?.showUnread(this));
    this.log.element.addEventListener('click', event => {
      actOnText(event.target, this);
    });
    this.log.element.addEventListener('keydown', event => {
      if ((event.key === 'Enter' || event.key === ' ') && event.target.dataset.act) {
        event.preventDefault();
        actOnText(event.target, this);
      }
    });
    this.phone.addEventListener('dragover', event => event.preventDefault());
    this.phone.addEventListener('drop', event => {
      event.preventDefault();
      if (event.dataTransfer.files.length && !this.composer.form.hidden)
        this.composer.addFiles([...event.dataTransfer.files]);
    });
  }
}
