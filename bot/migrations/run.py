"""Runs migrations from the program itself; developers use `alembic` (settings in pyproject.toml)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.shared.db import async_url
from services.shared.sqlite import sqlite_engine


def upgrade(url: str) -> None:
    """Brings the database at `url` to the newest layout; one that has it already is left as it is."""
    run(url, lambda config: command.upgrade(config, "head"))


def config() -> Config:
    """Alembic's settings without its command line."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    return made


def _on_sqlite(target: URL, work: Callable[[Connection], None]) -> None:
    """A table that others point at is changed by making it anew (sqlite.org/lang_altertable.html, "Making Other Kinds
    Of Table Schema Changes"): keys are switched off for the while, and looked at before the commit."""
    engine = sqlite_engine(target)
    event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA foreign_keys = OFF"))
    try:
        with engine.begin() as connection:
            work(connection)
            if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
                raise RuntimeError(f"rows without what they point at: {broken[:5]}")
    finally:
        engine.dispose()


def run(url: str, order: Callable[[Config], Any]) -> None:
    """Gives an alembic command a connection to the database at `url`."""
    target = async_url(url)

    def work(connection: Connection) -> None:
        prepared = config()
        prepared.attributes["connection"] = connection
        order(prepared)

    if target.get_backend_name() == "sqlite":
        _on_sqlite(target, work)
        return

    async def on_postgresql() -> None:
        engine = create_async_engine(target)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(work)
        finally:
            await engine.dispose()

    asyncio.run(on_postgresql())
