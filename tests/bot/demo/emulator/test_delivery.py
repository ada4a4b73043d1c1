"""How updates reach the bot: in order, again until taken, never too late; by webhook or by polling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import MultipartWriter, web
from aiohttp.test_utils import TestServer

from bot.demo.emulator import Emulator, User
from services.shared.clock import MovableClock
from tests.bot.demo.emulator.conftest import TOKEN, Client, png


class Hook:
    """A webhook that records what it gets and answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.gate: asyncio.Event | None = None
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.gate is not None and "message" in update:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else web.Response()
        if answer.status == 200:
            self.taken.append(update)
        return answer

    @property
    def kinds(self) -> list[str]:
        return [next(kind for kind in update if kind != "update_id") for update in self.taken]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.add_routes([web.post("/hook", made.handle)])
    async with TestServer(app) as server:
        made.url = str(server.make_url("/hook"))
        yield made


async def test_a_webhook_gets_what_waited_and_the_secret(
    client: Client, anna: User, hook: Hook, emulator: Emulator
) -> None:
    await client.call("setWebhook", url=hook.url, secret_token="s3cret")
    await anna.send("second")
    assert await emulator.idle()
    assert [update["message"]["text"] for update in hook.taken] == ["/start", "second"]
    assert hook.taken[1]["update_id"] == hook.taken[0]["update_id"] + 1
    assert hook.secrets == ["s3cret", "s3cret"]
    assert [(entry.direction, entry.status) for entry in emulator.log("update · message")] == [("in", 200)] * 2
    emulator.assert_clean()


async def test_a_refused_update_comes_again_before_the_next(
    client: Client, anna: User, hook: Hook, emulator: Emulator
) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=302), web.Response(status=503)]
    await client.call("setWebhook", url=hook.url)
    await anna.send("second")
    assert await emulator.idle()
    assert [update["message"]["text"] for update in hook.taken] == ["/start", "second"]
    assert [entry.status for entry in emulator.log("update · message")] == [500, 302, 503, 200, 200]
    info = await client.call("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert info["pending_update_count"] == 0


async def test_messages_wait_for_each_other_and_callbacks_do_not_wait_for_messages(
    client: Client, anna: User, hook: Hook, emulator: Emulator
) -> None:
    markup = {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}]]}
    await client.call("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    hook.gate = asyncio.Event()
    await client.call("setWebhook", url=hook.url)
    await anna.send("second")
    await anna.tap("Buy")
    while len(emulator.delivery.pending) > 2:
        assert await emulator.world.pulse.next(5)
    assert hook.kinds == ["callback_query"]
    hook.gate.set()
    assert await emulator.idle()
    assert hook.kinds == ["callback_query", "message", "message"]


async def test_a_press_that_nobody_took_is_dropped_after_150_seconds(
    client: Client, anna: User, hook: Hook, emulator: Emulator, clock: MovableClock
) -> None:
    markup = {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}]]}
    await client.call("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    await anna.tap("Buy")
    clock.move(151)
    assert [list(update)[1] for update in await client.updates()] == ["message"]
    await client.call("setWebhook", url=hook.url)
    assert await emulator.idle()
    assert hook.kinds == ["message"]
    assert [problem.kind for problem in emulator.problems()] == ["update_expired", "callback_query_unanswered"]


@pytest.mark.parametrize("shape", ["json", "form", "multipart"])
async def test_a_method_in_the_answer_of_the_webhook_is_done(
    client: Client, anna: User, hook: Hook, emulator: Emulator, shape: str
) -> None:
    if shape == "json":
        answer = web.json_response({"method": "sendMessage", "chat_id": 1001, "text": "from the answer"})
    elif shape == "form":
        body = "method=sendMessage&chat_id=1001&text=from+the+answer"
        answer = web.Response(text=body, content_type="application/x-www-form-urlencoded")
    else:
        with MultipartWriter("form-data") as writer:
            for name, value in (("method", "sendPhoto"), ("chat_id", "1001"), ("caption", "from the answer")):
                writer.append(value).set_content_disposition("form-data", name=name)
            writer.append(png()).set_content_disposition("form-data", name="photo", filename="x.png")
        answer = web.Response(body=writer)
    hook.answers = [answer]
    await client.call("setWebhook", url=hook.url)
    assert (await anna.expect("from the answer")).is_bot
    assert await emulator.idle()
    emulator.assert_clean()


async def test_polling_confirms_by_offset(client: Client, anna: User) -> None:
    await anna.send("second")
    first = await client.updates()
    assert [update["message"]["text"] for update in first] == ["/start", "second"]
    assert await client.updates() == first
    assert await client.updates(first[0]["update_id"] + 1) == first[1:]
    assert await client.updates(first[1]["update_id"] + 1) == []


async def test_a_poll_waits_for_the_next_update(client: Client, anna: User) -> None:
    last = (await client.updates())[-1]["update_id"]
    poll = asyncio.ensure_future(client.call("getUpdates", offset=last + 1, timeout=30))
    await client.call("getMe")
    await anna.send("now")
    assert [update["message"]["text"] for update in await poll] == ["now"]


async def test_a_second_poll_ends_the_first(client: Client, anna: User, emulator: Emulator) -> None:
    last = (await client.updates())[-1]["update_id"]
    first = asyncio.ensure_future(client.refused("getUpdates", offset=last + 1, timeout=30))
    while emulator.delivery.pending:
        await emulator.world.pulse.next(5)
    assert await client.updates() == []
    assert await first == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )


