"""What runs out of time is closed at its provider, and money that was faster still counts."""

from __future__ import annotations

from services.payments import expiring, process
from services.payments.events import apply_event
from services.shared.clock import MovableClock
from services.shared.db import Store
from tests.services.payments import money


async def test_an_order_that_runs_out_is_closed_at_its_provider(any_store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(any_store)
    clock.move(15 * 60)
    assert await any_store.write(expiring.expire, sale.order_id)
    assert await any_store.read(money.jobs, "payments.close") == [{"attempt_id": sale.attempt.id}]
    await process.close(any_store, {"sandbox": sale.provider}, sale.attempt.id)
    assert sale.provider.calls == [(what, sale.attempt.number) for what in ("start", "close", "query")]
    assert await money.standing_of(sale) == ("cancelled", "unpaid", 0, 0)


async def test_money_that_was_faster_than_the_closing_counts(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    clock.move(15 * 60)
    await store.write(expiring.expire, sale.order_id)
    sale.provider.answers[sale.attempt.number] = money.event(sale.attempt)
    await process.close(store, {"sandbox": sale.provider}, sale.attempt.id)
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)


async def test_a_provider_that_cannot_close_is_asked_further(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    clock.move(15 * 60)
    await store.write(expiring.expire, sale.order_id)
    sale.provider.answers[sale.attempt.number] = money.event(sale.attempt)
    assert await process.poll(store, {"sandbox": sale.provider}) == 1
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)


async def test_what_is_paid_or_has_time_left_does_not_run_out(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    assert not await store.write(expiring.expire, sale.order_id)
    await store.write(apply_event, money.event(sale.attempt))
    clock.move(15 * 60)
    assert not await store.write(expiring.expire, sale.order_id)
    assert await store.read(money.waiting, "payments.close") == 0
