from __future__ import annotations

import pytest

from bot.demo.catalogue import load_catalogue
from bot.demo.seed.catalogue import put_catalogue
from services.shared.actors import SYSTEM
from services.shared.db import Store


@pytest.fixture
async def skus(store: Store) -> dict[str, int]:
    """The demo catalogue in the store; the SKUs' ids by code."""
    return await store.write(put_catalogue, SYSTEM, load_catalogue())
