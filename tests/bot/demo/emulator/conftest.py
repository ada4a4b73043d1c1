"""An emulator behind a real web server, and a bare client that calls its Bot API."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.demo.emulator import Emulator, Limits, User
from services.shared.clock import MovableClock

TOKEN = "4242:TEST-token_of-the-emulator"
START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


class Client:
    """Calls methods with JSON, a form or multipart, and looks at nothing but the answers."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def call(self, method: str, **params: Any) -> Any:
        """The result; an AssertionError with the description when the call was refused."""
        status, answer = await self.raw(method, params)
        assert status == 200, answer
        return answer["result"]

    async def refused(self, method: str, **params: Any) -> tuple[int, str]:
        status, answer = await self.raw(method, params)
        assert answer["ok"] is False, answer
        assert answer["error_code"] == status
        return status, answer["description"]

    async def raw(self, method: str, params: dict[str, Any]) -> tuple[int, Any]:
        async with self.session.post(f"{self.base}/bot{TOKEN}/{method}", json=params) as response:
            return response.status, await response.json()

    async def form(self, method: str, params: dict[str, Any]) -> tuple[int, Any]:
        data = {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
        async with self.session.post(f"{self.base}/bot{TOKEN}/{method}", data=data) as response:
            return response.status, await response.json()

    async def upload(self, method: str, params: dict[str, Any], **files: bytes) -> tuple[int, Any]:
        form = aiohttp.FormData()
        for key, value in params.items():
            form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        for key, data in files.items():
            form.add_field(key, io.BytesIO(data), filename=f"{key}.png")
        async with self.session.post(f"{self.base}/bot{TOKEN}/{method}", data=form) as response:
            return response.status, await response.json()

    async def updates(self, offset: int = 0) -> list[Any]:
        return await self.call("getUpdates", offset=offset, timeout=0)


def png(width: int = 8, height: int = 8, color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(at=START)


@pytest.fixture
async def emulator(clock: MovableClock) -> Emulator:
    return Emulator(
        TOKEN, "shop_bot", {"zh": "小店", "en": "Shop"}, clock, Limits(retry_first=0.01, retry_longest=0.02)
    )


@pytest.fixture
async def server(emulator: Emulator) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.add_routes(emulator.routes())
    async with TestServer(app) as started:
        await emulator.start()
        yield started
        await emulator.stop()


@pytest.fixture
async def client(server: TestServer) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, str(server.make_url("")).rstrip("/"))


@pytest.fixture
async def anna(emulator: Emulator) -> User:
    """Has pressed Start, so that the bot may write to her."""
    user = emulator.user(1001, "Anna", "en", "anna")
    await user.send("/start")
    return user
