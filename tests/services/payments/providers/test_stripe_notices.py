"""What Stripe's notices come to: payments, refunds and disputes of ours, and nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import permutations

import pytest

from services.payments.errors import BadSignature
from services.payments.provider import Unreachable
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes.stripe import KEY
from tests.services.payments.providers.stripe_account import NUMBER, REFUND, Account, account


@pytest.fixture
async def stripe(clock: MovableClock) -> AsyncIterator[Account]:
    async with account(clock) as opened:
        yield opened


async def test_a_paid_session_is_money(stripe: Account) -> None:
    attempt, _ = await stripe.start(stripe.attempt(Money(500, "JPY")))
    await stripe.fake.pay(NUMBER)
    event, = await stripe.hear(stripe.fake.notices[0])
    payment, = stripe.fake.payments
    assert (event.kind, event.status, event.number) == ("payment", "succeeded", NUMBER)
    assert (event.provider_payment_id, event.amount, event.fee) == (payment, Money(500, "JPY"), Money(44, "JPY"))
    assert event.created == stripe.clock.now()
    assert event.facts == attempt.facts | {"payment_intent": payment}


async def test_money_counts_also_when_its_fee_cannot_be_asked_for(stripe: Account) -> None:
    for fault in ("down", "garbage", "401"):
        stripe.fake.faults.next("payment", fault)
        number = f"FEE{fault.upper():X<17}"
        await stripe.start(stripe.attempt(number=number))
        await stripe.fake.pay(number)
        event, = await stripe.hear(stripe.fake.notices.pop())
        assert (event.status, event.fee) == ("succeeded", None)


async def test_a_fee_in_the_bank_accounts_currency_is_left_to_the_bill(stripe: Account) -> None:
    stripe.fake.bank_currency = "eur"
    await stripe.start(stripe.attempt())
    await stripe.fake.pay(NUMBER)
    event, = await stripe.hear(stripe.fake.notices[0])
    assert (event.amount, event.fee) == (Money(1999, "USD"), None)


@pytest.mark.parametrize("order", list(permutations(range(2))))
async def test_a_slow_payment_is_money_when_it_arrives(stripe: Account, order: tuple[int, ...]) -> None:
    await stripe.start(stripe.attempt())
    stripe.fake.pay_slowly(NUMBER)
    stripe.fake.end_slowly(NUMBER)
    heard = [await stripe.hear(stripe.fake.notices[index]) for index in order]
    events = [event for found in heard for event in found]
    assert [(event.status, event.provider_payment_id) for event in events] == [
        ("succeeded", next(iter(stripe.fake.payments)))]


async def test_failures_of_a_session(stripe: Account) -> None:
    await stripe.start(stripe.attempt())
    stripe.fake.decline(NUMBER)
    stripe.fake.run_out(NUMBER)
    await stripe.start(stripe.attempt(number="SLOW0000000000000001"))
    await stripe.fake.fail("SLOW0000000000000001")
    assert await stripe.hear_all() == [("payment", "failed", NUMBER), ("payment", "failed", "SLOW0000000000000001")]


async def test_our_refund_comes_with_our_number_whichever_notice_tells(stripe: Account) -> None:
    attempt = await stripe.paid()
    await stripe.shop.refund(stripe.refund(attempt, 999))
    created, charge = stripe.fake.notices
    told, = await stripe.hear(created)
    again, = await stripe.hear(charge)
    refund, = stripe.fake.refunds
    assert (told.kind, told.status, told.number, told.refund_number) == ("refund", "succeeded", NUMBER, REFUND)
    assert (told.provider_payment_id, told.amount) == (refund, Money(999, "USD"))
    assert replace(again, event_id=told.event_id) == told
    assert len(again.event_id) <= 128 and again.event_id.endswith(f":{refund}")


async def test_a_refund_of_the_dashboard_has_no_number_of_ours(stripe: Account) -> None:
    await stripe.paid()
    await stripe.fake.console_refund(NUMBER, 100)
    events = [event for notice in stripe.fake.notices for event in await stripe.hear(notice)]
    assert [(event.number, event.refund_number, event.amount) for event in events] == [
        (NUMBER, "", Money(100, "USD"))] * 2
    assert len({event.provider_payment_id for event in events}) == 1


async def test_several_refunds_are_told_one_by_one(stripe: Account) -> None:
    attempt = await stripe.paid()
    for index in range(3):
        await stripe.shop.refund(stripe.refund(attempt, 100 + index, f"R{index}B2C3D4E5F6G7H8J9K0"))
    stripe.fake.page_size = 2
    found = await stripe.hear(stripe.fake.notices[-1])
    assert [event.amount.amount for event in found] == [100, 101, 102]
    assert len({event.event_id for event in found}) == 3


async def test_a_pending_refund_is_no_news_and_its_end_is(stripe: Account) -> None:
    attempt = await stripe.paid()
    stripe.fake.slow_refunds = True
    await stripe.shop.refund(stripe.refund(attempt, 999))
    assert await stripe.hear_all() == []
    await stripe.fake.finish_refund(REFUND)
    assert await stripe.hear_all() == [("refund", "succeeded", REFUND)]
    await stripe.fake.finish_refund(REFUND, ok=False)
    assert await stripe.hear_all() == [("refund", "failed", REFUND)]


async def test_a_refund_is_heard_as_it_stands_now(stripe: Account) -> None:
    """The payer's bank sent the money back after all; the older notice comes last."""
    attempt = await stripe.paid()
    await stripe.shop.refund(stripe.refund(attempt, 999))
    done = stripe.fake.notices[0]
    await stripe.fake.finish_refund(REFUND, ok=False)
    events = [event for notice in (stripe.fake.notices[-1], done) for event in await stripe.hear(notice)]
    assert [(event.status, event.refund_number) for event in events] == [("failed", REFUND)] * 2


