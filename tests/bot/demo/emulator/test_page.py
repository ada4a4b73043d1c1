"""The page's socket, uploads and files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.emulator import Emulator, User
from tests.bot.demo.emulator.conftest import Client, png

ANNA = 1001


class Browser:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def do(self, what: str, **order: Any) -> None:
        await self.socket.send_json({"do": what, **order})

    async def wait_for(self, kind: str) -> dict[str, Any]:
        """The next frame of a kind; others are passed over."""
        while True:
            frame = await self.socket.receive_json(timeout=5)
            if frame["t"] == kind:
                return frame


@pytest.fixture
async def browser(client: Client, anna: User) -> AsyncIterator[Browser]:
    async with client.session.ws_connect(f"{client.base}/demo/ws") as socket:
        yield Browser(socket)


async def test_hello_has_everything(client: Client, emulator: Emulator, anna: User) -> None:
    emulator.seat(anna)
    group = emulator.group("Staff", [anna], [emulator.user(1, "Boss", "zh-hans")], is_forum=True)
    async with client.session.ws_connect(f"{client.base}/demo/ws") as socket:
        hello = await Browser(socket).wait_for("hello")
    assert hello["now"] == 1795500000000
    assert hello["bot"] == {"id": 4242, "name": {"zh": "小店", "en": "Shop"}, "username": "shop_bot"}
    assert hello["seats"] == [{"person": ANNA, "chat": ANNA}]
    assert [(person["id"], person["language"], person["letter"]) for person in hello["people"]] == [
        (ANNA, "en", "A"),
        (1, "zh", "B"),
    ]
    assert [(chat["id"], chat["kind"], chat["title"], chat["members"]) for chat in hello["chats"]] == [
        (ANNA, "private", "Anna", 2),
        (1, "private", "Boss", 2),
        (group, "group", "Staff", 3),
    ]
    (message,) = hello["messages"]
    assert (message["chat"], message["text"], message["out_for"], message["keyboard"]) == (ANNA, "/start", [ANNA], None)


async def test_a_message_looks_as_the_protocol_says(client: Client, browser: Browser) -> None:
    markup = {
        "inline_keyboard": [
            [{"text": "Buy", "callback_data": "b", "style": "success"}, {"text": "No", "disabled": {}}],
            [{"text": "Copy", "copy_text": {"text": "A-1"}}, {"text": "Find", "switch_inline_query": "te"}],
            [{"text": "Pay", "url": "http://127.0.0.1/pay"}],
        ]
    }
    text = "<b>1 &lt; 2</b> <tg-time unix='1795500000' format='r'>soon</tg-time>"
    sent = await client.call("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML", reply_markup=markup)
    frame = await browser.wait_for("message")
    assert frame["edited"] is False
    shown = frame["message"]
    assert (shown["id"], shown["text"]) == (sent["message_id"], "1 < 2 soon")
    assert shown["html"] == '<b>1 &lt; 2</b> <time data-unix="1795500000" data-format="r">soon</time>'
    assert shown["from"] == {"id": 4242, "name": "小店", "bot": True}
    plain = {"style": None, "disabled": False}
    assert shown["keyboard"] == [
        [
            {"i": "0:0", "text": "Buy", "kind": "callback", "style": "success", "disabled": False, "data": "b"},
            {"i": "0:1", "text": "No", "kind": "callback", "style": None, "disabled": True},
        ],
        [
            {"i": "1:0", "text": "Copy", "kind": "copy", **plain, "copy": "A-1"},
            {"i": "1:1", "text": "Find", "kind": "switch_inline", **plain, "query": "te"},
        ],
        [{"i": "2:0", "text": "Pay", "kind": "url", **plain, "url": "http://127.0.0.1/pay"}],
    ]


async def test_a_tap_is_answered(client: Client, browser: Browser) -> None:
    markup = {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}]]}
    sent = await client.call("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)
    await browser.wait_for("message")
    await browser.do("tap", person=ANNA, chat=ANNA, message=sent["message_id"], i="0:0")
    update = (await client.call("getUpdates", offset=-1, timeout=5))[-1]
    query = update["callback_query"]
    assert (query["data"], query["message"]["text"]) == ("b", "x")
    await client.call("answerCallbackQuery", callback_query_id=query["id"], text="Yes", show_alert=True)
    frame = await browser.wait_for("answer")
    assert frame == {"t": "answer", "person": ANNA, "query": query["id"], "text": "Yes", "alert": True, "url": None}


async def test_a_tap_that_is_not_answered_is_given_up(client: Client, browser: Browser, emulator: Emulator) -> None:
    emulator.limits.callback_answer = 0.01
    markup = {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}]]}
    sent = await client.call("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)
    await browser.do("tap", person=ANNA, chat=ANNA, message=sent["message_id"], i="0:0")
    refused = await browser.wait_for("refused")
    assert (refused["person"], refused["error"]) == (ANNA, "no_answer")


@pytest.mark.parametrize(
    ("order", "person", "error"),
    [
        ({"do": "send", "person": 5, "text": "x"}, 5, "no_such_person"),
        ({"do": "send", "person": ANNA, "chat": 7, "text": "x"}, ANNA, "no_such_chat"),
        ({"do": "send", "person": ANNA, "text": " "}, ANNA, "text_length"),
        ({"do": "tap", "person": ANNA, "chat": ANNA, "message": 1, "i": "0:0"}, ANNA, "no_such_button"),
        ({"do": "reply_button", "person": ANNA, "text": "x"}, ANNA, "no_such_key"),
        ({"do": "start", "person": ANNA, "payload": "no spaces"}, ANNA, "deep_link_payload"),
        ({"do": "send_upload", "person": ANNA, "upload": "x"}, ANNA, "no_such_upload"),
        ({"do": "choose_inline", "person": ANNA, "result": "x"}, ANNA, "no_such_result"),
        ({"do": "add_person", "first_name": " ", "language": "en"}, None, "name_is_empty"),
        ({"do": "clock", "seconds": -5}, None, "unreadable"),
        ({"do": "dance"}, None, "unreadable"),
        ({"do": "send", "person": ANNA, "text": 5}, ANNA, "unreadable"),
    ],
)
async def test_an_impossible_order_is_refused(
    browser: Browser, order: dict[str, Any], person: int | None, error: str
) -> None:
    await browser.socket.send_json(order)
    assert await browser.wait_for("refused") == {"t": "refused", "person": person, "error": error}


async def test_upload_then_send(client: Client, browser: Browser) -> None:
    form = aiohttp.FormData()
    form.add_field("file", png(30, 20), filename="slip.png", content_type="image/png")
    async with client.session.post(f"{client.base}/demo/upload", data=form) as response:
        uploaded = await response.json()
    assert (uploaded["kind"], uploaded["name"], uploaded["size"]) == ("photo", "slip.png", len(png(30, 20)))
    await browser.do("send_upload", person=ANNA, chat=ANNA, upload=uploaded["upload"], caption="my slip")
    photo = (await browser.wait_for("message"))["message"]["photo"]
    assert (photo["w"], photo["h"]) == (30, 20)
    async with client.session.get(f"{client.base}/demo/file/{photo['file_id']}") as response:
        assert (response.content_type, await response.read()) == ("image/png", png(30, 20))


async def test_inline_query_and_choice(client: Client, browser: Browser) -> None:
    await browser.do("inline", person=ANNA, chat=ANNA, query="te")
    update = (await client.call("getUpdates", offset=-1, timeout=5))[-1]
    result = {"type": "article", "id": "1", "title": "Tea", "input_message_content": {"message_text": "Tea!"}}
    await client.call("answerInlineQuery", inline_query_id=update["inline_query"]["id"], results=[result])
    frame = await browser.wait_for("inline")
    assert frame["results"] == [{"id": "1", "title": "Tea", "description": "", "thumb": None, "text": "Tea!"}]
    await browser.do("choose_inline", person=ANNA, chat=ANNA, result="1")
    shown = (await browser.wait_for("message"))["message"]
    assert (shown["text"], shown["via_bot"], shown["out_for"]) == ("Tea!", True, [ANNA])


async def test_clock_language_and_a_new_person(client: Client, browser: Browser, emulator: Emulator) -> None:
    moved: list[float] = []

    async def on_clock() -> None:
        moved.append(emulator.clock.offset)

    emulator.on_clock = on_clock
    await browser.do("clock", seconds=900)
    assert await browser.wait_for("clock") == {"t": "clock", "now": 1795500900000, "offset": 900.0}
    assert moved == [900.0]
    await browser.do("language", person=ANNA, language="zh")
    assert (await browser.wait_for("person"))["person"]["language"] == "zh"
    await browser.do("add_person", first_name="陈", language="zh")
    added = await browser.wait_for("person")
    assert (added["person"]["letter"], added["chat"]["id"]) == ("陈", added["person"]["id"])


async def test_reset_forgets_what_was_said(client: Client, browser: Browser, emulator: Emulator) -> None:
    told: list[int] = []

    async def on_reset() -> None:
        told.append(len(list(emulator.chat(ANNA).shown())))

    emulator.on_reset = on_reset
    await browser.wait_for("hello")
    await browser.do("add_person", first_name="Guest", language="en")
    await browser.wait_for("person")
    await browser.do("reset")
    hello = await browser.wait_for("hello")
    assert (hello["messages"], [person["id"] for person in hello["people"]], told) == ([], [ANNA], [0])
    assert await client.updates() == []


async def test_the_log_is_shown(client: Client, browser: Browser, emulator: Emulator) -> None:
    await client.call("sendChatAction", chat_id=ANNA, action="typing")
    typing = await browser.wait_for("typing")
    assert (typing["chat"], typing["action"], typing["until"]) == (ANNA, "typing", 1795500005000)
    entry = (await browser.wait_for("log"))["entry"]
    assert (entry["dir"], entry["what"], entry["chat"], entry["status"]) == ("out", "sendChatAction", ANNA, 200)
    assert entry["reply"] == {"ok": True, "result": True}
    emulator.note_webhook("payment.succeeded", {"id": "evt_1"}, 200, 0.012)
    entry = (await browser.wait_for("log"))["entry"]
    assert (entry["dir"], entry["what"], entry["ms"]) == ("web", "webhook · payment.succeeded", 12)


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
@pytest.mark.parametrize(("method", "path"), [("GET", "/demo/ws"), ("GET", "/demo/file/x"), ("POST", "/demo/upload")])
async def test_other_sites_are_kept_out(client: Client, headers: dict[str, str], method: str, path: str) -> None:
    async with client.session.request(method, f"{client.base}{path}", headers=headers) as response:
        assert response.status == 403