async def test_polling_and_webhook_exclude_each_other(client: Client, hook: Hook) -> None:
    await client.call("setWebhook", url=hook.url)
    assert await client.refused("getUpdates") == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    await client.call("deleteWebhook")
    assert await client.updates() == []


async def test_only_what_was_asked_for_is_sent(client: Client, anna: User) -> None:
    await client.call("getUpdates", offset=-1, allowed_updates=["my_chat_member"])
    await anna.send("unheard")
    await anna.block()
    await anna.unblock()
    assert [list(update)[1] for update in await client.updates()] == ["message", "my_chat_member", "my_chat_member"]


async def test_what_people_type_has_entities(client: Client, anna: User) -> None:
    await anna.send("/buy@shop_bot 😀 #tea @anna_k https://a.example/x, +86 138 0013 8000")
    (_, update) = await client.updates()
    message = update["message"]
    raw = message["text"].encode("utf-16-le")
    found = [(e["type"], raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le"))
             for e in message["entities"]]  # fmt: skip
    assert found == [
        ("bot_command", "/buy@shop_bot"),
        ("hashtag", "#tea"),
        ("mention", "@anna_k"),
        ("url", "https://a.example/x"),
        ("phone_number", "+86 138 0013 8000"),
    ]


async def test_files_come_back_as_they_went(client: Client, anna: User) -> None:
    await anna.send_document(b"a,b\n1,2\n", "orders.csv", "text/csv")
    document = (await client.updates())[-1]["message"]["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("orders.csv", "text/csv", 8)
    file = await client.call("getFile", file_id=document["file_id"])
    async with client.session.get(f"{client.base}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert (response.status, await response.read()) == (200, b"a,b\n1,2\n")
    async with client.session.get(f"{client.base}/file/bot1:x/{file['file_path']}") as response:
        assert response.status == 404


async def test_large_files_pass_and_too_large_ones_do_not(client: Client, anna: User) -> None:
    status, answer = await client.upload("sendDocument", {"chat_id": 1001}, document=bytes(3 << 20))
    assert (status, answer["result"]["document"]["file_size"]) == (200, 3 << 20)
    file = await client.call("getFile", file_id=answer["result"]["document"]["file_id"])
    async with client.session.get(f"{client.base}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == bytes(3 << 20)
    status, answer = await client.upload("sendPhoto", {"chat_id": 1001}, photo=bytes((10 << 20) + 1))
    assert (status, answer["description"]) == (413, "Request Entity Too Large")


async def test_the_bot_is_told_of_each_group_once(client: Client, emulator: Emulator) -> None:
    boss = emulator.user(1, "Boss")
    emulator.add_group("Later", [], [boss])
    emulator.group("Now", [], [boss])
    await emulator.start()
    changes = [update["my_chat_member"] for update in await client.updates()]
    assert [change["chat"]["title"] for change in changes] == ["Now", "Later"]
    assert changes[0]["new_chat_member"]["status"] == "administrator"
    await emulator.reset()
    assert [update["my_chat_member"]["chat"]["title"] for update in await client.updates()] == ["Later", "Now"]
