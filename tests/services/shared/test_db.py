"""The store's promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from services.customers.models import ChatStateRow
from services.shared import marks
from services.shared.clock import MovableClock
from services.shared.crypto import Vault
from services.shared.db import Store, StoreClosed, Tx, async_url
from services.shared.models import MarkRow

MARKS = MarkRow.__table__
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'as ordered' USING ERRCODE = '{}'; END $$"


def put(tx: Tx, name: str, value: str = "1") -> str:
    tx.execute(insert(MARKS).values(name=name, value=value))
    return name


def names(tx: Tx) -> list[str]:
    return [row.name for row in tx.rows(select(MARKS.c.name).order_by(MARKS.c.name))]


class Refused(Exception):
    pass


async def test_what_returns_is_committed_and_what_raises_leaves_nothing(any_store: Store) -> None:
    def half(tx: Tx) -> None:
        put(tx, "half")
        raise Refused

    assert await any_store.write(put, "whole") == "whole"
    with pytest.raises(Refused):
        await any_store.write(half)
    assert await any_store.read(names) == ["whole"]


async def test_a_read_keeps_nothing_that_it_wrote(any_store: Store) -> None:
    assert await any_store.read(put, "lost") == "lost"
    assert await any_store.read(names) == []


async def test_a_read_sees_one_moment(any_store: Store) -> None:
    """A write between two statements of a read is not seen by the second."""
    loop, counted, written = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def twice(tx: Tx) -> tuple[list[str], list[str]]:
        from sqlalchemy.util import await_only

        first = names(tx)
        loop.call_soon_threadsafe(counted.set)
        # SQLite reads in a thread that may wait; PostgreSQL in the loop, which may not.
        if tx.sqlite:
            written.wait(5)
        else:
            await_only(asyncio.to_thread(written.wait, 5))
        return first, names(tx)

    async def meanwhile() -> None:
        await counted.wait()
        await any_store.write(put, "late")
        written.set()

    found, _ = await asyncio.gather(any_store.read(twice), meanwhile())
    assert found == ([], [])


async def test_a_savepoint_fails_alone(any_store: Store) -> None:
    def work(tx: Tx) -> str:
        put(tx, "before")
        with pytest.raises(IntegrityError), tx.savepoint():
            put(tx, "inside")
            put(tx, "before")
        put(tx, "after")
        return "done"

    assert await any_store.write(work) == "done"
    assert await any_store.read(names) == ["after", "before"]


async def test_many_at_once_each_get_their_own_answer(any_store: Store) -> None:
    def work(tx: Tx, number: int) -> int:
        put(tx, f"{number:03}")
        if number % 10 == 3:
            raise Refused
        return number

    answers = await asyncio.gather(*(any_store.write(work, n) for n in range(150)), return_exceptions=True)
    assert [a for a in answers if not isinstance(a, Refused)] == [n for n in range(150) if n % 10 != 3]
    assert len(await any_store.read(names)) == 135


async def test_listeners_hear_of_commits_only_and_before_the_caller_goes_on(any_store: Store) -> None:
    heard: list[str] = []
    any_store.listen("catalog", lambda: heard.append("catalog"))

    def work(tx: Tx, fails: bool) -> None:
        tx.after_commit("catalog")
        if fails:
            raise Refused

    with pytest.raises(Refused):
        await any_store.write(work, True)
    assert heard == []
    await any_store.write(work, False)
    assert heard == ["catalog"]
    await any_store.read(work, False)
    assert heard == ["catalog"]


@pytest.mark.postgresql
@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_postgresql_runs_again_what_lost_a_race(postgres_store: Store, state: str) -> None:
    runs: list[str] = []

    def work(tx: Tx) -> str:
        runs.append("run")
        tx.after_commit("won")
        put(tx, "mark")
        if len(runs) < 3:
            tx.conn.exec_driver_sql(RAISE.format(state))
        return "won"

    assert await postgres_store.write(work) == "won"
    assert len(runs) == 3
    assert await postgres_store.read(names) == ["mark"]


@pytest.mark.postgresql
async def test_postgresql_gives_up_after_five_runs_and_at_once_on_other_errors(postgres_store: Store) -> None:
    runs: list[str] = []

    def work(tx: Tx, state: str) -> None:
        runs.append(state)
        tx.conn.exec_driver_sql(RAISE.format(state))

    for state, expected in (("40001", 5), ("22012", 1)):
        runs.clear()
        with pytest.raises(DBAPIError):
            await postgres_store.write(work, state)
        assert len(runs) == expected


@pytest.mark.postgresql
async def test_find_or_make_survives_somebody_who_was_first(postgres_store: Store) -> None:
    """Two look, neither finds, both insert: the second runs again and finds."""
    runs: list[str] = []

    def find_or_make(tx: Tx) -> str:
        runs.append("run")
        if marks.get(tx, "first") is not None:
            return "found"
        if len(runs) == 1:
            from sqlalchemy.util import await_only

            await_only(postgres_store.write(put, "first"))
        return put(tx, "first")

    assert await postgres_store.write(find_or_make) == "found"
    assert await postgres_store.read(names) == ["first"]


def violate_at_commit(tx: Tx) -> str:
    """Breaks a foreign key in a way that SQLite finds at COMMIT only."""
    tx.conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    row = {c.name: None for c in ChatStateRow.__table__.columns} | {"customer_id": 404, "updated_at": tx.now}
    tx.execute(insert(ChatStateRow), row)
    return "believed"


async def test_a_failed_commit_reaches_everybody_in_it(store: Store) -> None:
    held = threading.Event()

    def hold(tx: Tx) -> str:
        held.wait(5)
        return put(tx, "holder")

    waiting = [asyncio.ensure_future(store.write(hold))]
    waiting += [asyncio.ensure_future(store.write(put, f"innocent {n}")) for n in range(3)]
    waiting.append(asyncio.ensure_future(store.write(violate_at_commit)))
    await asyncio.sleep(0)
    held.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers] == [IntegrityError] * 5
    assert await store.read(names) == []
    assert await store.write(put, "later") == "later"


async def test_a_begin_that_fails_is_told_and_the_writer_goes_on(store: Store, tmp_path: Path) -> None:
    await store.write(lambda tx: tx.conn.exec_driver_sql("PRAGMA busy_timeout=10"))
    with sqlite3.connect(tmp_path / "store.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await store.write(put, "refused")
        other.execute("ROLLBACK")
    other.close()
    assert await store.write(put, "again") == "again"
    assert await store.read(names) == ["again"]


async def test_a_file_that_cannot_be_opened_is_told_and_tried_again(
    tmp_path: Path, sqlite_template: Path, clock: MovableClock, vault: Vault
) -> None:
    path = tmp_path / "late.db"
    await asyncio.to_thread(path.mkdir)
    store = Store(f"sqlite:///{path}", clock, vault)
    for _ in range(2):
        with pytest.raises(OperationalError):
            await store.write(put, "x")
    await asyncio.to_thread(path.rmdir)
    await asyncio.to_thread(shutil.copy, sqlite_template, path)
    assert await store.write(put, "y") == "y"
    await store.close()


async def test_a_use_case_that_ends_the_transaction_fails_all_of_it(store: Store) -> None:
    """What a full disk does: SQLite rolls back by itself, and the savepoint is gone."""
    def sabotage(tx: Tx) -> None:
        put(tx, "gone")
        tx.conn.exec_driver_sql("ROLLBACK")
        raise Refused

    with pytest.raises(Refused):
        await store.write(sabotage)
    assert await store.write(put, "after") == "after"
    assert await store.read(names) == ["after"]


async def test_closing_finishes_what_waits_and_takes_nothing_more(store: Store, tmp_path: Path) -> None:
    busy = [asyncio.ensure_future(store.write(put, f"{number:02}")) for number in range(70)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*busy) == [f"{number:02}" for number in range(70)]
    with pytest.raises(StoreClosed):
        await store.write(put, "late")
    with sqlite3.connect(tmp_path / "store.db") as file:
        assert file.execute("SELECT count(*) FROM marks").fetchone() == (70,)
    file.close()


async def test_a_caller_that_went_away_costs_nobody_else(store: Store) -> None:
    held = threading.Event()

    def hold(tx: Tx) -> str:
        held.wait(5)
        return put(tx, "holder")

    first = asyncio.ensure_future(store.write(hold))
    gone = asyncio.ensure_future(store.write(put, "gone"))
    last = asyncio.ensure_future(store.write(put, "last"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    held.set()
    assert (await first, await last) == ("holder", "last")
    assert await store.read(names) == ["holder", "last"]


async def test_changed_counts_rows_and_insert_returns_the_key(any_store: Store) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        put(tx, "a")
        put(tx, "b")
        statement = delete(MARKS).where(MARKS.c.name == bindparam("gone"))
        return tx.changed(statement, {"gone": "a"}), tx.changed(statement, {"gone": "a"})

    assert await any_store.write(work) == (1, 0)


async def test_sqlite_is_durable_and_keeps_its_references(store: Store) -> None:
    def pragmas(tx: Tx) -> list[object]:
        return [tx.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await store.write(pragmas) == ["wal", 2, 1]
    assert await store.read(pragmas) == ["wal", 2, 1]


def test_urls_get_their_async_driver() -> None:
    assert async_url("sqlite:///data/shop.db").drivername == "sqlite+aiosqlite"
    assert async_url("postgres://shop@db/shop").drivername == "postgresql+asyncpg"
    with pytest.raises(ValueError, match="mysql is not supported"):
        async_url("mysql://shop@db/shop")
