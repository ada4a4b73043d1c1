"""The database behind the commands: opened as the settings say, once its layout is known to be the newest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.migrations import revisions
from bot.settings import Settings, SettingsError, load, require
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
    url = async_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not settings.database_file.exists():
        return f"{settings.database_url} is not there yet. Run `python -m bot migrate`."
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_revision)
    except (OSError, SQLAlchemyError, asyncpg.PostgresError) as error:
        return f"{url.render_as_string()} does not answer ({type(error).__name__}). Is DATABASE_URL right?"
    finally:
        await engine.dispose()
    known = revisions()
    if found == known[-1]:
        return None
    if found is not None and found not in known:
        return f"its layout ({found}) is of a newer program. Update the program."
    return "its layout is old. Run `python -m bot migrate`."


def _revision(connection: Connection) -> str | None:
    """The layout's number as Alembic notes it, read without Alembic: loading that takes longer than all the rest."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))
