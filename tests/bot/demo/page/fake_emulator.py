"""A small scripted stand-in for the emulator: speaks the page's protocol, remembers what the page asked for."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, WSMsgType, web

from bot.demo.page import routes
from tests.bot.demo.page.conversation import (
    BOT,
    JAY,
    LIN,
    NOW,
    OWNER,
    WANG,
    Frame,
    hello,
    log_entries,
    message,
    person,
    photo,
    private,
    product_card,
)

FILES = Path(__file__).parent / "files"


class FakeEmulator:
    """The WebSocket, uploads and files of the demo, with a bot of a few fixed answers behind it."""

    def __init__(self) -> None:
        self.acts: list[Frame] = []
        self.uploads: list[tuple[str, bytes]] = []
        self.sockets: set[web.WebSocketResponse] = set()
        self.next_id = 100
        self.offset = 0
        self.quantity = 1
        self._acted = asyncio.Condition()

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(routes())
        app.add_routes(
            [
                web.get("/demo/ws", self.socket),
                web.post("/demo/upload", self.upload),
                web.get("/demo/file/{file_id}", self.file),
            ]
        )
        return app

    async def wait_for_act(self, name: str, count: int = 1, within: float = 5) -> Frame:
        """The count-th act of a name that the page sent."""
        async with self._acted, asyncio.timeout(within):
            await self._acted.wait_for(lambda: len(self._named(name)) >= count)
        return self._named(name)[count - 1]

    def _named(self, name: str) -> list[Frame]:
        return [act for act in self.acts if act["do"] == name]

    async def tell(self, **frame: Any) -> None:
        for socket in list(self.sockets):
            await socket.send_json(frame)

    async def say(self, chat: int, html: str, sender: int = BOT, **facts: Any) -> Frame:
        self.next_id += 1
        sent = message(chat, self.next_id, "14:07", html, sender, **facts)
        await self.tell(t="message", message=sent, edited=False)
        return sent

    async def tell_person(self, id_: int, *, blocked: bool = False, **changes: Any) -> None:
        """What the server says after a person blocked the bot or changed the language."""
        known = next(one for one in hello()["people"] if one["id"] == id_)
        await self.tell(t="person", person=known | changes, chat=private(id_) | {"blocked": blocked})

    async def hang_up(self) -> None:
        for socket in list(self.sockets):
            await socket.close()

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.add(socket)
        await self.greet(socket)
        async for incoming in socket:
            if incoming.type is WSMsgType.TEXT:
                await self.act(json.loads(incoming.data))
        self.sockets.discard(socket)
        return socket

    async def greet(self, socket: web.WebSocketResponse) -> None:
        await socket.send_json(hello())
        keys = [[{"text": text, "kind": "text"} for text in ("🛍 逛逛", "🛒 3", "📦 订单", "💬 客服")]]
        await socket.send_json(
            {"t": "reply_keyboard", "chat": LIN, "person": LIN, "keyboard": keys, "placeholder": "搜索或发消息"}
        )
        commands = [
            {"command": "start", "description": "首页"},
            {"command": "orders", "description": "我的订单"},
            {"command": "help", "description": "联系客服"},
        ]
        for who in (LIN, JAY, WANG, OWNER):
            await socket.send_json({"t": "commands", "person": who, "commands": commands})
        await socket.send_json({"t": "pin", "chat": LIN, "id": 1})
        for entry in log_entries():
            await socket.send_json({"t": "log", "entry": entry})

    async def act(self, act: Frame) -> None:
        answer: Callable[[Frame], Awaitable[None]] | None = getattr(self, f"on_{act['do']}", None)
        if answer:
            await answer(act)
        async with self._acted:
            self.acts.append(act)
            self._acted.notify_all()

    async def on_send(self, act: Frame) -> None:
        await self.say(act["chat"], act["text"], act["person"], reply_to=act.get("reply_to"), thread=act.get("thread"))
        await self.tell(t="typing", chat=act["chat"], action="typing", until=int(NOW.timestamp() * 1000) + 600_000)

    async def on_reply_button(self, act: Frame) -> None:
        await self.say(act["chat"], act["text"], act["person"])

    async def on_share_contact(self, act: Frame) -> None:
        await self.say(act["chat"], "", act["person"], contact={"name": "林小满", "phone": "+86 138 0000 0101"})

    async def on_start(self, act: Frame) -> None:
        await self.say(act["person"], f"/start {act.get('payload', '')}".strip(), act["person"])

    async def on_tap(self, act: Frame) -> None:
        if act["chat"] == LIN and act["i"] in ("2:0", "2:2"):
            self.quantity += 1 if act["i"] == "2:2" else -1
            await self.tell(t="message", message=product_card(self.quantity), edited=True)
            await self.answer(act, None, False)
        elif act["chat"] == LIN and act["i"] == "3:0":
            await self.answer(act, "已加入 · 购物车 3 件 · 小计 ¥1,897.00", False)
        elif act["chat"] == JAY and act["i"] == "1:0":
            await self.answer(
                act, "No payment yet; it usually takes seconds. We will keep checking for 2 minutes.", True
            )

    async def answer(self, act: Frame, text: str | None, alert: bool) -> None:
        await self.tell(t="answer", person=act["person"], query="1", text=text, alert=alert, url=None)

    async def on_inline(self, act: Frame) -> None:
        results = [
            {
                "id": "p3",
                "title": "净屏 P3 空气净化器",
                "description": "¥1,299.00 · 库存充足",
                "thumb": "/demo/file/purifier",
                "text": "",
            },
            {"id": "f3", "title": "P3 复合滤芯", "description": "¥159.00", "thumb": "/demo/file/filter", "text": ""},
        ]
        button = {"text": "登录看会员价", "start_parameter": "inline"}
        await self.tell(
            t="inline",
            person=act["person"],
            query=act["query"],
            results=results,
            button=button,
            next_offset="",
            personal=True,
        )

    async def on_choose_inline(self, act: Frame) -> None:
        await self.say(act["chat"], f"<b>{act['result']}</b>", act["person"], via_bot=True)

    async def on_send_upload(self, act: Frame) -> None:
        await self.say(act["chat"], act.get("caption", ""), act["person"], photo=photo("filter"))

    async def on_clock(self, act: Frame) -> None:
        self.offset += act["seconds"]
        await self.tell(t="clock", now=int((NOW.timestamp() + self.offset) * 1000), offset=self.offset)

    async def on_add_person(self, act: Frame) -> None:
        self.next_id += 1000
        new = person(
            self.next_id, act["first_name"], act["language"], "客户 · 新来", "Customer · new", "e", act["first_name"][0]
        )
        await self.tell(t="person", person=new, chat=private(self.next_id))

    async def on_reset(self, act: Frame) -> None:
        for socket in list(self.sockets):
            await self.greet(socket)

    async def upload(self, request: web.Request) -> web.Response:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                self.uploads.append((part.filename or "", bytes(await part.read())))
        name, body = self.uploads[-1]
        return web.json_response({"upload": "u1", "kind": "photo", "name": name, "size": len(body)})

    async def file(self, request: web.Request) -> web.StreamResponse:
        path = FILES / f"{request.match_info['file_id']}.svg"
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path)
