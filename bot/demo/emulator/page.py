"""The page's side of the demo: its socket, its uploads and the files it shows."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, WSMsgType, web

from bot.demo.emulator.errors import ApiError, UserError
from bot.demo.emulator.files import Attached, is_image
from bot.demo.emulator.journal import Entry
from bot.demo.emulator.page_view import (
    answer_view,
    bot_view,
    chat_view,
    message_view,
    person_view,
    reply_keyboard_view,
)
from bot.demo.emulator.people import People
from bot.demo.emulator.state import Chat, Json, Message, Person, Query
from bot.demo.emulator.world import World

log = logging.getLogger(__name__)

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HISTORY = 200
_UPLOAD_LARGEST = 20 << 20
_UPLOADS_KEPT = 20
_TYPING_SHOWN_MS = 5000
_AVATARS = "abcde"

Frames = asyncio.Queue[Json]


class Scene(Protocol):
    """What the page may do to the demo as a whole."""

    seats: list[Json]

    def clock_offset(self) -> float: ...

    async def move_clock(self, seconds: float) -> None: ...

    async def reset(self) -> None: ...


class Page:
    """Shows the world to browsers and does what they ask. Answers only to loopback names."""

    def __init__(self, world: World, people: People, scene: Scene) -> None:
        self.world = world
        self.people = people
        self.scene = scene
        self._browsers: set[Frames] = set()
        self._uploads: dict[str, Attached] = {}
        self._inline: dict[int, Query] = {}
        self._acts: dict[str, Callable[[Json], Awaitable[None] | None]] = {
            "send": self._do_send,
            "send_upload": self._do_send_upload,
            "tap": self._do_tap,
            "reply_button": self._do_reply_button,
            "share_contact": self._do_share_contact,
            "share_location": self._do_share_location,
            "start": self._do_start,
            "inline": self._do_inline,
            "choose_inline": self._do_choose_inline,
            "block": self._do_block,
            "unblock": self._do_unblock,
            "language": self._do_language,
            "add_person": self._do_add_person,
            "clock": self._do_clock,
            "reset": self._do_reset,
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/demo/ws", self._on_socket),
            web.post("/demo/upload", self._on_upload),
            web.get("/demo/file/{file_id}", self._on_file),
        ]

    # Server to page

    def greet(self) -> None:
        """Sends everything anew to every browser."""
        self._inline.clear()
        for frame in self._first_frames():
            self._broadcast(frame)

    def close(self) -> None:
        """Ends the browsers' sockets."""
        self._broadcast({"t": "bye"})

    def message_changed(self, message: Message, *, edited: bool) -> None:
        self._broadcast({"t": "message", "message": message_view(message), "edited": edited})

    def message_deleted(self, message: Message) -> None:
        self._broadcast({"t": "deleted", "chat": message.chat.id, "id": message.id})

    def query_answered(self, query: Query) -> None:
        self._broadcast(answer_view(query))

    def action_shown(self, chat: Chat, action: str) -> None:
        until = self._now_ms() + _TYPING_SHOWN_MS
        self._broadcast({"t": "typing", "chat": chat.id, "action": action, "until": until})

    def pins_changed(self, chat: Chat) -> None:
        self._broadcast({"t": "pin", "chat": chat.id, "id": chat.pinned[-1] if chat.pinned else None})

    def reply_keyboard_changed(self, chat: Chat) -> None:
        self._broadcast(reply_keyboard_view(chat))

    def commands_changed(self) -> None:
        for person in self.world.people.values():
            self._broadcast(self._commands(person))

    def person_changed(self, person: Person) -> None:
        chat = chat_view(self.world.chats[person.id], self.world.bot)
        self._broadcast({"t": "person", "person": person_view(person), "chat": chat})
        self._broadcast(self._commands(person))

    def logged(self, entry: Entry) -> None:
        self._broadcast({"t": "log", "entry": entry.json()})

    def clock_moved(self) -> None:
        self._broadcast({"t": "clock", "now": self._now_ms(), "offset": self.scene.clock_offset()})

    def _broadcast(self, frame: Json) -> None:
        for browser in self._browsers:
            browser.put_nowait(frame)

    def _now_ms(self) -> int:
        return int(self.world.now() * 1000)

    def _commands(self, person: Person) -> Json:
        commands = self.world.bot.commands_for(person.language_code or "", person.id, private=True)
        return {"t": "commands", "person": person.id, "commands": commands}

    def _first_frames(self) -> list[Json]:
        world = self.world
        chats = world.chats.values()
        hello = {
            "t": "hello",
            "now": self._now_ms(),
            "offset": self.scene.clock_offset(),
            "bot": bot_view(world.bot),
            "people": [person_view(person) for person in world.people.values()],
            "chats": [chat_view(chat, world.bot) for chat in chats],
            "seats": self.scene.seats,
            "messages": [message_view(message) for chat in chats for message in list(chat.shown())[-_HISTORY:]],
        }
        frames: list[Json] = [hello]
        frames += [self._commands(person) for person in world.people.values()]
        frames += [reply_keyboard_view(chat) for chat in chats if chat.reply_keyboard]
        frames += [{"t": "pin", "chat": chat.id, "id": chat.pinned[-1]} for chat in chats if chat.pinned]
        return frames + [{"t": "log", "entry": entry.json()} for entry in world.journal.entries]

    # HTTP

    async def _on_socket(self, request: web.Request) -> web.WebSocketResponse:
        _require_loopback(request)
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=1 << 20)
        await socket.prepare(request)
        frames: Frames = asyncio.Queue()
        for frame in self._first_frames():
            frames.put_nowait(frame)
        self._browsers.add(frames)
        try:
            async with asyncio.TaskGroup() as group:
                writer = group.create_task(_write(socket, frames))
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        await self._obey(message.data, frames)
                writer.cancel()
        finally:
            self._browsers.discard(frames)
        return socket

    async def _on_upload(self, request: web.Request) -> web.Response:
        _require_loopback(request)
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.name != "file":
            raise web.HTTPBadRequest
        data = bytearray()
        while chunk := await part.read_chunk():
            data += chunk
            if len(data) > _UPLOAD_LARGEST:
                raise web.HTTPRequestEntityTooLarge(_UPLOAD_LARGEST, len(data))
        file = Attached(part.filename or "file", part.headers.get("Content-Type", ""), bytes(data))
        while len(self._uploads) >= _UPLOADS_KEPT:
            del self._uploads[next(iter(self._uploads))]
        upload = secrets.token_urlsafe(12)
        self._uploads[upload] = file
        kind = "photo" if is_image(file.data) else "document"
        return web.json_response({"upload": upload, "kind": kind, "name": file.name, "size": len(file.data)})

    async def _on_file(self, request: web.Request) -> web.Response:
        _require_loopback(request)
        stored = self.world.files.by_id(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        shown = stored.kind != "document"
        return web.Response(
            body=stored.data,
            content_type=stored.mime if shown else "application/octet-stream",
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": "inline" if shown else "attachment",
                "Cache-Control": "private, max-age=3600",
            },
        )

    # Page to server

    async def _obey(self, text: str, frames: Frames) -> None:
        order: Any = None
        try:
            order = json.loads(text)
            done = self._acts[order["do"]](order)
            if done is not None:
                await done
        except (UserError, ApiError) as error:
            code = error.code if isinstance(error, UserError) else error.description
            frames.put_nowait({"t": "refused", "person": order.get("person"), "error": code})
        except (KeyError, TypeError, ValueError) as error:
            log.warning("demo page sent an order that cannot be read: %r", error)
            person = order.get("person") if isinstance(order, dict) else None
            frames.put_nowait({"t": "refused", "person": person, "error": "unreadable"})

    def _seat(self, order: Json) -> tuple[Person, Chat]:
        person = self.people.find(order["person"])
        return person, self.people.place(person, order.get("chat"))

    def _do_send(self, order: Json) -> None:
        person, chat = self._seat(order)
        self.people.write(person, chat, order["text"], reply_to=order.get("reply_to"), thread=order.get("thread"))

    def _do_send_upload(self, order: Json) -> None:
        person, chat = self._seat(order)
        file = self._uploads.pop(order["upload"], None)
        if file is None:
            raise UserError("no_such_upload")
        kind = "photo" if is_image(file.data) else "document"
        self.people.send_file(person, chat, kind, file, caption=order.get("caption") or "")

    def _do_tap(self, order: Json) -> None:
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
            self._broadcast({"t": "refused", "person": query.person.id, "error": "no_answer", "query": query.id})

    def _do_reply_button(self, order: Json) -> None:
        person, chat = self._seat(order)
        self.people.press_key(person, chat, order["text"])

    def _do_share_contact(self, order: Json) -> None:
        self.people.share_contact(*self._seat(order))

    def _do_share_location(self, order: Json) -> None:
        self.people.share_location(*self._seat(order))

    def _do_start(self, order: Json) -> None:
        self.people.start(self.people.find(order["person"]), order.get("payload"))

    def _do_inline(self, order: Json) -> None:
        person, chat = self._seat(order)
        self._inline[person.id] = self.people.inline(person, chat, order["query"], order.get("offset") or "")

    def _do_choose_inline(self, order: Json) -> None:
        person, chat = self._seat(order)
        query = self._inline.get(person.id)
        if query is None:
            raise UserError("no_such_result")
        self.people.choose(person, query, order["result"], chat)

    def _do_block(self, order: Json) -> None:
        person = self.people.find(order["person"])
        self.people.block(person)
        self.person_changed(person)

    def _do_unblock(self, order: Json) -> None:
        person = self.people.find(order["person"])
        self.people.unblock(person)
        self.person_changed(person)

    def _do_language(self, order: Json) -> None:
        self.people.speak(self.people.find(order["person"]), str(order["language"]))

    def _do_add_person(self, order: Json) -> None:
        name = str(order["first_name"]).strip()[:64]
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
        self.person_changed(person)

    async def _do_clock(self, order: Json) -> None:
        await self.scene.move_clock(float(order["seconds"]))

    async def _do_reset(self, order: Json) -> None:
        await self.scene.reset()


async def _write(socket: web.WebSocketResponse, frames: Frames) -> None:
    while True:
        frame = await frames.get()
        if frame["t"] == "bye":
            await socket.close()
            return
        try:
            await socket.send_str(json.dumps(frame, ensure_ascii=False))
        except ConnectionError:
            return


def _require_loopback(request: web.Request) -> None:
    """Other sites' pages must not reach the demo: neither by a foreign name for 127.0.0.1 nor across origins."""
    origin = request.headers.get("Origin")
    names = [urlsplit(f"//{request.host}").hostname] + ([urlsplit(origin).hostname] if origin else [])
    if any(name not in _LOOPBACK for name in names):
        raise web.HTTPForbidden
