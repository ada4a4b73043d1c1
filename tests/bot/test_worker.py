"""What becomes of a due job: done, tried again, given up, left to its lease; nothing is done twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import SendMessage
from aiohttp import ClientConnectorError, ServerDisconnectedError
from sqlalchemy import select

from bot.worker import LEASE, Worker
from handlers.chat.jobs import JobContext, Jobs
from services.customers import service as customers
from services.customers.models import CustomerRow
from services.outbox import service as outbox
from services.outbox.models import JobRow
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx

JOBS = JobRow.__table__


class Bench:
    """A worker over a real store whose jobs do what the test says, noting each attempt."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.jobs = Jobs()
        self.done: list[dict[str, Any]] = []
        self.act: Callable[[], Awaitable[None]] = self.nothing
        self.jobs.on("test.do")(self._do)
        context = type("Context", (), {"shop": type("Shop", (), {"store": store})()})()
        self.worker = Worker(cast(JobContext, context), self.jobs)

    async def nothing(self) -> None:
        return None

    async def _do(self, _context: JobContext, payload: dict[str, Any]) -> None:
        self.done.append(payload)
        await self.act()

    def fails(self, error: BaseException) -> None:
        async def act() -> None:
            raise error

        self.act = act

    async def add(self, kind: str = "test.do", **payload: Any) -> None:
        await self.store.write(outbox.enqueue, kind, payload)

    async def row(self, kind: str | None = None) -> tuple[str, int, str | None, float]:
        """The newest job, or the newest of a kind: its state, attempts, error, and seconds until it is due."""
        def read(tx: Tx) -> tuple[str, int, str | None, float]:
            wanted = select(JOBS).order_by(JOBS.c.id.desc())
            row = tx.rows(wanted if kind is None else wanted.where(JOBS.c.kind == kind))[0]
            return row.state, row.attempts, row.error, (row.due_at - tx.now).total_seconds()

        return await self.store.read(read)


def to(chat_id: int) -> SendMessage:
    return SendMessage(chat_id=chat_id, text="x")


def unreachable(cause: BaseException) -> TelegramNetworkError:
    """As aiogram raises it: the cause is its context."""
    error = TelegramNetworkError(to(7), "no")
    error.__context__ = cause
    return error


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store)


async def test_a_job_is_done_once(bench: Bench) -> None:
    await bench.add(n=1)
    await bench.worker.round()
    await bench.worker.round()
    assert bench.done == [{"n": 1}]
    assert await bench.row() == ("done", 1, None, 0)


async def test_a_job_that_fails_is_put_off_and_tried_again(bench: Bench, clock: MovableClock) -> None:
    await bench.add(n=1)
    bench.fails(KeyError("x"))
    await bench.worker.round()
    assert await bench.row() == ("waiting", 1, "KeyError", 2)
    bench.act = bench.nothing
    await bench.worker.round()
    assert len(bench.done) == 1
    clock.move(2)
    await bench.worker.round()
    assert (await bench.row())[:2] == ("done", 2)


async def test_a_job_that_nobody_handles_is_put_off(bench: Bench) -> None:
    await bench.add("test.unknown")
    await bench.worker.round()
    assert await bench.row() == ("waiting", 1, "no handler", 2)


@pytest.mark.parametrize("error", [
    TelegramForbiddenError(to(7), "Forbidden: bot was blocked by the user"),
    TelegramBadRequest(to(7), "Bad Request: chat not found"),
], ids=["blocked", "never met"])
async def test_who_cannot_be_reached_is_marked_and_the_job_is_done(
    bench: Bench, clock: MovableClock, error: Exception
) -> None:
    await bench.store.write(customers.enter, 7, "Lin", None, "zh")
    await bench.add()
    bench.fails(error)
    await bench.worker.round()
    assert (await bench.row("test.do"))[:2] == ("done", 1)
    blocked = await bench.store.read(lambda tx: tx.scalar(select(CustomerRow.__table__.c.blocked_at)))
    assert blocked == clock.now()


