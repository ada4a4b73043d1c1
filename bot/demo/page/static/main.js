// Puts the page together: frames go into the store, the store tells the views, taps go out over the wire.
import { Clock, timeText } from './clock.js';
import { Desk } from './desk.js';
import { pictureDialog } from './dialogs.js';
import { Journal } from './journal.js';
import { Store } from './store.js';
import { Taps } from './taps.js';
import { Wire } from './wire.js';
import { shortLanguage, speaker } from './words.js';

const language = shortLanguage(document.documentElement.lang);
const say = speaker(language);
const store = new Store();
const wire = new Wire('/demo/ws');
const clock = new Clock();
const taps = new Taps(wire);
let wantsDefaultSeats = true;

const app = {
  language,
  say,
  store,
  wire,
  clock,
  taps,
  enlarge: (url, alt) => pictureDialog({ url, alt, say }),
  /** A deep link is answered in the person's private chat, wherever it was tapped. */
  deepLink(seat, payload) {
    const own = store.privateChat(seat.personId);
    if (own) app.desk.show(seat.personId, own.id);
    seat.start(payload);
  },
  /** Telegram adds the bot to a group and tells it the payload there. */
  groupLink(seat, payload) {
    const group = [...store.chats.values()].find(
      chat => chat.kind === 'group' && chat.person_ids.includes(seat.personId),
    );
    if (!group) {
      seat.toast(seat.say('seat-no-group'), 'bad');
      return;
    }
    app.desk.show(seat.personId, group.id).write(`/start@${store.bot.username} ${payload}`.trim());
  },
  reset() {
    wantsDefaultSeats = wire.send({ do: 'reset' });
  },
};
app.desk = new Desk(app);
app.journal = new Journal(app);

wire.addEventListener('frame', event => store.take(event.detail));
wire.addEventListener('up', () => app.desk.top.showOffline(false));
wire.addEventListener('down', () => {
  taps.clear();
  app.desk.top.showOffline(true);
});
wire.addEventListener('lost', event => {
  const { person = null } = event.detail;
  for (const seat of app.desk.seatsOf({ person })) seat.toast(seat.say('page-lost'), 'bad');
});

const on = (type, handler) => store.addEventListener(type, event => handler(event.detail));

on('hello', frame => {
  clock.set(frame.now);
  taps.clear();
  // after a lost connection the reader finds the same windows; after a reset the first ones
  const places = wantsDefaultSeats
    ? store.seats
    : [...app.desk.seats.values()].map(seat => ({ person: seat.personId, chat: seat.chatId }));
  wantsDefaultSeats = false;
  app.desk.fill(places);
  app.desk.top.showNow();
  app.journal.draw();
});

on('message', ({ chat, id, isNew }) => {
  const message = store.message(chat, id);
  if (!isNew) taps.messageChanged(chat, id);
  for (const seat of app.desk.seatsOf({ chat })) {
    if (message?.from?.bot) seat.stopTyping();
    if (isNew && message) seat.arrived(message);
    else seat.log.refresh();
    if (store.pin(chat) === id) seat.showPin();
    seat.composer.refresh();
  }
});

on('pin', ({ chat }) => {
  for (const seat of app.desk.seatsOf({ chat })) seat.showPin();
});
on('typing', frame => {
  for (const seat of app.desk.seatsOf({ chat: frame.chat })) seat.typing(frame);
});
on('reply_keyboard', ({ person, chat }) => {
  for (const seat of app.desk.seatsOf({ person, chat })) seat.composer.keyboardChanged();
});
on('commands', ({ person }) => {
  for (const seat of app.desk.seatsOf({ person })) {
    seat.composer.refresh();
    seat.peer.authenticator.forget();
  }
});
on('code', frame => {
  for (const seat of app.desk.seatsOf({ person: frame.person })) seat.peer.authenticator.taken(frame);
});
on('inline', frame => {
  for (const seat of app.desk.seatsOf({ person: frame.person })) seat.composer.inline.answered(frame);
});
on('log', entry => app.journal.added(entry));

on('person', ({ person, chat, before }) => {
  if (!before) app.desk.show(person.id, chat.id);
  else if (before.language !== person.language) app.desk.renew(person.id);
  else for (const seat of app.desk.seatsOf({ person: person.id })) seat.blockedChanged();
});

on('clock', ({ now, moved }) => {
  clock.set(now);
  app.desk.top.showNow();
  for (const seat of app.desk.seats.values()) {
    seat.tick();
    if (moved) seat.peer.authenticator.forget();
    if (moved) seat.toast(seat.say('clock-moved', { time: timeText(now, seat.language) }));
  }
});

on('invoice', frame => {
  const [seat] = app.desk.seatsOf({ person: frame.person });
  seat?.sheet(frame);
});
on('answer', frame => seatForAnswer(frame)?.answered(frame));
on('refused', frame => seatForAnswer(frame)?.refused(frame.error));
taps.addEventListener('change', event => {
  for (const seat of app.desk.seatsOf({ chat: event.detail.chat })) seat.log.markBusy();
});

/** The seat in which the person tapped; without a waiting tap, the person's first seat. */
function seatForAnswer({ person }) {
  const tap = taps.answered(person);
  return app.desk.seatsOf({ person, chat: tap?.chat ?? null })[0] ?? app.desk.seatsOf({ person })[0] ?? null;
}

setInterval(() => {
  app.desk.top.showNow();
  for (const seat of app.desk.seats.values()) seat.tick();
}, 1000);

app.desk.top.showNow();
wire.open();
