"""Scripted people: tests play the bot's users and read their screens.

A button or a text given as a string is looked for as exact text, then as exact callback data, then as a regular
expression without regard to case; a compiled pattern is used as it is.
"""
# ruff: noqa: ASYNC109 - a test says how long it is ready to wait

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from re import Pattern
from typing import TYPE_CHECKING, Any

from bot.demo.emulator.errors import UserError
from bot.demo.emulator.files import Attached
from bot.demo.emulator.paying import Payment
from bot.demo.emulator.screen import Message, Tap, Text, answer_to
from bot.demo.emulator.state import Chat, Json, Person, Query
from bot.demo.emulator.state import Message as Stored

if TYPE_CHECKING:
    from bot.demo.emulator.emulator import Emulator
    from bot.demo.emulator.people import People


class User:
    """One person on one device, in the private chat with the bot or in a group."""

    def __init__(self, emulator: Emulator, id: int, chat_id: int | None = None, thread: int | None = None) -> None:
        self.emulator = emulator
        self.id = id
        self.chat_id = chat_id
        self.thread = thread
        self._since = 0

    def __int__(self) -> int:
        return self.id

    def in_chat(self, chat: int | None, thread: int | None = None) -> User:
        """The same person in a group, or in a topic of it."""
        return User(self.emulator, self.id, chat, thread)

    def second_device(self) -> Device:
        return Device(self)

    def mark(self) -> None:
        """From here on ``expect`` looks only at what comes later; writing and tapping do this by themselves."""
        self._since = self.emulator.world.seq

    @property
    def _people(self) -> People:
        return self.emulator.people

    @property
    def _person(self) -> Person:
        return self.emulator.people.find(self.id)

    @property
    def _chat(self) -> Chat:
        return self.emulator.people.place(self._person, self.chat_id)

    # Writing

    async def send(self, text: str, reply_to: int | None = None) -> int:
        """Sends a text; returns its message id."""
        self.mark()
        return self._people.write(self._person, self._chat, text, reply_to=reply_to, thread=self.thread).id

    async def send_photo(self, data: bytes, caption: str = "") -> int:
        return self._send_file("photo", Attached("photo.jpg", "image/jpeg", data), caption)

    async def send_document(
        self,
        data: bytes,
        file_name: str = "file.bin",
        mime_type: str = "application/octet-stream",
        caption: str = "",
    ) -> int:
        return self._send_file("document", Attached(file_name, mime_type, data), caption)

    async def send_album(self, photos: list[bytes], caption: str = "") -> list[int]:
        album = str(secrets.randbits(60))
        files = [Attached("photo.jpg", "image/jpeg", data) for data in photos]
        return [self._send_file("photo", file, "" if number else caption, album) for number, file in enumerate(files)]

    def _send_file(self, kind: str, file: Attached, caption: str, album: str | None = None) -> int:
        self.mark()
        person, chat = self._person, self._chat
        return self._people.send_file(person, chat, kind, file, caption=caption, thread=self.thread, album=album).id

    async def share_contact(self, of: Json | None = None) -> int:
        """Their own phone number, or the contact ``of`` somebody else."""
        self.mark()
        return self._people.share_contact(self._person, self._chat, of).id

    async def share_location(self, latitude: float = 31.2304, longitude: float = 121.4737) -> int:
        self.mark()
        place = {"latitude": latitude, "longitude": longitude}
        return self._people.share_location(self._person, self._chat, place).id

    async def edit(self, message_id: int, text: str) -> None:
        self.mark()
        self._people.edit(self._person, self._chat.messages[message_id], text)

    async def delete(self, message_id: int) -> None:
        self._people.delete(self._chat.messages[message_id])

    async def block(self) -> None:
        self._people.block(self._person)

    async def unblock(self) -> None:
        self._people.unblock(self._person)

    async def deactivate(self) -> None:
        """Deletes the account."""
        self._person.deactivated = True

    # Buttons

    async def tap(
        self,
        button: Text,
        message: Message | int | None = None,
        *,
        stale: bool = False,
        times: int = 1,
        answer: bool = False,
        timeout: float = 10,
    ) -> Tap:
        """Presses an inline button on the newest message that has it.

        ``stale``: also buttons that are no longer there. ``times=2``: a double tap. ``answer``: waits for the answer.
        """
        message_id = message.id if isinstance(message, Message) else message
        stored, found = self._find_button(button, message_id, stale=stale)
        self.mark()
        queries: list[Query] = []
        if "callback_data" in found:
            data = found["callback_data"]
            queries = [self._people.press(self._person, stored, data) for _ in range(times)]
        tap = Tap(self.emulator, stored, found, queries)
        if answer and queries:
            await tap.answered(timeout)
        return tap

    async def double_tap(self, button: Text, message: Message | int | None = None, *, stale: bool = False) -> Tap:
        return await self.tap(button, message, stale=stale, times=2)

    async def forge_callback(self, message_id: int, data: str) -> None:
        """What a modified client can do: any data on any message."""
        self._people.press(self._person, self._chat.messages[message_id], data)

    async def reply_keyboard(self, button: Text) -> int:
        """Presses a key of the reply keyboard; contact and location keys share them. Returns the message id."""
        pattern = _pattern(button)
        key = next((key for key in self.keys if key == button), None)
        key = key or next((key for key in self.keys if pattern.search(key)), None)
        if key is None:
            raise UserError("no_such_key", f"{button!r} in {self.keys}")
        self.mark()
        return self._people.press_key(self._person, self._chat, key).id

    async def open_url(self, url: str) -> Json:
        """Opens a link: a deep link of the bot starts it, others are only returned."""
        self.mark()
        message = self._people.open_link(self._person, url)
        if message is None:
            return {"kind": "external", "value": url}
        return {"kind": "start", "message_id": message.id, "payload": message.text.partition(" ")[2] or None}

    async def open_url_button(self, button: Text) -> Json:
        tap = await self.tap(button)
        if tap.kind != "url":
            raise UserError("button_does_nothing", f"{button!r} is a {tap.kind} button")
        return await self.open_url(str(tap.value))

    def _find_button(self, button: Text, message_id: int | None, *, stale: bool) -> tuple[Stored, Json]:
        pool = list(self._buttons(message_id, stale=stale))
        if isinstance(button, str):
            for key in ("text", "callback_data"):
                for stored, found in pool:
                    if found.get(key) == button:
                        return stored, found
        pattern = _pattern(button)
        for stored, found in pool:
            data = "" if isinstance(button, str) else found.get("callback_data", "")
            if pattern.search(found["text"]) or pattern.search(data):
                return stored, found
        raise UserError("no_such_button", f"{button!r} in {[found['text'] for _, found in pool][:40]}")

    def _buttons(self, message_id: int | None, *, stale: bool) -> Iterator[tuple[Stored, Json]]:
        """Newest message first; with ``stale`` also the keyboards that were, and those of deleted messages."""
        for stored in reversed(self._chat.messages.values()):
            if (stored.deleted and not stale) or message_id not in (None, stored.id):
                continue
            keyboards = [stored.keyboard, *(reversed(stored.old_keyboards) if stale else ())]
            yield from ((stored, found) for keyboard in keyboards for row in keyboard for found in row)

    # Paying

    async def pay_invoice(
        self, invoice: Message | int | str | None = None, *, declined: bool = False, address: Json | None = None,
        timeout: float | None = None,
    ) -> Payment:
        """Pays the newest invoice of the chat, the one in a message, or the one behind a link.

        ``declined``: confirms, and then the bank says no. ``timeout`` is how long the service waits for the bot.
        """
        self.mark()
        paying, message = self.emulator.paying, None
        if isinstance(invoice, str):
            found = self.emulator.world.till.behind(invoice)
            if found is None:
                raise UserError("no_invoice", invoice)
        else:
            message = self._invoice(invoice.id if isinstance(invoice, Message) else invoice)
            found = paying.invoice_in(message)
        return await paying.pay(
            self._person, found, message, declined=declined, address=address, seconds=timeout)

    def _invoice(self, message_id: int | None) -> Stored:
        for stored in reversed(self._chat.messages.values()):
            if "invoice" in stored.data and not stored.deleted and message_id in (None, stored.id):
                return stored
        raise UserError("no_invoice", str(message_id or "in this chat"))

    # Inline mode

    async def inline(self, query: str, offset: str = "", timeout: float = 10) -> Json:
        """Types @bot query; returns the bot's answer: {"query_id", "results", …}."""
        asked = self._people.inline(self._person, self._chat, query, offset)
        answer = await answer_to(self.emulator, asked, timeout)
        return {"query_id": asked.id, **answer}

    async def choose(self, inline: Json, index: int = 0) -> Json:
        """Sends one of the results of ``inline`` into this chat."""
        self.mark()
        query = self.emulator.world.queries[inline["query_id"]]
        message = self._people.choose(self._person, query, inline["results"][index]["id"], self._chat)
        return {"message_id": message.id, "chat_id": message.chat.id, "inline_message_id": message.inline_id}

    # Looking

    def messages(self, limit: int = 30) -> list[Message]:
        shown = [stored for stored in self._chat.shown() if self.thread in (None, stored.thread)]
        return [Message(stored) for stored in shown[-limit:]]

    @property
    def last_message(self) -> Message:
        """The newest message of the bot on the screen."""
        for message in reversed(self.messages()):
            if message.is_bot:
                return message
        raise UserError("no_such_message", "the bot has written nothing yet")

    @property
    def keys(self) -> list[str]:
        """The keys of the reply keyboard that is now on the screen."""
        keyboard = self._chat.reply_keyboard or {"keyboard": []}
        return [key["text"] for row in keyboard["keyboard"] for key in row]

    def screen(self, limit: int = 30) -> str:
        """What is on the screen now, as text."""
        chat = self._chat
        title = self._person.first_name if chat.private else chat.title
        lines = [f"══ {title} ({chat.id})" + (" — blocked" if chat.blocked else "")]
        lines += [message.render() for message in self.messages(limit)]
        if self.keys:
            lines.append("── keys: " + " ".join(f"( {key} )" for key in self.keys))
        return "\n".join(lines)

    async def expect(self, pattern: Text = ".*", timeout: float = 15, kind: str | None = None) -> Message:
        """Waits for a message of the bot that matches, new or edited since this person last did something."""
        found = _pattern(pattern)
        deadline = time.monotonic() + timeout
        while True:
            fresh = [Message(stored) for stored in self._fresh()]
            for message in reversed(fresh):
                if kind in (None, message.kind) and found.search(message.text):
                    return message
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                seen = [message.text[:200] for message in fresh]
                raise UserError("nothing_seen", f"{pattern!r} within {timeout} s; on the screen: {seen}")
            await self.emulator.world.pulse.next(remaining)

    def _fresh(self) -> Iterator[Stored]:
        for stored in self._chat.shown():
            from_bot = stored.by_bot or "via_bot" in stored.data
            if stored.seq > self._since and from_bot and self.thread in (None, stored.thread):
                yield stored

    async def expect_nothing(self, pattern: Text = ".*", within: float = 1.0) -> None:
        try:
            message = await self.expect(pattern, within)
        except UserError:
            return
        raise UserError("unexpected", repr(message))


class Device:
    """Another device of the same person: shows an old picture until ``sync`` and taps what it still shows."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.shown: list[Message] = []
        self.sync()

    def sync(self) -> None:
        self.shown = self.user.messages()

    async def tap(self, button: Text, *, times: int = 1, answer: bool = False, timeout: float = 10) -> Tap:
        for message in reversed(self.shown):
            for found in (found for row in message.buttons for found in row):
                data = found.get("callback_data")
                hit = button in (found["text"], data) if isinstance(button, str) else button.search(found["text"])
                if hit:
                    name = data or found["text"]
                    return await self.user.tap(name, message, stale=True, times=times, answer=answer, timeout=timeout)
        raise UserError("no_such_button", f"{button!r} on this device")


async def at_once(*actions: Any) -> list[Any]:
    """Runs what several people or devices do at the same time."""
    return list(await asyncio.gather(*actions))


def _pattern(text: Text) -> Pattern[str]:
    if not isinstance(text, str):
        return text
    try:
        return re.compile(text, re.IGNORECASE | re.DOTALL)
    except re.error:
        return re.compile(re.escape(text), re.IGNORECASE)
