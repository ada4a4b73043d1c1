"""The database behind the commands: opened as the settings say, once its layout is known to be the newest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.migrations import revisions
from bot.preflight import Trouble
from bot.settings import Settings, SettingsError, load, require
from locales.translator import translator
from services.shared.clock import SystemClock
from services.shared.crypto import Vault
from services.shared.db import Store, async_url


@asynccontextmanager
async def open_configured() -> AsyncIterator[tuple[Settings, Store]]:
    """The store that the settings name, without a bot. Raises SettingsError when it cannot be used."""
    settings = load(to_run=False)
    require(settings, "encryption_keys")
    await require_newest_layout(settings)
    assert settings.encryption_keys is not None
    store = Store(settings.database_url, SystemClock(), Vault.from_setting(settings.encryption_keys.get_secret_value()))
    try:
        yield settings, store
    finally:
        await store.close()


async def require_newest_layout(settings: Settings) -> None:
    """Raises SettingsError when the database does not answer or its layout is not the program's."""
    if fault := await layout_fault(settings):
        raise SettingsError(f"The database cannot be used: {fault}")


async def layout_fault(settings: Settings) -> str | None:
    """What is wrong with the database and what to do about it, or None."""
    trouble = await layout_trouble(settings)
    if trouble is None:
        return None
    found = trouble.finding
    return translator("en", "UTC").plain(f"team-found-{found.code}", None, **found.facts)


async def layout_trouble(settings: Settings) -> Trouble | None:
    """The same as a trouble with its facts."""
    url = async_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not settings.database_file.exists():
        return Trouble("layout-missing", address=settings.database_url)
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_revision)
    except (OSError, SQLAlchemyError, asyncpg.PostgresError) as error:
        return Trouble("layout-silent", address=url.render_as_string(), error=type(error).__name__)
    finally:
        await engine.dispose()
    known = revisions()
    if found == known[-1]:
        return None
    if found is not None and found not in known:
        return Trouble("layout-newer", found=found)
    return Trouble("layout-old")


def _revision(connection: Connection) -> str | None:
    """The layout's number as Alembic notes it, read without Alembic: loading that takes longer than all the rest."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))
