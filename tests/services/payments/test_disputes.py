"""Disputes: the books follow what was told in whatever order, and nothing leaves the shop meanwhile."""

from __future__ import annotations

from itertools import permutations

import pytest

from services.orders import standing
from services.payments import checking, ledger, refunding
from services.payments.cancelling import cancel_order
from services.payments.errors import RefundTooLarge
from services.payments.events import apply_event
from services.payments.types import PaymentEvent
from services.shared.db import Store
from services.shared.money import Money
from services.shipping import claims
from tests.services.payments import money
from tests.services.payments.money import DESK, event

PRICE = Money(39800, "CNY")


async def paid(store: Store) -> money.Sale:
    sale = await money.open_sale(store, stock=40)
    await store.write(apply_event, event(sale.attempt))
    return sale


def dispute(sale: money.Sale, status: str, name: str = "du_1", amount: Money = PRICE) -> PaymentEvent:
    return event(sale.attempt, status, kind="dispute", provider_payment_id=name, amount=amount)


async def held(sale: money.Sale) -> str | None:
    return (await sale.store.read(standing.read, sale.order_id)).hold_reason


async def lost_to_disputes(store: Store) -> int:
    """What stands on the account of disputes, in fen."""
    return sum(amount.amount for amount in (await store.read(ledger.balances)).get("disputes", ()))


async def told(store: Store) -> list[str]:
    return [job["status"] for job in await store.read(money.jobs, "payments.dispute")]


async def test_a_dispute_takes_the_money_and_holds_the_order_and_a_won_one_brings_it_back(any_store: Store) -> None:
    sale = await paid(any_store)
    assert (await any_store.write(apply_event, dispute(sale, "opened"))).word == "disputed"
    assert (await held(sale), await lost_to_disputes(any_store)) == ("dispute", 39800)
    with pytest.raises(RefundTooLarge):
        await any_store.write(refunding.refund_by_staff, DESK, sale.order_id, Money(1, "CNY"))
    await any_store.write(apply_event, dispute(sale, "won"))
    assert (await held(sale), await lost_to_disputes(any_store)) == ("dispute", 0)
    await any_store.write(claims.resume, DESK, sale.order_id)
    await any_store.write(refunding.refund_by_staff, DESK, sale.order_id, PRICE)
    assert await told(any_store) == ["opened", "won"]
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(checking.violations) == []


async def test_a_lost_one_keeps_the_money_and_the_hold(store: Store) -> None:
    sale = await paid(store)
    for status in ("opened", "lost"):
        await store.write(apply_event, dispute(sale, status))
    assert (await held(sale), await lost_to_disputes(store)) == ("dispute", 39800)
    assert await store.read(checking.violations) == []


async def test_a_bank_that_only_asks_moves_no_money(store: Store) -> None:
    sale = await paid(store)
    await store.write(apply_event, dispute(sale, "asked"))
    assert (await held(sale), await lost_to_disputes(store)) == ("dispute", 0)
    await store.write(apply_event, dispute(sale, "won"))
    assert await lost_to_disputes(store) == 0
    assert await store.read(checking.violations) == []


async def test_the_order_of_arrival_does_not_matter(store: Store) -> None:
    outcomes = {("asked", "opened", "won"): 0, ("asked", "opened", "lost"): 39800, ("opened", "lost", "won"): 0}
    sale = await paid(store)
    for number, (statuses, taken) in enumerate(outcomes.items()):
        for index, order in enumerate(permutations(statuses)):
            before = await lost_to_disputes(store)
            for status in order:
                notice = dispute(sale, status, f"du_{number}_{index}")
                await store.write(apply_event, notice)
                await store.write(apply_event, notice)
            assert await lost_to_disputes(store) == before + taken, order
            assert (await told(store))[-1] == ("won" if "won" in statuses else "lost")


async def test_what_is_won_late_holds_nothing(store: Store) -> None:
    sale = await paid(store)
    for status in ("won", "opened"):
        await store.write(apply_event, dispute(sale, status))
    assert (await held(sale), await lost_to_disputes(store)) == (None, 0)
    assert await told(store) == ["won", "won"]


async def test_the_same_news_twice_is_told_once(store: Store) -> None:
    sale = await paid(store)
    words = [(await store.write(apply_event, dispute(sale, "opened"))).word for _ in range(2)]
    assert (words, await told(store)) == (["disputed", "repeat"], ["opened"])


async def test_people_who_let_it_go_are_not_overruled_by_an_echo(store: Store) -> None:
    sale = await paid(store)
    await store.write(apply_event, dispute(sale, "opened"))
    await store.write(claims.resume, DESK, sale.order_id)
    await store.write(apply_event, dispute(sale, "opened"))
    assert await held(sale) is None
    await store.write(apply_event, dispute(sale, "lost"))
    assert await held(sale) == "dispute"


async def test_another_currency_is_told_and_not_booked(store: Store) -> None:
    sale = await paid(store)
    await store.write(apply_event, dispute(sale, "opened", amount=Money(5000, "USD")))
    assert (await held(sale), await lost_to_disputes(store)) == ("dispute", 0)
    assert await store.read(money.jobs, "payments.dispute") == [{
        "order_id": sale.order_id, "attempt_id": sale.attempt.id, "amount": 5000, "currency": "USD",
        "status": "opened"}]


async def test_what_comes_back_for_an_order_that_is_off_goes_to_its_customer(store: Store) -> None:
    sale = await paid(store)
    await store.write(apply_event, dispute(sale, "opened"))
    await store.write(cancel_order, sale.actor, sale.order_id)
    assert await money.refunds(sale) == []
    await store.write(apply_event, dispute(sale, "won"))
    assert await money.refunds(sale) == [(39800, "cancelled", "requested")]


async def test_a_refund_that_bounces_is_told_and_changes_no_books(store: Store) -> None:
    sale = await paid(store)
    back, = await store.write(refunding.refund_by_staff, DESK, sale.order_id, Money(500, "CNY"))
    await store.write(refunding.note_sent, back.id, "succeeded", "re_1")
    news = event(sale.attempt, "failed", kind="refund", provider_payment_id="re_1", amount=Money(500, "CNY"),
                 refund_number=back.number)
    assert (await store.write(apply_event, news)).word == "bounced"
    assert await store.read(money.jobs, "payments.refund-bounced") == [{"refund_id": back.id}]
    assert await money.standing_of(sale) == ("placed", "partly_refunded", 39800, 500)
    assert await store.read(checking.violations) == []
