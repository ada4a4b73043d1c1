"""The shop dies between any two steps of its work with each provider: the next call goes on, and money counts once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.invariants import violations
from services.payments import attempts, process, refunding, repository
from services.payments.events import apply_event
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from tests.fakes.street import CODES, REFUNDING
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, Crash
from tests.services.payments.providers.bench import Bench, Sale, opened_bench

Point = str | Callable[..., Any]


@pytest.fixture(params=CODES)
def code(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def bench(code: str, store: Store, clock: MovableClock) -> AsyncIterator[Bench]:
    async with opened_bench(store, clock, code) as opened:
        yield opened


async def assert_paid_once(bench: Bench, sale: Sale) -> None:
    def read(tx: Tx) -> list[tuple[str, int]]:
        tried = repository.attempts(tx, sale.order_id)
        return [(each.status, repository.refundable(tx, each).amount) for each in tried if each.provider == bench.code]

    assert ("succeeded", 39800) in await bench.store.read(read)
    assert sum(amount for _, amount in await bench.store.read(read)) == 39800
    assert await bench.store.read(violations) == []


async def test_starting(bench: Bench) -> None:
    for point in (attempts.open_attempt, "start", attempts.note_started):
        sale = await bench.order()
        with pytest.raises(Crash):
            await sale.start(bench.dying(point))
        attempt = await sale.start()
        assert await bench.store.read(money.tried, sale.order_id) == [(bench.code, 39800, "pending")]
        await bench.fake.pay(attempt.number)
        assert bench.fake.captured(attempt.number) == 39800
        await process.ask(bench.store, bench.providers, attempt)
        await assert_paid_once(bench, sale)


async def test_asking_and_hearing(bench: Bench, clock: MovableClock) -> None:
    for point in (attempts.ask_now, "query", apply_event):
        sale = await bench.order()
        attempt = await sale.start()
        await bench.fake.pay(attempt.number)
        with pytest.raises(Crash):
            await process.check(bench.dying(point), bench.providers, sale.actor, sale.order_id)
        for event in await bench.events(bench.fake.notices.pop()):
            await bench.store.write(apply_event, event, b"as it came")
        clock.move(5)
        await process.check(bench.store, bench.providers, sale.actor, sale.order_id)
        await assert_paid_once(bench, sale)
    assert await bench.store.read(money.waiting, "orders.paid") == 3


async def test_a_notice_that_nobody_acknowledged_comes_again(bench: Bench) -> None:
    sale = await bench.order()
    attempt = await sale.start()
    await bench.fake.pay(attempt.number)
    [notice] = bench.fake.notices
    for event in await bench.events(notice):
        with pytest.raises(Crash):
            await bench.dying(apply_event).write(apply_event, event, notice.body)
    words = [(await bench.store.write(apply_event, event, notice.body)).word for event in await bench.events(notice)]
    assert words == ["repeat"]
    await assert_paid_once(bench, sale)


async def test_polling(bench: Bench, clock: MovableClock) -> None:
    for point in ("query", apply_event):
        sale = await bench.order()
        await bench.fake.pay((await sale.start()).number)
        clock.move(30)
        with pytest.raises(Crash):
            await process.poll(bench.dying(point), bench.providers)
        clock.move(30)
        await process.poll(bench.store, bench.providers)
        await assert_paid_once(bench, sale)


async def test_closing(bench: Bench) -> None:
    for point in ("close", "query"):
        sale = await bench.order()
        attempt = await sale.start()
        await bench.store.write(attempts.open_attempt, sale.actor, sale.order_id, "sandbox", money.ways("sandbox"),
                                money.TERMS)
        with pytest.raises(Crash):
            await process.close(bench.dying(point), bench.providers, attempt.id)
        bench.provider.at = ""
        await process.close(bench.store, bench.providers, attempt.id)
        assert await bench.store.read(money.tried, sale.order_id) == [
            (bench.code, 39800, "closed"), ("sandbox", 39800, "pending")]
        assert await bench.store.read(violations) == []


async def test_closing_what_was_paid_meanwhile(bench: Bench) -> None:
    for point in ("close", "query", apply_event):
        sale = await bench.order()
        attempt = await sale.start()
        await bench.fake.pay(attempt.number)
        await bench.store.write(attempts.open_attempt, sale.actor, sale.order_id, "sandbox", money.ways("sandbox"),
                                money.TERMS)
        with pytest.raises(Crash):
            await process.close(bench.dying(point), bench.providers, attempt.id)
        await process.close(bench.store, bench.providers, attempt.id)
        await assert_paid_once(bench, sale)


@pytest.mark.parametrize("code", REFUNDING)
async def test_refunding(bench: Bench) -> None:
    for point in ("refund", refunding.note_sent):
        sale = await bench.order()
        attempt = await sale.paid()
        bench.fake.notices.clear()
        (refund,) = await bench.store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(7))
        with pytest.raises(Crash):
            await process.send_refund(bench.dying(point), bench.providers, refund.id)
        await process.send_refund(bench.store, bench.providers, refund.id)
        for notice in bench.fake.notices:
            for event in await bench.events(notice):
                await bench.store.write(apply_event, event, notice.body)
        assert bench.fake.refunded(attempt.number) == 700
        state = await bench.store.read(attempts.state, sale.actor, sale.order_id)
        assert [(each.amount.amount, each.status) for each in state.refunds] == [(700, "succeeded")]
        assert await bench.store.read(violations) == []
