"""A provider's events: once, in any order, for orders in every state."""

import asyncio
from datetime import timedelta
from itertools import count, permutations

import pytest
from sqlalchemy.exc import IntegrityError

from services.inventory import service as inventory
from services.orders import service as orders
from services.orders import standing
from services.payments import ledger, repository
from services.payments.events import apply_event
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import NotFound
from services.shared.money import Money
from tests.services.payments import money
from tests.services.payments.money import event


async def payment(sale: money.Sale) -> tuple[str, str, int, int]:
    """(order state, payment state, paid, refunded)."""
    order = await sale.store.read(standing.read, sale.order_id)
    return order.state, order.payment, order.paid.amount, order.refunded.amount


async def test_a_success_pays_the_order_and_tells_people_once(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    outcome = await any_store.write(apply_event, event(sale.attempt))
    assert (outcome.word, await payment(sale)) == ("paid", ("placed", "paid", 39800, 0))
    assert await any_store.read(money.waiting, "orders.paid") == 1
    assert await any_store.read(inventory.available, [sale.sku_id]) == {sale.sku_id: 8}


async def test_the_same_event_ten_times_at_once_counts_once(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    notice = event(sale.attempt)
    outcomes = await asyncio.gather(*(any_store.write(apply_event, notice) for _ in range(10)))
    assert sorted(outcome.word for outcome in outcomes) == ["paid", *["repeat"] * 9]
    assert await payment(sale) == ("placed", "paid", 39800, 0)


async def test_without_its_guard_the_same_event_would_count_twice(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await money.open_sale(any_store)
    notice, keep = event(sale.attempt), ledger.capture
    numbers = count()
    monkeypatch.setattr(repository, "add_event", lambda tx, event, attempt_id: 0)
    monkeypatch.setattr(ledger, "capture", lambda tx, paid, amount, reference, *rest: keep(
        tx, paid, amount, f"{reference}:{next(numbers)}", *rest))
    words = [(await any_store.write(apply_event, notice)).word for _ in range(2)]
    assert (words, (await payment(sale))[2]) == (["paid", "refunded-double"], 79600)


async def test_the_ledger_is_a_second_guard(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = await money.open_sale(any_store)
    notice = event(sale.attempt)
    monkeypatch.setattr(repository, "add_event", lambda tx, event, attempt_id: 0)
    await any_store.write(apply_event, notice)
    with pytest.raises(IntegrityError):
        await any_store.write(apply_event, notice)
    assert await payment(sale) == ("placed", "paid", 39800, 0)


async def test_one_payment_under_two_event_ids_counts_once(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    first = event(sale.attempt)
    again = event(sale.attempt, provider_payment_id=first.provider_payment_id)
    words = [(await any_store.write(apply_event, each)).word for each in (first, again)]
    assert (words, await payment(sale)) == (["paid", "repeat"], ("placed", "paid", 39800, 0))


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_order_of_arrival_does_not_matter(store: Store, order: tuple[int, ...]) -> None:
    sale = await money.open_sale(store)
    notices = [event(sale.attempt, "failed"), event(sale.attempt), event(sale.attempt, "failed")]
    for index in order:
        await store.write(apply_event, notices[index])
    assert await payment(sale) == ("placed", "paid", 39800, 0)


async def test_an_unknown_payment_stores_nothing(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    with pytest.raises(NotFound):
        await any_store.write(apply_event, event(sale.attempt, number="NOSUCHPAYMENT"))
    with pytest.raises(NotFound):
        await any_store.write(apply_event, event(sale.attempt, provider="other"))


@pytest.mark.parametrize(("received", "state"), [(39700, "partly_paid"), (39900, "paid")])
async def test_a_wrong_amount_is_recorded_and_goes_to_staff(store: Store, received: int, state: str) -> None:
    sale = await money.open_sale(store)
    outcome = await store.write(apply_event, event(sale.attempt, amount=Money(received, "CNY")))
    assert (outcome.word, await payment(sale)) == ("mismatch", ("placed", state, received, 0))
    assert await store.read(money.waiting, "payments.mismatch") == 1
    assert await store.read(money.waiting, "orders.paid") == (1 if state == "paid" else 0)


async def test_another_currency_is_recorded_but_never_added_up(store: Store) -> None:
    sale = await money.open_sale(store)
    outcome = await store.write(apply_event, event(sale.attempt, amount=Money(39800, "USD")))
    assert (outcome.word, await payment(sale)) == ("mismatch", ("placed", "unpaid", 0, 0))


async def test_a_second_payment_goes_back(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    words = [(await any_store.write(apply_event, event(sale.attempt))).word for _ in range(2)]
    assert words == ["paid", "refunded-double"]
    assert await money.refunds(sale) == [(39800, "double", "requested")]
    assert await any_store.read(money.waiting, "payments.tell-returned") == 1


async def test_two_payments_at_once_leave_one_and_give_one_back(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    outcomes = await asyncio.gather(*(any_store.write(apply_event, event(sale.attempt)) for _ in range(2)))
    assert sorted(outcome.word for outcome in outcomes) == ["paid", "refunded-double"]


async def expire(sale: money.Sale, clock: MovableClock) -> None:
    clock.move(16 * 60)
    assert await sale.store.write(orders.expire, sale.order_id)


async def test_a_late_payment_revives_the_order_while_the_goods_are_there(
    any_store: Store, clock: MovableClock
) -> None:
    sale = await money.open_sale(any_store, stock=2)
    await expire(sale, clock)
    outcome = await any_store.write(apply_event, event(sale.attempt))
    assert (outcome.word, await payment(sale)) == ("revived", ("placed", "paid", 39800, 0))
    assert await any_store.read(inventory.available, [sale.sku_id]) == {sale.sku_id: 0}


async def test_a_late_payment_goes_back_when_the_goods_are_gone(any_store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(any_store, stock=2)
    await expire(sale, clock)
    await money.another_buyer_takes(any_store, sale.sku_id, 1)
    outcome = await any_store.write(apply_event, event(sale.attempt))
    assert (outcome.word, await money.refunds(sale)) == ("refunded-late", [(39800, "late", "requested")])
    assert (await payment(sale))[0] == "cancelled"


async def test_a_hold_that_ran_out_unnoticed_is_had_again_or_the_money_goes_back(
    any_store: Store, clock: MovableClock
) -> None:
    sale = await money.open_sale(any_store, stock=2)
    clock.move(16 * 60)
    await money.another_buyer_takes(any_store, sale.sku_id, 2)
    outcome = await any_store.write(apply_event, event(sale.attempt))
    assert (outcome.word, await money.refunds(sale)) == ("refunded-late", [(39800, "late", "requested")])
    order = await any_store.read(standing.read, sale.order_id)
    assert (order.state, order.cancel_reason) == ("cancelled", "sold-out")


@pytest.mark.parametrize("turn", range(5))
async def test_expiry_and_payment_in_the_same_instant_end_in_one_of_two_ways(
    any_store: Store, clock: MovableClock, turn: int
) -> None:
    sale = await money.open_sale(any_store, stock=2)
    clock.move(timedelta(minutes=16).total_seconds())
    steps = [any_store.write(orders.expire, sale.order_id), any_store.write(apply_event, event(sale.attempt))]
    if turn % 2:
        steps.reverse()
    await asyncio.gather(*steps)
    assert (await payment(sale))[:3] == ("placed", "paid", 39800)
    assert await any_store.read(inventory.available, [sale.sku_id]) == {sale.sku_id: 0}