async def test_a_dispute_is_known_by_its_payment(stripe: Account) -> None:
    await stripe.paid()
    name = stripe.fake.dispute(NUMBER)
    opened = [event for notice in stripe.fake.notices for event in await stripe.hear(notice)]
    assert [(event.kind, event.status, event.number, event.provider_payment_id) for event in opened] == [
        ("dispute", "opened", NUMBER, name)] * 2
    assert opened[0].amount == Money(1999, "USD")
    stripe.fake.notices.clear()
    stripe.fake.decide(name, "won")
    assert await stripe.hear_all() == [("dispute", "won", NUMBER)] * 2


@pytest.mark.parametrize(("said", "heard"), [
    ("needs_response", "opened"), ("under_review", "opened"), ("appeal_needs_response", "opened"), ("won", "won"),
    ("lost", "lost"), ("warning_needs_response", "asked"), ("warning_under_review", "asked"),
    ("warning_closed", "won"), ("prevented", "won"), ("something_new", "opened"),
])
async def test_how_a_dispute_stands(stripe: Account, said: str, heard: str) -> None:
    await stripe.paid()
    stripe.fake.dispute(NUMBER, said)
    assert set(await stripe.hear_all()) == {("dispute", heard, NUMBER)}


async def test_another_business_of_the_account_is_none_of_ours(stripe: Account) -> None:
    attempt = await stripe.paid()
    foreign = {"metadata": {"order_id": "42"}}
    stripe.fake.payments[attempt.facts["payment_intent"]] |= foreign
    session = next(iter(stripe.fake.sessions.values())) | foreign
    stripe.fake.tell("checkout.session.completed", session, "")
    stripe.fake.tell("checkout.session.completed", session | {"metadata": {"shop_attempt": "3"}}, "")
    stripe.fake.tell("checkout.session.completed", session | {"metadata": None}, "")
    await stripe.fake.console_refund(NUMBER, 100)
    stripe.fake.dispute(NUMBER)
    charge = {"object": "charge", "metadata": {}, "payment_intent": None}
    for kind in ("charge.refunded", "refund.updated", "charge.dispute.created", "customer.created", "payout.paid"):
        stripe.fake.tell(kind, charge, "")
    stripe.fake.notices = [
        each for each in stripe.fake.notices if b'"charge.refunded"' not in each.body or b"1999" not in each.body]
    assert await stripe.hear_all() == []


async def test_a_buyer_cannot_make_a_payment_ours_by_its_reference(stripe: Account) -> None:
    """Links of the account take a reference from their address."""
    await stripe.paid()
    session = next(iter(stripe.fake.sessions.values())) | {"metadata": {}, "client_reference_id": NUMBER}
    stripe.fake.tell("checkout.session.completed", session, "")
    assert await stripe.hear_all() == []


