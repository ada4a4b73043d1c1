"""The emulated service's one state, and the changes that can happen to it."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections import deque
from typing import Any, Protocol

from bot.demo.emulator.errors import bad_request, forbidden
from bot.demo.emulator.files import FileStore
from bot.demo.emulator.journal import Journal
from bot.demo.emulator.limits import FloodGate, Limits
from bot.demo.emulator.pulse import Pulse
from bot.demo.emulator.state import ADMIN_RIGHTS, BotAccount, Chat, Json, Message, Person, Query
from bot.demo.emulator.till import Invoice, Till
from services.shared.clock import Clock

_FIRST_GROUP = -1001000000001


class Observer(Protocol):
    """Someone who looks at the screens: the page."""

    def message_changed(self, message: Message, *, edited: bool) -> None: ...

    def message_deleted(self, message: Message) -> None: ...

    def query_answered(self, query: Query) -> None: ...

    def query_given_up(self, query: Query) -> None: ...

    def invoice_opened(self, person: Person, invoice: Invoice, ref: Json) -> None: ...

    def action_shown(self, chat: Chat, action: str) -> None: ...

    def pins_changed(self, chat: Chat) -> None: ...

    def reply_keyboard_changed(self, chat: Chat) -> None: ...

    def commands_changed(self) -> None: ...

    def person_changed(self, person: Person) -> None: ...


class World:
    """One bot, its people and their chats. ``observer`` is to be set before anything happens."""

    observer: Observer

    def __init__(self, bot: BotAccount, clock: Clock, limits: Limits) -> None:
        self.bot = bot
        self.clock = clock
        self.limits = limits
        self.pulse = Pulse()
        self.journal = Journal()
        self.files = FileStore()
        self.random = random.Random()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self._empty()

    def _empty(self) -> None:
        self.gate = FloodGate(self.limits)
        self.queries: dict[str, Query] = {}
        self.inline_messages: dict[str, Message] = {}
        self.till = Till()
        self.calls_open = 0
        self.seq = 0
        self._last_private_id = 0
        self._sent: dict[int, deque[tuple[float, str, int]]] = {}

    def forget(self) -> None:
        """Back to the first day: people and groups stay, what they wrote does not; guests of the page leave."""
        self._empty()
        self.files.clear()
        self.journal.clear()
        for person in [person for person in self.people.values() if person.guest]:
            del self.people[person.id], self.chats[person.id]
        for chat in self.chats.values():
            chat.forget()
        self.pulse.beat()

    def now(self) -> float:
        """Seconds since the epoch, by the emulator's clock."""
        return self.clock.now().timestamp()

    # People and chats

    def add_person(self, person: Person) -> Chat:
        self.people[person.id] = person
        chat = self.chats.setdefault(person.id, Chat(person.id))
        chat.person = person
        return chat

    def add_group(self, title: str, statuses: dict[int, str], *, forum: bool) -> Chat:
        groups = sum(not chat.private for chat in self.chats.values())
        chat = Chat(_FIRST_GROUP - groups, title, forum=forum, members=statuses)
        chat.members[self.bot.id] = "administrator"
        self.chats[chat.id] = chat
        return chat

    def chat(self, ident: int | str) -> Chat:
        """A chat that the bot knows; raises ApiError."""
        chat = self.chats.get(ident) if isinstance(ident, int) else None
        if chat is None or not (chat.started or self._has_met(chat)):
            raise bad_request("chat not found")
        return chat

    def writable(self, ident: int | str) -> Chat:
        """A chat the bot may write to now; raises ApiError."""
        chat = self.chat(ident)
        if chat.person is not None and chat.person.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.private and not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def _has_met(self, chat: Chat) -> bool:
        return not chat.private or any(chat.id in other.members for other in self.chats.values())

    def member(self, chat: Chat, user_id: int) -> Json:
        """A ChatMember object; raises ApiError."""
        status = chat.members.get(user_id)
        if chat.private and user_id in (chat.id, self.bot.id):
            status = "member"
        if user_id != self.bot.id and user_id not in self.people:
            raise bad_request("user not found")
        user = self.bot.json() if user_id == self.bot.id else self.people[user_id].json()
        base: Json = {"status": status or "left", "user": user}
        if status == "creator":
            return base | {"is_anonymous": False}
        if status == "administrator":
            return base | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(ADMIN_RIGHTS, True)
        return base

    # Messages

    def message(self, chat: Chat, message_id: int) -> Message | None:
        found = chat.messages.get(message_id)
        return None if found is None or found.deleted else found

    def admit(self, chat: Chat, count: int) -> None:
        """Lets ``count`` new messages pass, or raises FloodWait. Pace is real time: a moved clock gives no credit."""
        self.gate.admit(chat, count, time.monotonic())

    def post(self, chat: Chat, content: Json, *, by_bot: bool) -> Message:
        """Puts a new message into a chat."""
        if chat.private:
            self._last_private_id += 1
            message_id = self._last_private_id
        else:
            chat.last_id += 1
            message_id = chat.last_id
        now = self.now()
        data: Json = {"message_id": message_id, "date": int(now), "chat": chat.json(), **content}
        if by_bot:
            data["from"] = self.bot.json()
        message = Message(message_id, chat, data, by_bot, now)
        chat.messages[message_id] = message
        if by_bot:
            self._watch_repetition(message)
        self._show(message, edited=False)
        return message

    def change(self, message: Message, data: Json) -> None:
        """Replaces what a message holds; raises ApiError when nothing would change."""
        if sameness(data) == sameness(message.data):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        if message.keyboard and message.keyboard != data.get("reply_markup", {}).get("inline_keyboard"):
            message.old_keyboards.append(message.keyboard)
        message.data = {**data, "edit_date": int(self.now())}
        message.edits += 1
        self._show(message, edited=True)

    def remove(self, message: Message) -> None:
        message.deleted = True
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
        self.observer.message_deleted(message)
        self.pulse.beat()

    def _show(self, message: Message, *, edited: bool) -> None:
        self.seq += 1
        message.seq = self.seq
        self.observer.message_changed(message, edited=edited)
        self.pulse.beat()

    def _watch_repetition(self, message: Message) -> None:
        chat = message.chat
        recent = self._sent.setdefault(chat.id, deque(maxlen=20))
        content = {k: v for k, v in message.data.items() if k not in ("message_id", "media_group_id", "dice")}
        signature = sameness(content)
        now = time.monotonic()
        for at, earlier, acts in recent:
            if earlier == signature and now - at <= self.limits.duplicate_window:
                kind = "duplicate_message" if acts == chat.acts else "repeat_message"
                self.journal.problem(kind, f"chat {chat.id}: the same message twice: {message.text[:80]!r}")
                break
        recent.append((now, signature, chat.acts))

    # Queries

    def ask(self, kind: str, person: Person, chat: Chat, data: str) -> Query:
        lifetime = self.limits.answer_lifetime(kind)
        query = Query(str(secrets.randbits(60)), kind, person, chat, self.now(), lifetime, data)
        self.queries[query.id] = query
        return query

    def answer(self, query_id: str, kind: str, answer: Json) -> Query:
        """Settles a query; raises ApiError when it is unknown, answered or too old."""
        query = self.queries.get(query_id)
        if query is None or query.kind != kind or not query.open_at(self.now()):
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        query.answer = answer
        self.observer.query_answered(query)
        self.pulse.beat()
        return query


def sameness(data: Json) -> str:
    """Equal for messages that look the same; the same bytes under another file_id do."""
    content = {k: v for k, v in data.items() if k not in ("date", "edit_date", "chat", "from")}
    return json.dumps(_without_file_ids(content), sort_keys=True)


def _without_file_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_file_ids(v) for k, v in value.items() if k != "file_id"}
    return [_without_file_ids(item) for item in value] if isinstance(value, list) else value
