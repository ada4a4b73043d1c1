// One column of the page: a person in one chat, as it looks on that person's phone and in that person's language.
import { Composer } from './composer.js';
import { lineDialog } from './dialogs.js';
import { avatar, copyText, h, icon, iconButton, initial } from './dom.js';
import { actOnText, tick } from './entities.js';
import { readLink } from './links.js';
import { Log } from './log.js';
import { openMenu } from './menu.js';
import { summary } from './message.js';
import { seatKey } from './store.js';
import { Topics } from './topics.js';
import { hasWord, htmlLanguage, shortLanguage, speaker } from './words.js';

const TOAST_SHOWN = 2600; // milliseconds
const QUOTED_COPY = 40; // characters of a copied text that the toast repeats

export class Seat {
  #toastTimer = 0;
  #typingTimer = 0;
  #pin = null;

  constructor(app, personId, chatId) {
    this.app = app;
    this.personId = personId;
    this.chatId = chatId;
    this.key = seatKey(personId, chatId);
    this.language = shortLanguage(this.person.language);
    this.say = speaker(this.language);
    this.phone = h('div', { class: 'phone' });
    this.element = h('section', { class: 'seat', id: `seat-${personId}-${String(chatId).replace('-', 'g')}`, lang: htmlLanguage(this.language), 'aria-label': this.label() }, this.#head(), this.phone);
    this.topics = this.chat.forum ? new Topics(this) : null;
    this.thread = this.topics?.newest() ?? null;
    this.log = new Log(this);
    this.composer = new Composer(this);
    this.toasts = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    this.phone.append(this.#peer(), ...(this.topics ? [this.topics.strip, this.topics.list] : []), this.log.element, h('div', { class: 'jump-at' }, this.log.jump), ...this.composer.parts, this.toasts);
    this.#listen();
    this.showPin();
    this.topics?.draw();
    this.composer.keyboardChanged();
    this.log.refresh();
  }

  get person() { return this.app.store.people.get(this.personId); }
  get chat() { return this.app.store.chats.get(this.chatId); }

  /** The person's chat with the bot is blocked; groups go on. */
  get blocked() { return Boolean(this.chat.blocked); }
  get unread() { return this.log.unread + (this.topics?.unread ?? 0); }

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
    if (!this.topics || (message.thread ?? null) === this.thread) { this.log.arrived(message); this.topics?.draw(); return; }
    this.topics.arrived(message);
    this.app.desk.showUnread(this);
  }

  botName() { return this.app.store.botName(this.language); }
  title() { return this.chat.kind === 'group' ? this.chat.title : this.botName(); }
  /** The name on the switcher: the person, or the group in which the person sits. */
  label() { return this.chat.kind === 'group' ? this.chat.title : this.person.first_name; }
  isVisible() { return !document.hidden && this.element.getClientRects().length > 0; }

  send(act) { return this.app.wire.send({ person: this.personId, chat: this.chatId, ...act }); }
  /** The open topic, for acts that go into it. */
  place() { return this.thread === null ? {} : { thread: this.thread }; }
  write(text, facts = {}) { return this.send({ do: 'send', text, ...this.place(), ...facts }); }
  start(payload) { return this.app.wire.send({ do: 'start', person: this.personId, ...(payload ? { payload } : {}) }); }

  toast(text, kind = '') {
    clearTimeout(this.#toastTimer);
    this.toasts.replaceChildren(h('div', { class: `toast ${kind}`.trim() }, text));
    this.#toastTimer = setTimeout(() => this.toasts.replaceChildren(), Math.max(TOAST_SHOWN, text.length * 60));
  }

  /** A notice that must be read: covers this chat only, takes the focus and gives it back. */
  alert(text) {
    this.phone.querySelector('.veil')?.remove();
    const opener = document.activeElement;
    const id = `alert-${this.element.id}`;
    const close = () => { veil.remove(); (opener?.isConnected ? opener : this.log.element).focus({ preventScroll: true }); };
    const ok = h('button', { type: 'button', class: 'btn btn-q', onclick: close }, this.say('alert-ok'));
    const box = h('div', { class: 'alert', role: 'alertdialog', 'aria-modal': 'true', 'aria-labelledby': `${id}-h`, 'aria-describedby': `${id}-p` }, h('h3', { id: `${id}-h` }, this.botName()), h('p', { id: `${id}-p` }, text), ok);
    const veil = h('div', { class: 'veil', onkeydown: event => {
      if (event.key === 'Escape') { event.stopPropagation(); close(); }
      if (event.key === 'Tab') { event.preventDefault(); ok.focus(); }
    } }, box);
    this.phone.append(veil);
    ok.focus({ preventScroll: true });
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
      if (!event) this.#openTab(link.url);
      return;
    }
    event?.preventDefault();
    if (link.kind === 'start') this.app.deepLink(this, link.payload);
    else if (link.kind === 'startgroup') this.app.groupLink(this, link.payload);
    else if (link.kind === 'draft') this.composer.draft(link.text);
    else this.toast(this.say('link-refused', { url }), 'bad');
  }

  answered({ text, alert, url }) {
    if (text) { if (alert) this.alert(text); else this.toast(text); }
    if (url) this.follow(url, null);
  }

  refused(error) {
    this.toast(this.say('refused-action', { error: hasWord(`refused-${error}`) ? this.say(`refused-${error}`) : error }), 'bad');
  }

  typing({ action, until }) {
    clearTimeout(this.#typingTimer);
    const left = until - this.app.clock.now();
    if (left <= 0) { this.stopTyping(); return; }
    this.status.textContent = this.say(hasWord(`typing-${action}`) ? `typing-${action}` : 'typing-typing');
    this.status.classList.add('live');
    this.log.setTyping(this.say('typing-name', { name: this.botName() }));
    this.#typingTimer = setTimeout(() => this.stopTyping(), left);
  }

  stopTyping() {
    clearTimeout(this.#typingTimer);
    this.log.setTyping(null);
    this.#showStatus();
  }

  setBlocked(blocked) {
    this.app.wire.send({ do: blocked ? 'block' : 'unblock', person: this.personId });
  }

  blockedChanged() {
    this.#showStatus();
    this.composer.refresh();
  }

  showPin() {
    const { store } = this.app;
    const id = store.pin(this.chatId);
    const message = id === null ? null : store.message(this.chatId, id);
    this.#pin?.remove();
    this.#pin = message && h('button', { type: 'button', class: 'pin', onclick: () => this.log.show(id) }, h('span', { class: 'grow ell' }, h('b', {}, this.say('seat-pinned')), summary(message, this)), icon('pin'));
    if (this.#pin) this.header.after(this.#pin);
  }

  tick() { if (this.isVisible()) tick(this.log.element, this); }

  #openTab(url) {
    // the answer comes after the tap, so the browser may hold the tab back: then the toast carries the link
    if (window.open(url, '_blank', 'noopener,noreferrer')) return;
    this.toasts.replaceChildren(h('div', { class: 'toast' }, h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, this.say('link-open', { url: new URL(url).host }))));
  }

  #head() {
    const { person, app } = this;
    const about = person.about?.[app.language] ?? '';
    return h('div', { class: 'seat-h', lang: htmlLanguage(app.language) }, avatar(person, 'av-s av-lg'),
      h('div', { class: 'who grow ell' }, person.first_name, h('small', {}, about)),
      iconButton('close', app.say('seat-hide'), () => app.desk.hide(this.key)));
  }

  #peer() {
    const isGroup = this.chat.kind === 'group';
    const face = isGroup ? h('span', { class: 'av av-c', 'aria-hidden': 'true' }, initial(this.chat.title)) : h('span', { class: 'av' }, h('img', { src: '/demo/static/img/logo.svg', alt: '' }));
    this.status = h('div', { class: 's' });
    this.more = iconButton('more', this.say('seat-more'), () => this.#openMore(), { 'aria-haspopup': 'menu', 'aria-expanded': 'false' });
    const name = h('div', { class: 't ell' }, this.title(), isGroup ? null : h('span', { class: 'bot-mark' }, this.say('seat-bot')));
    this.header = h('header', { class: 'peer' }, face, h('div', { class: 'grow' }, name, this.status), this.topics?.button, this.more);
    this.#showStatus();
    return this.header;
  }

  #showStatus() {
    const { kind, members, person_ids } = this.chat;
    this.status.classList.remove('live');
    if (kind === 'group') this.status.textContent = this.say('seat-members', { count: members ?? person_ids.length });
    else this.status.textContent = this.say(this.blocked ? 'seat-blocked' : 'seat-online');
  }