async def test_whose_a_dispute_is_must_be_known_before_it_is_taken(stripe: Account) -> None:
    await stripe.paid()
    stripe.fake.dispute(NUMBER)
    stripe.fake.faults.next("payment", "down", "garbage", "no:resource_missing")
    for _ in range(3):
        with pytest.raises(Unreachable):
            await stripe.hear(stripe.fake.notices[0])
    await stripe.fake.console_refund(NUMBER, 5)
    for notice in stripe.fake.notices[-2:]:
        stripe.fake.faults.next("refunds", "down", "401")
        for _ in range(2):
            with pytest.raises(Unreachable):
                await stripe.hear(notice)


@pytest.mark.parametrize("changes", [
    {"livemode": True}, {"livemode": None}, {"object": "v2.core.event"}, {"id": ""}, {"id": "x" * 129}, {"id": 5},
    {"created": 0}, {"created": "now"}, {"created": 10**15}, {"data": {}}, {"data": []}, {"data": {"object": 5}},
    {"type": 7},
])
async def test_signed_nonsense_is_refused(stripe: Account, changes: dict[str, object]) -> None:
    await stripe.start(stripe.attempt())
    notice = stripe.fake.tell("checkout.session.expired", next(iter(stripe.fake.sessions.values())), "", **changes)
    with pytest.raises(ValueError):
        await stripe.hear(notice)


@pytest.mark.parametrize("changes", [
    {"amount_total": 19.99}, {"amount_total": "1999"}, {"amount_total": True}, {"amount_total": 0},
    {"amount_total": -5}, {"amount_total": 10**12}, {"currency": "xxx"}, {"currency": None}, {"payment_intent": 5},
    {"payment_intent": {"id": "\x00"}}, {"id": "cs\n"},
])
async def test_a_session_without_sense_is_refused(stripe: Account, changes: dict[str, object]) -> None:
    await stripe.paid()
    notice = stripe.fake.tell("checkout.session.completed", next(iter(stripe.fake.sessions.values())) | changes, "")
    with pytest.raises(ValueError):
        await stripe.hear(notice)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7", b"{", b'{"object": "event"}', b"[" * 100_000])
async def test_signed_bodies_without_sense_are_refused(stripe: Account, body: bytes) -> None:
    with pytest.raises(ValueError):
        await stripe.hear(stripe.fake.signed(body))


async def test_a_total_of_nothing_is_no_payment(stripe: Account) -> None:
    await stripe.start(stripe.attempt())
    session = next(iter(stripe.fake.sessions.values()))
    free = session | {"status": "complete", "payment_status": "no_payment_required", "amount_total": 0}
    assert await stripe.hear(stripe.fake.tell("checkout.session.completed", free, "")) == ()
    subscription = session | {"mode": "subscription", "payment_status": "paid", "payment_intent": "pi_1"}
    assert await stripe.hear(stripe.fake.tell("checkout.session.completed", subscription, "")) == ()


async def test_forged_old_and_future_notices_are_refused(stripe: Account) -> None:
    await stripe.start(stripe.attempt())
    await stripe.fake.pay(NUMBER)
    notice = stripe.fake.notices[0]
    for forged in (stripe.fake.forge(notice), replace(notice, headers={}), replace(notice, body=notice.body + b" ")):
        with pytest.raises(BadSignature):
            await stripe.hear(forged)
    stripe.clock.move(301)
    with pytest.raises(BadSignature):
        await stripe.hear(notice)
    stripe.clock.offset -= 602
    with pytest.raises(BadSignature):
        await stripe.hear(notice)


async def test_during_a_change_of_secrets_both_are_signed_with(stripe: Account) -> None:
    stripe.fake.secrets = ("whsec_the_new_one_0123456789", *stripe.fake.secrets)
    await stripe.start(stripe.attempt())
    await stripe.fake.pay(NUMBER)
    assert await stripe.hear_all() == [("payment", "succeeded", NUMBER)]


async def test_without_a_secret_every_notice_is_refused(clock: MovableClock) -> None:
    async with account(clock, secret="") as stripe:
        await stripe.start(stripe.attempt())
        await stripe.fake.pay(NUMBER)
        with pytest.raises(BadSignature):
            await stripe.hear(stripe.fake.notices[0])


async def test_a_live_key_takes_live_events_only(clock: MovableClock) -> None:
    async with account(clock, key=KEY.replace("_test_", "_live_")) as stripe:
        body = {"id": "evt_1", "object": "event", "type": "payout.paid", "created": 1, "data": {"object": {}}}
        with pytest.raises(ValueError):
            await stripe.hear(stripe.fake.signed(json.dumps(body | {"livemode": False}).encode()))
        assert await stripe.hear(stripe.fake.signed(json.dumps(body | {"livemode": True}).encode())) == ()
