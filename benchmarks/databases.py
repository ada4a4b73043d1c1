"""Throw-away databases on a PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.demo.seed.fill import STEPS
from services.shared.crypto import Vault
from services.shared.db import Store, async_url
from services.tables import metadata

_SERVER = make_url(os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"))
VAULT = Vault({"bench": bytes(range(32))})


def plain(url: URL) -> str:
    """The URL as asyncpg itself takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@asynccontextmanager
async def empty() -> AsyncIterator[URL | None]:
    """A new database with all tables, dropped at the end; None where no server answers."""
    try:
        connection = await asyncpg.connect(plain(_SERVER), timeout=5)
    except (OSError, asyncpg.PostgresError):
        yield None
        return
    await connection.close()
    async with _created("") as url:
        engine = create_async_engine(async_url(plain(url)))
        async with engine.begin() as made:
            await made.run_sync(metadata().create_all)
        await engine.dispose()
        yield url


@asynccontextmanager
async def copy(url: URL) -> AsyncIterator[URL]:
    """A copy of a database that nobody has open."""
    async with _created(f' TEMPLATE "{url.database}"') as made:
        yield made


async def fill(store: Store) -> None:
    """Puts the demo's catalogue in."""
    for _, step in STEPS:
        await step.seed(store)


@asynccontextmanager
async def _created(like: str) -> AsyncIterator[URL]:
    name = f"shop_bench_{uuid4().hex[:12]}"
    await _order(f'CREATE DATABASE "{name}"{like}')
    try:
        yield _SERVER.set(database=name)
    finally:
        await _order(f'DROP DATABASE "{name}" WITH (FORCE)')


async def _order(statement: str) -> None:
    connection = await asyncpg.connect(plain(_SERVER))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
