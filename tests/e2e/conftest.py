"""The whole shop over HTTP: the real bot, dispatcher, worker, sandbox and pages against the local Bot API."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.composition import open_store
from bot.demo.emulator.limits import Limits
from bot.demo.house import House, demo_settings, opened
from bot.demo.seed.fill import STEPS
from services.shared.clock import MovableClock
from tests.conftest import START
from tests.handlers.running import staffed
from tests.ports import free_port


@pytest.fixture(scope="session")
def seeded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that has the demo's catalogue, promotions and delivery; tests work on copies."""
    import asyncio

    folder = tmp_path_factory.mktemp("seeded")
    shutil.copy(sqlite_template, folder / "shop.db")
    (folder / "pictures").mkdir()

    async def fill() -> None:
        settings = demo_settings(folder, "127.0.0.1", 0, "http://127.0.0.1", 0)
        store = open_store(settings, MovableClock(at=START))
        for _, step in STEPS:
            await step.seed(store)
        await store.close()

    asyncio.run(fill())
    return folder


@pytest.fixture(params=["polling"])
def updates(request: pytest.FixtureRequest) -> str:
    """How updates reach the bot; a test may ask for both ways."""
    return request.param


@pytest.fixture
async def shopfront(seeded: Path, tmp_path: Path, updates: str) -> AsyncIterator[House]:
    """A running demo shop with the seeded catalogue; its clock stands still until a test moves it, and nobody has to
    slow down for Telegram's limits."""
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    start, limits = MovableClock(at=START), Limits(flood=False)
    async with opened(folder, "127.0.0.1", free_port(), start, updates=updates, limits=limits) as house:  # type: ignore[arg-type]
        await staffed(house)
        yield house
