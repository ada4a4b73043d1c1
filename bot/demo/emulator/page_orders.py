"""What the page orders: acts of persons, and the demo's clock and reset."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.demo.emulator.errors import UserError
from bot.demo.emulator.files import Attached, is_image
from bot.demo.emulator.paying import Paying
from bot.demo.emulator.people import People
from bot.demo.emulator.state import Chat, Json, Message, Person, Query
from bot.demo.emulator.till import Invoice
from bot.demo.emulator.world import World

_UPLOADS_KEPT = 20
_AVATARS = "abcde"
_NAME_LONGEST = 64


class Scene(Protocol):
    """The demo as a whole."""

    seats: list[Json]

    def clock_offset(self) -> float: ...

    async def move_clock(self, seconds: float) -> None: ...

    async def reset(self) -> None: ...

    async def code_of(self, person: int) -> Json: ...


class Orders:
    """Does what the page asks, in the names that the demo protocol gives."""

    def __init__(self, world: World, people: People, scene: Scene) -> None:
        self.world = world
        self.people = people
        self.scene = scene
        self.paying = Paying(people)
        self._uploads: dict[str, Attached] = {}
        self._inline: dict[int, Query] = {}
        self._acts: dict[str, Callable[[Json], Awaitable[None] | None]] = {
            "send": self._send,
            "send_upload": self._send_upload,
            "tap": self._tap,
            "reply_button": self._reply_button,
            "share_contact": self._share_contact,
            "share_location": self._share_location,
            "start": self._start,
            "invoice": self._open_invoice,
            "pay": self._pay,
            "inline": self._ask_inline,
            "choose_inline": self._choose_inline,
            "block": self._block,
            "unblock": self._unblock,
            "language": self._language,
            "add_person": self._add_person,
            "clock": self._clock,
            "reset": self._reset,
        }

    async def obey(self, order: Json) -> None:
        """Raises UserError or ApiError for what is impossible; what cannot be read fails as Python fails on it."""
        done = self._acts[order["do"]](order)
        if done is not None:
            await done

    def keep(self, file: Attached) -> Json:
        """Keeps an upload until it is sent; the oldest go when there are too many."""
        while len(self._uploads) >= _UPLOADS_KEPT:
            del self._uploads[next(iter(self._uploads))]
        upload = secrets.token_urlsafe(12)
        self._uploads[upload] = file
        return {"upload": upload, "kind": _kind(file), "name": file.name, "size": len(file.data)}

    def forget(self) -> None:
        self._uploads.clear()
        self._inline.clear()

    def _seat(self, order: Json) -> tuple[Person, Chat]:
        person = self.people.find(order["person"])
        return person, self.people.place(person, order.get("chat"))

    def _send(self, order: Json) -> None:
        person, chat = self._seat(order)
        self.people.write(person, chat, order["text"], reply_to=order.get("reply_to"), thread=order.get("thread"))

    def _send_upload(self, order: Json) -> None:
        person, chat = self._seat(order)
        file = self._uploads.pop(order["upload"], None)
        if file is None:
            raise UserError("no_such_upload")
        caption, thread = order.get("caption") or "", order.get("thread")
        self.people.send_file(person, chat, _kind(file), file, caption=caption, thread=thread)

    def _tap(self, order: Json) -> None:
        person, chat = self._seat(order)
        message = chat.messages.get(order["message"])
        row, column = map(int, order["i"].split(":"))
        if message is None or row >= len(message.keyboard) or column >= len(message.keyboard[row]):
            raise UserError("no_such_button")
        button = message.keyboard[row][column]
        if "callback_data" not in button:
            raise UserError("button_does_nothing")
        query = self.people.press(person, message, button["callback_data"])
        asyncio.get_running_loop().call_later(self.world.limits.callback_answer, self._give_up, query)

    def _give_up(self, query: Query) -> None:
        if query.answer is None and query.id in self.world.queries:
            self.world.observer.query_given_up(query)

    def _reply_button(self, order: Json) -> None:
        person, chat = self._seat(order)
        self.people.press_key(person, chat, order["text"])

    def _share_contact(self, order: Json) -> None:
        self.people.share_contact(*self._seat(order))

    def _share_location(self, order: Json) -> None:
        self.people.share_location(*self._seat(order))

    def _start(self, order: Json) -> None:
        self.people.start(self.people.find(order["person"]), order.get("payload"))

    def _open_invoice(self, order: Json) -> None:
        person, invoice, _ = self._invoice(order)
        ref = {key: order[key] for key in ("chat", "message", "url") if order.get(key) is not None}
        self.world.observer.invoice_opened(person, invoice, ref)

    async def _pay(self, order: Json) -> None:
        """Goes through the sheet; a no is told like any other."""
        person, invoice, message = self._invoice(order)
        paid = await self.paying.pay(person, invoice, message)
        if not paid.ok:
            raise UserError(paid.error)

    def _invoice(self, order: Json) -> tuple[Person, Invoice, Message | None]:
        """The invoice behind a link, or in a message of the chat."""
        if order.get("url"):
            invoice = self.world.till.behind(str(order["url"]))
            if invoice is None:
                raise UserError("no_invoice")
            return self.people.find(order["person"]), invoice, None
        person, chat = self._seat(order)
        message = chat.messages.get(order["message"])
        if message is None:
            raise UserError("no_such_message")
        return person, self.paying.invoice_in(message), message

    def _ask_inline(self, order: Json) -> None:
        person, chat = self._seat(order)
        self._inline[person.id] = self.people.inline(person, chat, order["query"], order.get("offset") or "")

    def _choose_inline(self, order: Json) -> None:
        person, chat = self._seat(order)
        query = self._inline.get(person.id)
        if query is None:
            raise UserError("no_such_result")
        self.people.choose(person, query, order["result"], chat)

    def _block(self, order: Json) -> None:
        self.people.block(self.people.find(order["person"]))

    def _unblock(self, order: Json) -> None:
        self.people.unblock(self.people.find(order["person"]))

    def _language(self, order: Json) -> None:
        self.people.speak(self.people.find(order["person"]), str(order["language"]))

    def _add_person(self, order: Json) -> None:
        name = str(order["first_name"]).strip()[:_NAME_LONGEST]
        if not name:
            raise UserError("name_is_empty")
        number = len(self.world.people)
        person = Person(
            id=max(self.world.people, default=1000) + 1,
            first_name=name,
            language_code=str(order["language"]),
            avatar=_AVATARS[number % len(_AVATARS)],
            guest=True,
        )
        self.world.add_person(person)
        self.world.observer.person_changed(person)

    async def _clock(self, order: Json) -> None:
        await self.scene.move_clock(float(order["seconds"]))

    async def _reset(self, order: Json) -> None:
        await self.scene.reset()


def _kind(file: Attached) -> str:
    return "photo" if is_image(file.data) else "document"
