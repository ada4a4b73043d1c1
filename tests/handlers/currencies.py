"""A running shop that sells in yuan, dollars, yen and Stars, for the tests of what people see of it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.emulator.limits import Limits
from bot.demo.house import House, opened
from services.shared.clock import MovableClock
from tests.conftest import START
from tests.handlers.running import staffed
from tests.ports import free_port


@pytest.fixture
async def abroad(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    """Like `shop`, with EXTRA_CURRENCIES=USD,JPY,XTR."""
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    house = opened(tmp_path, "127.0.0.1", free_port(), MovableClock(at=START), limits=Limits(flood=False),
                   extra_currencies=("USD", "JPY", "XTR"))
    async with house as running:
        await staffed(running)
        yield running
