"""Migrations go up, down and up again on both databases, end at the models' tables, and are numbered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.migrations import revisions
from bot.migrations.run import config, run, upgrade
from services.shared.db import async_url
from tests.conftest import POSTGRES_URL, START


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


def _put(connection: Connection, name: str, **values: Any) -> None:
    """A row with something in each column that must have something."""
    table = Table(name, MetaData(), autoload_with=connection)
    row = {column.name: _anything(column) for column in table.columns if not column.nullable and not column.primary_key}
    connection.execute(insert(table).values(row | values))


def _anything(column: Column[Any]) -> Any:
    kinds = {int: 1, bool: False, datetime: START.replace(tzinfo=None), dict: {}}
    kind = column.type.python_type
    return START if kind is datetime and getattr(column.type, "timezone", False) else kinds.get(kind, "1")


def _before_the_books(connection: Connection) -> None:
    """A store of the second layout: ¥100.00 came, ¥30.00 went back."""
    _put(connection, "customers", id=1, telegram_id=1)
    _put(connection, "orders", id=1, customer_id=1, number="QL-1", state="placed", payment="paid",
         fulfilment="unfulfilled", currency="CNY")
    _put(connection, "payment_attempts", id=1, order_id=1, number="A" * 20, provider="sandbox", amount=10_000,
         currency="CNY", status="succeeded")
    _put(connection, "refunds", id=1, order_id=1, attempt_id=1, number="B" * 20, amount=3_000, currency="CNY",
         status="succeeded", reference="rf_1")
    for kind, amount, reference in (("capture", 10_000, "pay_1"), ("refund", 3_000, "B" * 20)):
        _put(connection, "payment_ledger", order_id=1, attempt_id=1, kind=kind, amount=amount, reference=reference)


def _books(connection: Connection) -> list[tuple[Any, ...]]:
    found = connection.execute(text(
        "SELECT kind, provider, payment_ledger.currency, number, provider_number, account, ledger_postings.amount "
        "FROM payment_ledger JOIN ledger_postings ON entry_id = payment_ledger.id ORDER BY entry_id, account"))
    return [tuple(row) for row in found]


def opens_the_books(url: str) -> None:
    """What was booked before has two sides after; the way back and up again leaves the same."""
    seen: list[list[tuple[Any, ...]]] = []

    def on(work: Callable[[Connection], Any]) -> None:
        run(url, lambda prepared: work(prepared.attributes["connection"]))

    run(url, lambda prepared: command.upgrade(prepared, "0002"))
    on(_before_the_books)
    upgrade(url)
    on(lambda connection: seen.append(_books(connection)))
    run(url, lambda prepared: command.downgrade(prepared, "0002"))
    upgrade(url)
    on(lambda connection: seen.append(_books(connection)))
    captured, refunded = ("A" * 20, "pay_1"), ("B" * 20, "rf_1")
    assert seen[0] == seen[1] == [
        ("capture", "sandbox", "CNY", *captured, "orders", -10_000),
        ("capture", "sandbox", "CNY", *captured, "provider:sandbox", 10_000),
        ("refund", "sandbox", "CNY", *refunded, "orders", 3_000),
        ("refund", "sandbox", "CNY", *refunded, "provider:sandbox", -3_000),
    ]
    with pytest.raises(DBAPIError, match="append-only"):
        on(lambda connection: connection.execute(text("UPDATE payment_ledger SET amount = 1")))


def test_old_money_gets_its_two_sides_on_sqlite(tmp_path: Path) -> None:
    opens_the_books(f"sqlite:///{tmp_path / 'store.db'}")


@pytest.mark.postgresql
def test_old_money_gets_its_two_sides_on_postgresql(empty_database: str) -> None:
    opens_the_books(empty_database)
