import asyncio

import pytest
from sqlalchemy import column, insert, select, table

from services.outbox import service as outbox
from services.outbox.models import JobRow
from services.shared.db import Store, Tx

JOBS = JobRow.__table__


def add_job(tx: Tx, kind: str) -> None:
    outbox.enqueue(tx, kind, {})


def add_then_fail(tx: Tx, kind: str) -> None:
    outbox.enqueue(tx, kind, {})
    raise LookupError(kind)


def kinds(tx: Tx) -> list[str]:
    return [row.kind for row in tx.rows(select(JOBS.c.kind).order_by(JOBS.c.kind))]


async def test_what_fails_leaves_nothing_and_what_succeeds_beside_it_stays(any_store: Store) -> None:
    results = await asyncio.gather(
        any_store.write(add_job, "a"),
        any_store.write(add_then_fail, "b"),
        any_store.write(add_job, "c"),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), LookupError, type(None)]
    assert await any_store.read(kinds) == ["a", "c"]


async def test_what_a_reading_use_case_writes_is_rolled_back(any_store: Store) -> None:
    await any_store.read(add_job, "a")
    assert await any_store.read(kinds) == []


async def test_listeners_hear_of_commits_only(any_store: Store) -> None:
    heard: list[str] = []
    any_store.listen(outbox.TOPIC, lambda: heard.append("outbox"))
    with pytest.raises(LookupError):
        await any_store.write(add_then_fail, "a")
    assert heard == []
    await any_store.write(add_job, "a")
    await asyncio.sleep(0)
    assert heard == ["outbox"]


async def test_fifty_use_cases_that_read_and_then_write_all_commit(any_store: Store) -> None:
    counter = table("ticks", column("name"), column("due_at"))

    def read_then_write(tx: Tx, number: int) -> None:
        tx.rows(select(counter.c.name))
        tx.execute(insert(JOBS).values(kind=f"{number:02}", payload={}, lane=1, state="waiting", due_at=tx.now,
                                       attempts=0, created_at=tx.now))

    await asyncio.gather(*(any_store.write(read_then_write, number) for number in range(50)))
    assert await any_store.read(kinds) == [f"{number:02}" for number in range(50)]


async def test_a_cancelled_caller_does_not_stop_the_writer(store: Store) -> None:
    waiting = asyncio.ensure_future(store.write(add_job, "a"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await store.write(add_job, "b")
    assert "b" in await store.read(kinds)
