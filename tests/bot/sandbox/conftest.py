from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.shared.clock import MovableClock
from services.shared.db import Store
from tests.bot.sandbox.till import Till, open_till


@pytest.fixture
async def till(store: Store, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Till]:
    """The shop and the sandbox over HTTP, with an order to pay."""
    async with open_till(store, clock, tmp_path) as opened:
        yield opened