  #openMore() {
    const { say, app } = this;
    const other = this.language === 'zh' ? 'en' : 'zh';
    const link = { icon: 'link', label: say('seat-link'), act: () => lineDialog({ title: say('seat-link-title'), label: say('seat-link-label'), yes: say('seat-link-open'), say, done: line => this.#typedLink(line) }) };
    const language = { icon: 'globe', label: say('seat-language'), act: () => app.wire.send({ do: 'language', person: this.personId, language: other }) };
    const block = { icon: 'block', danger: !this.blocked, label: say(this.blocked ? 'seat-unblock' : 'seat-block'), act: () => this.setBlocked(!this.blocked) };
    const hide = { icon: 'close', label: say('seat-hide'), act: () => app.desk.hide(this.key) };
    openMenu(this.more, this.phone, this.chat.kind === 'private' ? [link, language, block, hide] : [link, language, hide], 'down');
  }

  #typedLink(line) {
    if (/^[\w-]{1,64}$/.test(line)) this.app.deepLink(this, line);
    else this.follow(/^[a-z]+:/i.test(line) ? line : `https://${line}`, null);
  }

  #listen() {
    this.log.addEventListener('unread', () => this.app.desk?.showUnread(this));
    this.log.element.addEventListener('click', event => { actOnText(event.target, this); });
    this.log.element.addEventListener('keydown', event => {
      if ((event.key === 'Enter' || event.key === ' ') && event.target.dataset.act) { event.preventDefault(); actOnText(event.target, this); }
    });
    this.phone.addEventListener('dragover', event => event.preventDefault());
    this.phone.addEventListener('drop', event => {
      event.preventDefault();
      if (event.dataTransfer.files.length && !this.composer.form.hidden) this.composer.addFiles([...event.dataTransfer.files]);
    });
  }
}
