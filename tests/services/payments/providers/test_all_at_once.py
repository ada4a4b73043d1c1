"""Two notices of one payment and a poll that finds it, at the same moment: one capture, one word to the customer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from services.invariants import violations
from services.payments import ledger, process, repository
from services.payments.events import apply_event
from services.payments.models import PaymentEventRow
from services.payments.types import Outcome
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from tests.services.payments import money
from tests.services.payments.providers.bench import Bench, opened_bench

TIMES = 20
EVENTS = PaymentEventRow.__table__


@pytest.fixture
async def bench(any_store: Store, clock: MovableClock) -> AsyncIterator[Bench]:
    async with opened_bench(any_store, clock, "wechat") as opened:
        yield opened


async def pay_at_once(bench: Bench) -> list[str]:
    """A payment whose notice comes twice while a poll asks about it; returns what the three came to."""
    sale = await bench.order()
    attempt = await sale.start()
    await bench.fake.pay(attempt.number)
    notice = bench.fake.notices.pop()

    async def told() -> Outcome | None:
        [event] = await bench.events(notice)
        return await bench.store.write(apply_event, event, notice.body)

    found = await asyncio.gather(told(), process.ask(bench.store, bench.providers, attempt), told())
    return sorted(each.word for each in found if each is not None)


def outcomes(tx: Tx) -> list[str]:
    return [row.outcome for row in tx.rows(select(EVENTS.c.outcome).order_by(EVENTS.c.id))]


async def test_twenty_times(bench: Bench) -> None:
    for _ in range(TIMES):
        assert await pay_at_once(bench) == ["paid", "repeat", "repeat"]
    assert [amount for amount, *_ in await bench.store.read(money.captures)] == [39800] * TIMES
    assert await bench.store.read(money.waiting, "orders.paid") == TIMES
    assert await bench.store.read(outcomes) == ["paid"] * TIMES
    assert await bench.store.read(violations) == []


async def test_without_the_memory_of_events_and_the_key_of_the_ledger_it_would_count_thrice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, numbers = ledger.capture, count()

    def book_always(tx: Tx, paid: Any, amount: Any, reference: str, *rest: Any) -> None:
        keep(tx, paid, amount, f"{reference}:{next(numbers)}", *rest)

    monkeypatch.setattr(repository, "add_event", lambda *_: 0)
    monkeypatch.setattr(repository, "set_raw", lambda *_: None)
    monkeypatch.setattr(ledger, "capture", book_always)
    assert await pay_at_once(bench) == ["paid", "refunded-double", "refunded-double"]
    assert [amount for amount, *_ in await bench.store.read(money.captures)] == [39800] * 3
