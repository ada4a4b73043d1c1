"""The outbox on both databases: claimed once, leased, retried, buried, in the order of lanes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.outbox import service as outbox
from services.outbox.models import JobRow
from services.outbox.types import BULK, NORMAL, URGENT, Due, Job
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx

JOBS = JobRow.__table__
LEASE = timedelta(seconds=60)


async def claim(store: Store, most: int = 10) -> list[Job]:
    return await store.write(outbox.claim, most, LEASE)


async def add(store: Store, kind: str = "test.do", **more: object) -> None:
    await store.write(outbox.enqueue, kind, {"n": 1}, **more)  # type: ignore[arg-type]


def states(tx: Tx) -> list[tuple[str, str, str | None]]:
    statement = select(JOBS.c.kind, JOBS.c.state, JOBS.c.error).order_by(JOBS.c.id)
    return [(row.kind, row.state, row.error) for row in tx.rows(statement)]


async def test_a_job_is_claimed_once_and_again_when_its_lease_ran_out(any_store: Store, clock: MovableClock) -> None:
    await add(any_store)
    (job,) = await claim(any_store)
    assert (job.kind, job.payload, job.attempts) == ("test.do", {"n": 1}, 1)
    clock.move(59)
    assert await claim(any_store) == []
    clock.move(1)
    (again,) = await claim(any_store)
    assert (again.id, again.attempts) == (job.id, 2)
    assert await any_store.write(outbox.finish, again) is True
    assert await any_store.write(outbox.finish, job) is False
    clock.move(3600)
    assert await claim(any_store) == []


async def test_a_prolonged_lease_holds_and_a_lost_one_does_not(any_store: Store, clock: MovableClock) -> None:
    await add(any_store)
    (job,) = await claim(any_store)
    clock.move(50)
    await any_store.write(outbox.extend, [job], LEASE)
    clock.move(50)
    assert await claim(any_store) == []
    clock.move(10)
    (again,) = await claim(any_store)
    await any_store.write(outbox.extend, [job], timedelta(hours=9))
    clock.move(60)
    assert [found.attempts for found in await claim(any_store)] == [again.attempts + 1]


async def test_whoever_lost_the_lease_cannot_put_the_job_off(any_store: Store, clock: MovableClock) -> None:
    await add(any_store)
    (job,) = await claim(any_store)
    clock.move(60)
    await claim(any_store)
    await any_store.write(outbox.fail, job, "late news")
    clock.move(30)
    assert await claim(any_store) == []


async def test_lanes_go_first_then_age(any_store: Store, clock: MovableClock) -> None:
    for kind, lane in (("bulk", BULK), ("normal-1", NORMAL), ("urgent", URGENT), ("normal-2", NORMAL)):
        await add(any_store, kind, lane=lane)
        clock.move(1)
    assert [job.kind for job in await claim(any_store, 3)] == ["urgent", "normal-1", "normal-2"]
    assert [job.kind for job in await claim(any_store, 3)] == ["bulk"]


async def test_a_job_for_later_waits_for_its_moment(any_store: Store, clock: MovableClock) -> None:
    await add(any_store, at=clock.now() + timedelta(minutes=5))
    assert await any_store.read(outbox.due, ()) == Due(False, frozenset())
    clock.move(299)
    assert await claim(any_store) == []
    clock.move(1)
    assert await any_store.read(outbox.due, ()) == Due(True, frozenset())
    assert len(await claim(any_store)) == 1
    assert await any_store.read(outbox.due, ()) == Due(False, frozenset())


async def test_a_failed_job_is_put_off_longer_and_buried_at_last(any_store: Store, clock: MovableClock) -> None:
    await add(any_store)
    waits = []
    for attempt in range(1, 13):
        (job,) = await claim(any_store)
        assert job.attempts == attempt
        again = await any_store.write(outbox.fail, job, "boom")
        assert again is (attempt < 12)
        if again:
            due_at = await any_store.read(outbox.next_due)
            assert due_at is not None
            waits.append((due_at - clock.now()).total_seconds())
            clock.move(waits[-1])
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
    assert await any_store.read(states) == [("test.do", "dead", "boom")]
    clock.move(86_400)
    assert await claim(any_store) == []


async def test_an_ordered_wait_is_kept_and_never_buries(any_store: Store, clock: MovableClock) -> None:
    await add(any_store)
    for _ in range(20):
        (job,) = await claim(any_store)
        assert await any_store.write(outbox.fail, job, "429", delay=35) is True
        clock.move(34)
        assert await claim(any_store) == []
        clock.move(1)


async def test_a_job_that_kills_its_workers_is_buried(any_store: Store, clock: MovableClock) -> None:
    await add(any_store)
    for _ in range(outbox.MOST_LEASES):
        assert len(await claim(any_store)) == 1
        clock.move(60)
    assert await claim(any_store) == []
    assert await any_store.read(states) == [("test.do", "dead", "lease ran out too often")]


async def test_a_key_makes_a_job_unique_for_ever(any_store: Store) -> None:
    await add(any_store, key="paid:7")
    await add(any_store, key="paid:7")
    (job,) = await claim(any_store)
    await any_store.write(outbox.finish, job)
    await add(any_store, key="paid:7")
    assert await claim(any_store) == []


async def test_a_cancelled_job_is_not_done(any_store: Store) -> None:
    await add(any_store, key="expire:7")
    assert await any_store.write(outbox.cancel, "expire:7") is True
    assert await any_store.write(outbox.cancel, "expire:7") is False
    assert await claim(any_store) == []
    assert await any_store.read(states) == [("test.do", "cancelled", None)]


async def test_a_rolled_back_change_leaves_no_job_and_wakes_nobody(any_store: Store) -> None:
    heard: list[int] = []
    any_store.listen(outbox.TOPIC, lambda: heard.append(1))

    def work(tx: Tx) -> None:
        outbox.enqueue(tx, "test.do", {})
        raise LookupError

    with pytest.raises(LookupError):
        await any_store.write(work)
    assert (heard, await claim(any_store)) == ([], [])


async def test_two_workers_at_once_never_get_the_same_job(any_store: Store) -> None:
    for _ in range(40):
        await add(any_store)
    got = await asyncio.gather(*(claim(any_store, 7) for _ in range(8)))
    ids = [job.id for jobs in got for job in jobs]
    rest = [job.id for job in await claim(any_store, 40)]
    assert len(ids) == len(set(ids))
    assert sorted(ids + rest) == sorted(set(ids + rest))
    assert len(ids + rest) == 40


async def test_one_of_all_callers_has_the_turn_in_each_period(any_store: Store, clock: MovableClock) -> None:
    every = timedelta(seconds=15)

    async def ask() -> int:
        return sum(await asyncio.gather(*(any_store.write(outbox.take_turn, "sweep", every) for _ in range(8))))

    assert await any_store.read(outbox.due, ["sweep"]) == Due(False, frozenset({"sweep"}))
    assert await ask() == 1
    assert await any_store.read(outbox.due, ["sweep"]) == Due(False, frozenset())
    clock.move(14)
    assert await ask() == 0
    clock.move(1)
    assert await any_store.read(outbox.due, ["sweep", "new"]) == Due(False, frozenset({"sweep", "new"}))
    assert await ask() == 1


async def test_a_message_is_remembered_once_for_each_subject_and_chat(any_store: Store) -> None:
    for message_id, shown in ((5, "old"), (9, "new")):
        await any_store.write(outbox.remember_message, "card", 7, -100, message_id, shown)
    (found,) = await any_store.read(outbox.live_messages, "card", 7)
    assert (found.chat_id, found.message_id, found.shown) == (-100, 9, "new")
    assert await any_store.read(outbox.live_messages, "card", 8) == []
