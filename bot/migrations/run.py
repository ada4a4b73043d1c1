"""Runs migrations from the program itself; developers use `alembic` (settings in pyproject.toml)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
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


def run(url: str, order: Callable[[Config], Any]) -> None:
    """Gives an alembic command a connection to the database at `url`."""
    target = async_url(url)

    def work(connection: Connection) -> None:
        prepared = config()
        prepared.attributes["connection"] = connection
        order(prepared)

    if target.get_backend_name() == "sqlite":
        engine = sqlite_engine(target)
        with engine.begin() as connection:
            work(connection)
        engine.dispose()
        return

    async def on_postgresql() -> None:
        engine = create_async_engine(target)
        async with engine.begin() as connection:
            await connection.run_sync(work)
        await engine.dispose()

    asyncio.run(on_postgresql())
