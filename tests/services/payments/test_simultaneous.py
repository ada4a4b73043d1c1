"""Two notices of one payment and a question about it at the same moment, twenty times on each kind of database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from services.invariants import violations
from services.payments import ledger, process, repository
from services.payments.events import apply_event
from services.payments.types import Attempt, Outcome
from services.shared.clock import MovableClock
from services.shared.db import Store
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.payments.money import RecordingProvider

TIMES = 20


async def at_once(
    store: Store, clock: MovableClock, provider: RecordingProvider, attempt: Attempt
) -> tuple[int, Outcome, Outcome]:
    """A poll, and while it asks the notice and its repetition under an id of its own; what each came to."""
    first = money.event(attempt)
    again, asked = (money.event(attempt, provider_payment_id=first.provider_payment_id) for _ in range(2))
    provider.answers[attempt.number] = asked
    clock.move(30)
    return await asyncio.gather(
        process.poll(store, {"sandbox": provider}), store.write(apply_event, first, b"as it came"),
        store.write(apply_event, again, b"as it came"))


async def orders(store: Store, provider: RecordingProvider, number: int) -> AsyncIterator[tuple[int, Attempt]]:
    await shop.open_shop(store)
    sku_id = await store.write(shop.put_product, "F9", shop.yuan(199), 2 * number)
    actor = await shop.buyer(store)
    for _ in range(number):
        order_id = (await shop.order_now(store, actor, sku_id, 2)).order_id
        yield order_id, await money.start(store, provider, actor, order_id)


async def test_they_are_one_capture_and_one_notice_to_the_customer(any_store: Store, clock: MovableClock) -> None:
    provider = RecordingProvider()
    done = polled = 0
    async for order_id, attempt in orders(any_store, provider, TIMES):
        done += 1
        answered, first, again = await at_once(any_store, clock, provider, attempt)
        polled += answered
        assert [first.word, again.word].count("paid") <= 1
        assert await any_store.read(money.tried, order_id) == [("sandbox", 39800, "succeeded")]
        assert len(await any_store.read(money.captures)) == done
        assert await any_store.read(money.waiting, "orders.paid") == done
    assert polled > TIMES // 2
    assert await any_store.read(violations) == []


async def test_without_the_guards_they_would_be_three(
    any_store: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, keep, numbers = RecordingProvider(), ledger.capture, count()
    [(_, attempt)] = [each async for each in orders(any_store, provider, 1)]
    monkeypatch.setattr(repository, "add_event", lambda tx, event, attempt_id: 0)
    monkeypatch.setattr(repository, "set_raw", lambda *_: None)
    monkeypatch.setattr(ledger, "capture", lambda tx, paid, amount, reference, *rest: keep(
        tx, paid, amount, f"{reference}:{next(numbers)}", *rest))
    await at_once(any_store, clock, provider, attempt)
    assert len(await any_store.read(money.captures)) > 1