async def test_a_group_that_put_the_bot_out_may_take_it_back(bench: Bench) -> None:
    await bench.add()
    bench.fails(TelegramForbiddenError(to(-1001), "Forbidden: bot was kicked from the supergroup chat"))
    await bench.worker.round()
    assert await bench.row() == ("waiting", 1, "Forbidden: bot was kicked from the supergroup chat", 2)


async def test_a_message_that_telegram_does_not_take_is_tried_again_and_names_its_reason(bench: Bench) -> None:
    await bench.add()
    bench.fails(TelegramBadRequest(to(7), "Bad Request: message text is empty"))
    await bench.worker.round()
    assert await bench.row() == ("waiting", 1, "Bad Request: message text is empty", 2)


async def test_a_wait_that_telegram_orders_is_kept(bench: Bench, clock: MovableClock) -> None:
    await bench.add()
    bench.fails(TelegramRetryAfter(to(7), "Too Many Requests", 35))
    await bench.worker.round()
    assert await bench.row() == ("waiting", 1, "429", 35)
    clock.move(34)
    await bench.worker.round()
    assert len(bench.done) == 1


async def test_without_a_connection_the_job_is_tried_again(bench: Bench) -> None:
    await bench.add()
    bench.fails(unreachable(ClientConnectorError(cast(Any, None), OSError("refused"))))
    await bench.worker.round()
    assert await bench.row() == ("waiting", 1, "no connection", 2)


@pytest.mark.parametrize("cause", [ServerDisconnectedError(), TimeoutError()])
async def test_what_may_have_arrived_is_not_sent_again(bench: Bench, cause: BaseException) -> None:
    await bench.add()
    bench.fails(unreachable(cause))
    await bench.worker.round()
    assert (await bench.row())[:3] == ("done", 1, None)


async def test_a_worker_that_dies_leaves_its_job_to_the_lease(bench: Bench, clock: MovableClock) -> None:
    await bench.add(n=1)
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    bench.act = hang
    dying = asyncio.ensure_future(bench.worker.run())
    await begun.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert (await bench.row())[:2] == ("waiting", 1)
    other = Bench(bench.store)
    await other.worker.round()
    assert other.done == []
    clock.move(LEASE.total_seconds())
    await other.worker.round()
    assert other.done == [{"n": 1}]
    assert (await bench.row())[:2] == ("done", 2)


async def test_a_slow_job_holds_up_no_other_and_new_ones_wake_the_worker(bench: Bench) -> None:
    begun, gate, second = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def act() -> None:
        if bench.done[-1] == {"n": 2}:
            second.set()
            return
        begun.set()
        await gate.wait()

    bench.act = act
    running = asyncio.ensure_future(bench.worker.run())
    async with asyncio.timeout(5):
        await bench.add(n=1)
        await begun.wait()
        await bench.add(n=2)
        await second.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert bench.done == [{"n": 1}, {"n": 2}]


async def test_a_duty_has_one_turn_in_each_period_whoever_works(bench: Bench, clock: MovableClock) -> None:
    other, turns = Bench(bench.store), []
    for each, name in ((bench, "one"), (other, "other")):
        async def duty(_context: JobContext, name: str = name) -> None:
            turns.append(name)

        each.jobs.every(timedelta(seconds=30), "test.sweep")(duty)
    for each in (bench, other, bench):
        await each.worker.round()
    assert turns == ["one"]
    clock.move(30)
    await other.worker.round()
    await bench.worker.round()
    assert turns == ["one", "other"]


async def test_a_duty_that_fails_comes_again_in_its_next_period(bench: Bench, clock: MovableClock) -> None:
    turns: list[int] = []

    async def duty(_context: JobContext) -> None:
        turns.append(1)
        raise OSError("broken")

    bench.jobs.every(timedelta(seconds=30), "test.sweep")(duty)
    await bench.worker.round()
    await bench.worker.round()
    clock.move(30)
    await bench.worker.round()
    assert len(turns) == 2
