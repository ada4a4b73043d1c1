"""Migrations go up, down and up again on both databases, end at the models' tables, and are numbered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.migrations import revisions
from bot.migrations.run import config, run, upgrade
from services.shared.db import async_url
from tests.conftest import POSTGRES_URL


def test_the_newest_number_is_alembics_head() -> None:
    assert revisions()[-1] == ScriptDirectory.from_config(config()).get_current_head()


def go_around(url: str) -> None:
    upgrade(url)
    run(url, command.check)
    run(url, lambda prepared: command.downgrade(prepared, "base"))
    upgrade(url)
    run(url, command.check)


def test_sqlite_goes_up_down_and_up(tmp_path: Path) -> None:
    go_around(f"sqlite:///{tmp_path / 'store.db'}")


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A PostgreSQL database without tables; skips where no server answers."""
    base, name = async_url(POSTGRES_URL), f"shop_migrations_{uuid4().hex[:12]}"

    async def order(statement: str) -> None:
        engine = create_async_engine(base, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                await connection.execute(text(statement))
        finally:
            await engine.dispose()

    try:
        asyncio.run(order(f'CREATE DATABASE "{name}"'))
    except OSError:
        pytest.skip("no PostgreSQL answers at TEST_POSTGRES_URL")
    yield base.set(database=name).render_as_string(hide_password=False)
    asyncio.run(order(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.mark.postgresql
def test_postgresql_goes_up_down_and_up(empty_database: str) -> None:
    go_around(empty_database)
