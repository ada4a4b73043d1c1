"""The webhook lets in Telegram alone, takes each update once, and drops what cannot be read."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.demo.house import EN_ID, House, demo_settings, furnish, opened, running
from services.shared.clock import MovableClock
from tests.conftest import START
from tests.handlers.running import assert_clean, say
from tests.ports import free_port

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def shop(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    """An empty shop whose updates come by webhook."""
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    clock = MovableClock(at=START)
    async with opened(tmp_path, "127.0.0.1", free_port(), clock, updates="webhook") as house:
        yield house


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def secret(house: House) -> str:
    kept = house.application.settings.webhook_secret
    assert kept is not None
    return kept.get_secret_value()


def update(number: int, text: str) -> dict[str, Any]:
    person = {"id": EN_ID, "is_bot": False, "first_name": "Jay", "language_code": "en"}
    chat = {"id": EN_ID, "type": "private", "first_name": "Jay"}
    message = {"message_id": number, "date": int(START.timestamp()), "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


async def post(client: aiohttp.ClientSession, house: House, body: Any, token: str | None = None) -> int:
    headers = {} if token is None else {SECRET_HEADER: token}
    data = {"json": body} if isinstance(body, dict) else {"data": body}
    async with client.post(f"{house.url}/telegram/webhook", headers=headers, **data) as answer:
        return answer.status


async def test_only_who_knows_the_secret_is_heard(shop: House, client: aiohttp.ClientSession) -> None:
    right = secret(shop)
    for wrong in (None, "", "wrong", right[:-1], f"{right}x", right.upper(), "é"):
        assert await post(client, shop, update(1, "/help"), wrong) == 401
    assert [entry.what for entry in shop.emulator.log() if entry.chat == EN_ID] == []
    assert await post(client, shop, update(1, "/help"), right) == 200


async def test_a_secret_of_bytes_that_are_no_text_is_refused(shop: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.application.settings.port)
    writer.write(b"POST /telegram/webhook HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\nConnection: close\r\n"
                 + SECRET_HEADER.encode() + b": \xff\xfe\x80\r\n\r\n{}")
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("body", [b"", b"nonsense", b"{}", b"[]", b'{"update_id": "x"}', b"\xff\xfe"])
async def test_what_cannot_be_read_is_dropped_and_does_not_come_again(
    shop: House, client: aiohttp.ClientSession, body: bytes
) -> None:
    assert await post(client, shop, body, secret(shop)) == 200
    await say(shop.emulator.user(EN_ID), "/menu", "🏠")


async def test_what_is_too_large_is_refused(shop: House, client: aiohttp.ClientSession) -> None:
    assert await post(client, shop, BytesIO(b" " * ((1 << 20) + 1)), secret(shop)) == 413


async def test_an_update_delivered_twice_is_handled_once(shop: House, client: aiohttp.ClientSession) -> None:
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/menu", "🏠")
    before = len(jay.messages())
    twice = [post(client, shop, update(777_000, "/help"), secret(shop)) for _ in range(2)]
    assert await asyncio.gather(*twice) == [200, 200]
    assert await post(client, shop, update(777_000, "/help"), secret(shop)) == 200
    assert len(jay.messages()) == before + 1
    await assert_clean(shop)


async def test_the_server_says_how_it_is(shop: House, client: aiohttp.ClientSession) -> None:
    said = {}
    for path in ("healthz", "readyz", "metrics"):
        async with client.get(f"{shop.url}/{path}") as answer:
            said[path] = (answer.status, await answer.text())
    assert said["healthz"] == (200, "alive")
    assert said["readyz"] == (200, "ready")
    assert said["metrics"][0] == 200 and "python_info" in said["metrics"][1]


async def test_a_conversation_survives_a_restart(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    clock = MovableClock(at=START)
    emulator, group = furnish(clock)
    app = web.Application()
    app.add_routes(emulator.routes())
    jay = emulator.user(EN_ID)
    async with TestServer(app, host="127.0.0.1") as api:
        url = str(api.make_url("/")).rstrip("/")
        async with running(demo_settings(tmp_path, "127.0.0.1", free_port(), url, group), clock):
            await say(jay, "/menu", "🏠")
            for button, until in (("👤 Me", "👤 Jay"), ("🪪 Profile", "Phone: not"), ("✉️ E-mail", "address\\?")):
                await jay.tap(button)
                await jay.expect(until)
            await emulator.idle()
        await jay.send("jay@example.com")
        async with running(demo_settings(tmp_path, "127.0.0.1", free_port(), url, group), clock):
            await jay.expect("E-mail: jay@example.com")
            await emulator.idle()
        await emulator.stop()
    emulator.assert_clean()


async def test_pictures_that_the_bot_api_does_not_know_any_more_are_uploaded_again(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    clock = MovableClock(at=START)
    for _ in range(2):  # the second Bot API has none of the files of the first
        async with opened(tmp_path, "127.0.0.1", free_port(), clock) as house:
            jay = house.emulator.user(EN_ID)
            await say(jay, "/menu", "🏠")
            assert jay.last_message.kind == "photo"
            await jay.tap("❓ Help")
            await jay.expect("Help")
            await jay.send("/menu")
            await jay.expect("🏠")
            await house.emulator.idle()
            house.emulator.assert_clean(allow=["wrong remote file identifier", "message to edit not found"])
            refused = [entry for entry in house.emulator.log() if entry.status == 400 and "Photo" in entry.what]
    assert len(refused) == 1
