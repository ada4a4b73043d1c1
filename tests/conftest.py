"""One clock that tests move, one vault, and real databases: SQLite always, PostgreSQL where there is one."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.shared.clock import MovableClock
from services.shared.crypto import Vault
from services.shared.db import Store, Tx, async_url
from services.shared.sqlite import sqlite_engine
from services.tables import metadata

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def clock() -> MovableClock:
    """Stands still at 2026-11-24 06:00 UTC (14:00 in the shop's zone, Asia/Shanghai) until a test moves it."""
    return MovableClock(at=START)


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault({"test": bytes(range(32))})


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store with all tables; tests work on copies."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    engine = sqlite_engine(make_url(f"sqlite:///{path}"))
    metadata().create_all(engine)
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A database of this test process alone; skips where no server answers."""
    name = f"shop_test_{uuid4().hex[:12]}"
    base = async_url(POSTGRES_URL)

    async def run(*statements: str) -> None:
        engine = create_async_engine(base, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                for statement in statements:
                    await connection.execute(text(statement))
        finally:
            await engine.dispose()

    try:
        asyncio.run(run(f'CREATE DATABASE "{name}"'))
    except OSError:
        pytest.skip("no PostgreSQL answers at TEST_POSTGRES_URL")
    url = base.set(database=name).render_as_string(hide_password=False)

    async def create() -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata().create_all)
        await engine.dispose()

    asyncio.run(create())
    yield url
    asyncio.run(run(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
async def store(sqlite_template: Path, tmp_path: Path, clock: MovableClock, vault: Vault) -> AsyncIterator[Store]:
    """An empty store on SQLite."""
    shutil.copy(sqlite_template, tmp_path / "store.db")
    opened = Store(f"sqlite:///{tmp_path / 'store.db'}", clock, vault)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_store(postgres_server: str, clock: MovableClock, vault: Vault) -> AsyncIterator[Store]:
    """An empty store on PostgreSQL."""
    opened = Store(postgres_server, clock, vault)
    yield opened
    await opened.write(_empty)
    await opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_store(request: pytest.FixtureRequest) -> Store:
    """An empty store, on each kind of database in turn."""
    return request.getfixturevalue("store" if request.param == "sqlite" else "postgres_store")


def _empty(tx: Tx) -> None:
    """Empties the tables that have rows: each one costs PostgreSQL a new file."""
    names = [table.name for table in metadata().sorted_tables]
    looks = (f"SELECT '{name}' AS name WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
    used = [row.name for row in tx.rows(text(" UNION ALL ".join(looks)))]
    if used:
        tx.execute(text(f"TRUNCATE {', '.join(used)} RESTART IDENTITY CASCADE"))
