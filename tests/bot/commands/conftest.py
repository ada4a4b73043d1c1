"""What the commands start with: a Bot API that answers, a migrated database, and settings from the environment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.__main__ import main
from bot.demo.emulator import Emulator
from bot.demo.house import TOKEN, USERNAME
from bot.migrations.run import upgrade
from services.shared.clock import MovableClock
from services.shared.crypto import new_key
from tests.ports import free_port

Start = Callable[..., Awaitable[tuple[int, list[str]]]]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "shop.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def bot_api() -> AsyncIterator[tuple[Emulator, str]]:
    """A Bot API that answers, and its address."""
    emulator = Emulator(TOKEN, USERNAME, {"en": "Shop"}, MovableClock())
    app = web.Application()
    app.add_routes(emulator.routes())
    async with TestServer(app, host="127.0.0.1") as server:
        yield emulator, f"http://127.0.0.1:{server.port}"
        await emulator.stop()


@pytest.fixture
def api(bot_api: tuple[Emulator, str]) -> str:
    return bot_api[1]


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """The commands send all logging their way."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def start(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    logging_as_before: None,
) -> Start:
    """Runs a command with complete settings and the given changes; returns its exit code and what it said."""
    monkeypatch.chdir(tmp_path)

    async def run(command: str, **changes: str) -> tuple[int, list[str]]:
        for name, value in (complete(migrated) | changes).items():
            monkeypatch.setenv(name, value)
        code = await asyncio.to_thread(main, [command])
        said = capsys.readouterr()
        return code, (said.err or said.out).splitlines()

    return run


def complete(database: Path) -> dict[str, str]:
    """All that a shop needs to run; its Bot API does not answer."""
    return {
        "BOT_TOKEN": TOKEN, "ENCRYPTION_KEYS": f"k1:{new_key()}", "SHOP_NAME": "Shop",
        "PAYMENT_METHODS": "cash_on_delivery", "DATABASE_URL": f"sqlite:///{database}", "PORT": str(free_port()),
        "BOT_API_URL": f"http://127.0.0.1:{free_port()}",
    }
