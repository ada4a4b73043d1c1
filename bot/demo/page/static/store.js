// What the page knows: people, chats and messages as the server's frames tell them. Views listen and draw.
const LOG_LIMIT = 500;

export const seatKey = (person, chat) => `${person}:${chat}`;

export class Store extends EventTarget {
  bot = null;
  people = new Map();
  chats = new Map();
  seats = [];
  entries = [];
  offset = 0;
  #messages = new Map(); // chat id -> Map(message id -> message)
  #keyboards = new Map(); // seat key -> {keyboard, placeholder}
  #commands = new Map();
  #pins = new Map();
  #revision = 0;

  /** Takes one frame in and tells the views what changed. */
  take(frame) {
    const handler = this[`_${frame.t}`];
    if (handler) handler.call(this, frame);
  }

  messages(chat) {
    const held = this.#messages.get(chat);
    return held ? [...held.values()].sort((a, b) => a.id - b.id) : [];
  }

  message(chat, id) {
    return this.#messages.get(chat)?.get(id) ?? null;
  }
  /** A person's own keyboard, or the one that everybody in the chat sees. */
  keyboard(person, chat) {
    return (
      this.#keyboards.get(seatKey(person, chat)) ??
      this.#keyboards.get(seatKey(null, chat)) ?? { keyboard: null, placeholder: null }
    );
  }
  commands(person) {
    return this.#commands.get(person) ?? [];
  }
  pin(chat) {
    return this.#pins.get(chat) ?? null;
  }

  privateChat(person) {
    return [...this.chats.values()].find(chat => chat.kind === 'private' && chat.person_ids.includes(person)) ?? null;
  }

  /** The bot's name in a language; a bot with one name only has it everywhere. */
  botName(language) {
    return this.bot.name[language] ?? Object.values(this.bot.name)[0];
  }

  /** Every place where somebody can sit: each person in each of their chats. */
  places() {
    return [...this.chats.values()].flatMap(chat =>
      chat.person_ids.filter(id => this.people.has(id)).map(id => ({ person: id, chat: chat.id })),
    );
  }

  chatName(id) {
    const chat = this.chats.get(id);
    if (!chat) return this.people.get(id)?.first_name ?? '';
    return chat.kind === 'private' ? (this.people.get(chat.person_ids[0])?.first_name ?? chat.title) : chat.title;
  }

  #keep(message, fresh) {
    if (!this.#messages.has(message.chat)) this.#messages.set(message.chat, new Map());
    const held = this.#messages.get(message.chat);
    const isNew = !held.has(message.id);
    held.set(message.id, { ...message, rev: ++this.#revision, fresh: fresh && isNew });
    return isNew;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  _hello(frame) {
    this.bot = frame.bot;
    this.people = new Map(frame.people.map(person => [person.id, person]));
    this.chats = new Map(frame.chats.map(chat => [chat.id, chat]));
    this.seats = frame.seats;
    this.entries = frame.entries ?? [];
    this.offset = frame.offset;
    this.#messages.clear();
    this.#keyboards.clear();
    this.#commands.clear();
    this.#pins = new Map(frame.chats.filter(chat => chat.pinned).map(chat => [chat.id, chat.pinned]));
    for (const message of frame.messages) this.#keep(message, false);
    this.#emit('hello', frame);
  }

  _message(frame) {
    const isNew = this.#keep(frame.message, !frame.edited);
    this.#emit('message', { chat: frame.message.chat, id: frame.message.id, isNew });
  }

  _deleted(frame) {
    this.#messages.get(frame.chat)?.delete(frame.id);
    if (this.pin(frame.chat) === frame.id) this._pin({ chat: frame.chat, id: null });
    this.#emit('message', { chat: frame.chat, id: frame.id, isNew: false });
  }

  _pin(frame) {
    this.#pins.set(frame.chat, frame.id);
    this.#emit('pin', frame);
  }

  _reply_keyboard(frame) {
    this.#keyboards.set(seatKey(frame.person, frame.chat), {
      keyboard: frame.keyboard,
      placeholder: frame.placeholder,
    });
    this.#emit('reply_keyboard', frame);
  }

  _commands(frame) {
    this.#commands.set(frame.person, frame.commands);
    this.#emit('commands', frame);
  }

  _person(frame) {
    const before = this.people.get(frame.person.id) ?? null;
    this.people.set(frame.person.id, frame.person);
    if (frame.chat) this.chats.set(frame.chat.id, frame.chat);
    this.#emit('person', { ...frame, before });
  }

  _clock(frame) {
    const moved = frame.offset !== this.offset;
    this.offset = frame.offset;
    this.#emit('clock', { ...frame, moved });
  }

  _log(frame) {
    this.entries.push(frame.entry);
    if (this.entries.length > LOG_LIMIT) this.entries.splice(0, this.entries.length - LOG_LIMIT);
    this.#emit('log', frame.entry);
  }

  _invoice(frame) {
    this.#emit('invoice', frame);
  }

  _answer(frame) {
    this.#emit('answer', frame);
  }
  _code(frame) {
    this.#emit('code', frame);
  }
  _typing(frame) {
    this.#emit('typing', frame);
  }
  _inline(frame) {
    this.#emit('inline', frame);
  }
  _refused(frame) {
    this.#emit('refused', frame);
  }
}
