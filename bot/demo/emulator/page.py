"""The page's side of the demo: its socket, its uploads and the files it shows."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, WSMsgType, web

from bot.demo.emulator.errors import ApiError, UserError
from bot.demo.emulator.files import Attached
from bot.demo.emulator.journal import Entry
from bot.demo.emulator.page_orders import Orders, Scene
from bot.demo.emulator.page_view import (
    answer_view,
    bot_view,
    chat_view,
    invoice_view,
    message_view,
    person_view,
    reply_keyboard_view,
)
from bot.demo.emulator.people import People
from bot.demo.emulator.state import Chat, Json, Message, Person, Query
from bot.demo.emulator.till import Invoice
from bot.demo.emulator.world import World

log = logging.getLogger(__name__)

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HISTORY = 200
_UPLOAD_LARGEST = 20 << 20
_TYPING_SHOWN_MS = 5000

Frames = asyncio.Queue[Json]


class Page:
    """Shows the world to browsers and does what they ask. Answers only to loopback names."""

    def __init__(self, world: World, people: People, scene: Scene) -> None:
        self.world = world
        self.scene = scene
        self.orders = Orders(world, people, scene)
        self._browsers: set[Frames] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/demo/ws", self._on_socket),
            web.post("/demo/upload", self._on_upload),
            web.get("/demo/file/{file_id}", self._on_file),
        ]

    # Server to page

    def greet(self) -> None:
        """Sends everything anew to every browser."""
        self.orders.forget()
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
        if query.kind in ("callback_query", "inline_query"):
            self._broadcast(answer_view(query))

    def query_given_up(self, query: Query) -> None:
        self._broadcast({"t": "refused", "person": query.person.id, "error": "no_answer", "query": query.id})

    def invoice_opened(self, person: Person, invoice: Invoice, ref: Json) -> None:
        self._broadcast(invoice_view(person, invoice, ref))

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
        return web.json_response(self.orders.keep(file))

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

    async def _obey(self, text: str, frames: Frames) -> None:
        order: Any = None
        try:
            order = json.loads(text)
            if order["do"] == "code":
                person = int(order["person"])
                frames.put_nowait({"t": "code", "person": person, **await self.scene.code_of(person)})
                return
            await self.orders.obey(order)
        except (UserError, ApiError) as error:
            code = error.code if isinstance(error, UserError) else error.description
            frames.put_nowait({"t": "refused", "person": order.get("person"), "error": code})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            log.warning("demo page sent an order that cannot be read: %r", error)
            person = order.get("person") if isinstance(order, dict) else None
            frames.put_nowait({"t": "refused", "person": person, "error": "unreadable"})


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
