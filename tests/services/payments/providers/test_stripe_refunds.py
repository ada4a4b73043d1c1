"""Refunds at Stripe move once, whatever happens on the way; and the account's bill of a day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.payments.provider import NoBill, RefundResult, Unreachable
from services.payments.types import BillLine
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.services.payments.providers.stripe_account import NUMBER, REFUND, Account, account

DAY = datetime(2026, 11, 24, tzinfo=UTC).date()


@pytest.fixture
async def stripe(clock: MovableClock) -> AsyncIterator[Account]:
    async with account(clock) as opened:
        yield opened


async def test_a_refund_carries_our_numbers_and_moves_once(stripe: Account) -> None:
    attempt = await stripe.paid()
    results = [await stripe.shop.refund(stripe.refund(attempt, 999)) for _ in range(3)]
    refund, = stripe.fake.refunds.values()
    assert results == [RefundResult("succeeded", refund["id"])] * 3
    assert refund["metadata"] == {"shop_attempt": NUMBER, "shop_refund": REFUND}
    assert stripe.fake.refunded(NUMBER) == 999
    assert stripe.asked("refund") == 1


async def test_the_same_refund_twice_at_once_moves_once(stripe: Account) -> None:
    attempt = await stripe.paid()
    results = await asyncio.gather(*(stripe.shop.refund(stripe.refund(attempt, 999)) for _ in range(4)))
    assert len(set(results)) == 1
    assert stripe.fake.refunded(NUMBER) == 999


@pytest.mark.parametrize("fault", ["hang-after", "down", "500", "409", "429", "garbage", "retry", "401", "403"])
async def test_an_unknown_result_is_asked_for_again(stripe: Account, fault: str) -> None:
    attempt = await stripe.paid()
    stripe.fake.faults.next("refund", fault)
    with pytest.raises(Unreachable):
        await stripe.shop.refund(stripe.refund(attempt, 999))
    assert (await stripe.shop.refund(stripe.refund(attempt, 999))).status == "succeeded"
    assert stripe.fake.refunded(NUMBER) == 999


async def test_stripe_may_forget_the_key_and_the_refund_still_moves_once(stripe: Account) -> None:
    """Keys live for a day; a refund whose fate is unknown is asked about for longer."""
    attempt = await stripe.paid()
    stripe.fake.faults.next("refund", "hang-after")
    with pytest.raises(Unreachable):
        await stripe.shop.refund(stripe.refund(attempt, 999))
    stripe.fake._answered.clear()
    assert (await stripe.shop.refund(stripe.refund(attempt, 999))).status == "succeeded"
    assert (stripe.fake.refunded(NUMBER), stripe.asked("refund")) == (999, 1)


async def test_without_the_look_before_it_would_move_twice(stripe: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = await stripe.paid()

    async def forgetful(*_: object) -> None:
        return None

    monkeypatch.setattr(stripe.shop, "_known_refund", forgetful)
    for _ in range(2):
        await stripe.shop.refund(stripe.refund(attempt, 999))
        stripe.fake._answered.clear()
    assert stripe.fake.refunded(NUMBER) == 1998


async def test_partial_refunds_to_the_last_unit_and_not_beyond(stripe: Account) -> None:
    attempt = await stripe.paid(stripe.attempt(Money(1001, "JPY")))
    parts = [("R1B2C3D4E5F6G7H8J9K0", 333), ("R2B2C3D4E5F6G7H8J9K0", 667), ("R3B2C3D4E5F6G7H8J9K0", 1),
             ("R4B2C3D4E5F6G7H8J9K0", 1)]
    found = [await stripe.shop.refund(stripe.refund(attempt, amount, number)) for number, amount in parts]
    assert [each.status for each in found] == ["succeeded", "succeeded", "succeeded", "failed"]
    assert found[-1].reference == "R4B2C3D4E5F6G7H8J9K0"
    assert stripe.fake.refunded(NUMBER) == 1001


@pytest.mark.parametrize(("said", "heard"), [
    ("pending", "pending"), ("requires_action", "pending"), ("failed", "failed"), ("canceled", "failed")])
async def test_how_a_refund_stands(stripe: Account, said: str, heard: str) -> None:
    attempt = await stripe.paid()
    await stripe.shop.refund(stripe.refund(attempt, 5))
    next(iter(stripe.fake.refunds.values()))["status"] = said
    assert (await stripe.shop.refund(stripe.refund(attempt, 5))).status == heard


async def test_a_refund_in_a_state_nobody_knows_is_asked_about_again(stripe: Account) -> None:
    attempt = await stripe.paid()
    await stripe.shop.refund(stripe.refund(attempt, 5))
    next(iter(stripe.fake.refunds.values()))["status"] = "something_new"
    with pytest.raises(Unreachable):
        await stripe.shop.refund(stripe.refund(attempt, 5))


@pytest.mark.parametrize("word", ["charge_already_refunded", "charge_disputed", "resource_missing"])
async def test_a_refused_refund_has_failed(stripe: Account, word: str) -> None:
    attempt = await stripe.paid()
    stripe.fake.faults.next("refund", f"no:{word}")
    assert await stripe.shop.refund(stripe.refund(attempt, 5)) == RefundResult("failed", REFUND)


async def test_what_stripe_cannot_give_back_fails_without_a_call(stripe: Account) -> None:
    attempt = await stripe.paid(stripe.attempt(Money(5120, "KWD")))
    assert await stripe.shop.refund(stripe.refund(attempt, 5)) == RefundResult("failed", REFUND)
    assert stripe.asked("refund") == 0


async def test_the_payment_of_an_old_attempt_is_looked_up(stripe: Account) -> None:
    attempt = await stripe.paid()
    session = replace(attempt, facts={"session": attempt.facts["session"]})
    assert (await stripe.shop.refund(stripe.refund(session, 5))).status == "succeeded"
    unknown = replace(attempt, facts={})
    assert await stripe.shop.refund(stripe.refund(unknown, 5)) == RefundResult("manual", REFUND)


async def test_the_bill_has_payments_refunds_and_fees_of_its_day(stripe: Account) -> None:
    yen = await stripe.paid(stripe.attempt(Money(1000, "JPY")))
    other = await stripe.paid(stripe.attempt(Money(1999, "USD"), number="B1B2C3D4E5F6G7H8J9K0"))
    await stripe.shop.refund(stripe.refund(yen, 400))
    await stripe.fake.console_refund(other.number, 99)
    stripe.fake._move("stripe_fee", -250, {"id": "fee_1", "currency": "usd"}, 0)
    stripe.fake._move("payout", -5000, {"id": "po_1", "currency": "usd"}, 0)
    for payment in (None, "pi_9"):
        foreign = {"id": "ch_9", "currency": "usd", "amount": 700, "payment_intent": payment, "metadata": {}}
        stripe.fake._move("charge", 700, foreign, 50)
    stripe.fake.payments["pi_9"] = {"id": "pi_9", "object": "payment_intent", "metadata": {}, "latest_charge": None}
    at, pays = stripe.clock.now(), [each.facts["payment_intent"] for each in (yen, other)]
    refunds, fee = list(stripe.fake.refunds), stripe.fake.movements[4]["id"]
    stripe.clock.move(18 * 3600)
    await stripe.paid(stripe.attempt(number="C1B2C3D4E5F6G7H8J9K0"))
    stripe.fake.page_size = 2
    lines = await stripe.shop.bill(DAY)
    assert lines == (
        BillLine("fee", "", fee, Money(250, "USD"), Money(250, "USD"), at),
        BillLine("refund", "", refunds[1], Money(99, "USD"), Money(0, "USD"), at),
        BillLine("refund", REFUND, refunds[0], Money(400, "JPY"), Money(0, "JPY"), at),
        BillLine("capture", other.number, pays[1], Money(1999, "USD"), Money(87, "USD"), at),
        BillLine("capture", NUMBER, pays[0], Money(1000, "JPY"), Money(59, "JPY"), at),
    )
    assert stripe.asked("bill") == 4


async def test_in_another_bank_currency_the_bill_still_has_the_orders_amounts(stripe: Account) -> None:
    stripe.fake.bank_currency = "eur"
    await stripe.paid()
    stripe.clock.move(86400)
    line, = await stripe.shop.bill(DAY)
    assert (line.amount, line.fee) == (Money(1999, "USD"), Money(87, "EUR"))


async def test_a_refund_that_came_back_is_not_in_the_bill(stripe: Account) -> None:
    attempt = await stripe.paid()
    stripe.fake.slow_refunds = True
    await stripe.shop.refund(stripe.refund(attempt, 5))
    await stripe.fake.finish_refund(REFUND, ok=False)
    stripe.clock.move(86400)
    assert [line.kind for line in await stripe.shop.bill(DAY)] == ["capture"]


async def test_a_dispute_is_in_the_bill_by_what_it_costs(stripe: Account) -> None:
    await stripe.paid()
    stripe.fake.decide(stripe.fake.dispute(NUMBER), "won")
    stripe.clock.move(86400)
    assert [(line.kind, line.amount) for line in await stripe.shop.bill(DAY)] == [
        ("fee", Money(1500, "USD")), ("capture", Money(1999, "USD"))]


async def test_there_is_no_bill_before_the_day_is_over(stripe: Account) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        with pytest.raises(NoBill):
            await stripe.shop.bill(day)
    assert await stripe.shop.bill(DAY - timedelta(days=1)) == ()


@pytest.mark.parametrize("fault", ["down", "garbage", "hang-after", "401", 'json:{"object": "list", "data": [{}]}'])
async def test_a_bill_is_whole_or_not_there(stripe: Account, fault: str) -> None:
    stripe.fake.faults.next("bill", fault, fault)
    await stripe.paid()
    stripe.clock.move(86400)
    with pytest.raises(Unreachable):
        await stripe.shop.bill(DAY)
