from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings, load, require
from services.shared.clock import SystemClock
from services.shared.crypto import Vault
from services.shared.db import Store


@asynccontextmanager
async def open_configured() -> AsyncIterator[tuple[Settings, Store]]:
    """The store that the settings name, without a bot."""
    settings = load(to_run=False)
    require(settings, "encryption_keys")
    assert settings.encryption_keys is not None
    store = Store(settings.database_url, SystemClock(), Vault.from_setting(settings.encryption_keys.get_secret_value()))
    try:
        yield settings, store
    finally:
        await store.close()
