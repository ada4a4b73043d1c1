"""Stripe over HTTP: sessions are opened once, looked up, closed, and never without a clear answer."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from services.payments.provider import Refused, Unreachable
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.services.payments.providers.stripe_account import NUMBER, Account, account


@pytest.fixture
async def stripe(clock: MovableClock) -> AsyncIterator[Account]:
    async with account(clock) as opened:
        yield opened


async def test_a_session_is_opened_with_our_number_everywhere(stripe: Account) -> None:
    _, started = await stripe.start(stripe.attempt(Money(1999, "USD")))
    session, = stripe.fake.sessions.values()
    assert started.url == session["url"]
    assert started.facts == {"session": session["id"]}
    assert started.fresh_until == stripe.clock.now() + timedelta(minutes=50)
    (act, sent), = stripe.fake.calls
    assert (act, sent) == ("start", {
        "mode": "payment", "client_reference_id": NUMBER, "metadata": {"shop_attempt": NUMBER},
        "payment_intent_data": {"metadata": {"shop_attempt": NUMBER}},
        "line_items": {"0": {"quantity": "1", "price_data": {
            "currency": "usd", "unit_amount": "1999", "product_data": {"name": "Order QL-1"}}}},
        "success_url": "https://shop.example/pay/abc", "cancel_url": "https://shop.example/pay/abc", "locale": "en",
        "expires_at": str(int(started.fresh_until.timestamp())), "adaptive_pricing": {"enabled": "false"},
    })


@pytest.mark.parametrize(("minutes", "lives"), [(1, 36), (15, 50), (24 * 60, 23 * 60), (None, 23 * 60)])
async def test_a_session_lives_as_long_as_stripe_allows(stripe: Account, minutes: int | None, lives: int) -> None:
    _, started = await stripe.start(stripe.attempt(minutes=minutes))
    assert started.fresh_until == stripe.clock.now() + timedelta(minutes=lives)


async def test_a_lost_answer_is_found_again_by_the_same_number(stripe: Account) -> None:
    stripe.fake.faults.next("start", "hang-after")
    with pytest.raises(Unreachable):
        await stripe.start(stripe.attempt())
    stripe.clock.move(14 * 60)
    attempt = replace(stripe.attempt(), created_at=stripe.clock.now() - timedelta(minutes=14),
                      expires_at=stripe.clock.now() + timedelta(minutes=1))
    _, started = await stripe.start(attempt)
    assert list(stripe.fake.sessions) == [started.facts["session"]]


async def test_in_another_language_a_lost_session_is_opened_anew(stripe: Account) -> None:
    """Stripe refuses the same key with other words; of the two sessions the payer sees one."""
    stripe.fake.faults.next("start", "hang-after")
    with pytest.raises(Unreachable):
        await stripe.start(stripe.attempt(), "zh")
    _, started = await stripe.start(stripe.attempt(), "en")
    _, again = await stripe.start(stripe.attempt(), "en")
    assert len(stripe.fake.sessions) == 2
    assert again == started
    assert stripe.fake.sessions[started.facts["session"]]["locale"] == "en"


async def test_an_open_session_is_shown_again_and_one_that_ran_out_is_replaced(stripe: Account) -> None:
    attempt, started = await stripe.start(stripe.attempt(minutes=None))
    assert (await stripe.start(attempt))[1] == started
    stripe.fake.run_out(NUMBER)
    stripe.clock.move(24 * 3600)
    again, renewed = await stripe.start(attempt)
    assert renewed.facts != started.facts
    assert (await stripe.start(replace(attempt, facts=started.facts)))[1] == renewed
    assert renewed.fresh_until == stripe.clock.now().replace(minute=0) + timedelta(hours=23)
    await stripe.fake.pay(NUMBER)
    assert (await stripe.start(again))[1].url == "https://shop.example/pay/abc"


async def test_what_stripe_remembers_for_a_number_may_have_run_out(stripe: Account) -> None:
    """The shop died before it could note the session, and comes back when the session is over."""
    attempt = stripe.attempt(minutes=None)
    _, lost = await stripe.start(attempt)
    stripe.clock.move(23 * 3600)
    _, started = await stripe.start(attempt)
    assert started.facts != lost.facts
    assert started.fresh_until is not None and started.fresh_until > stripe.clock.now()


@pytest.mark.parametrize("amount", [Money(1_0005, "KWD"), Money(100_000_000, "USD"), Money(1, "XTR"),
                                    Money(1_000_000, "ISK")])
async def test_what_cannot_be_asked_for_is_refused_before_the_call(stripe: Account, amount: Money) -> None:
    with pytest.raises(Refused, match="amount"):
        await stripe.start(stripe.attempt(amount))
    assert stripe.fake.calls == []


@pytest.mark.parametrize(("fault", "error", "said"), [
    ("down", Unreachable, "503 APIError"), ("garbage", Unreachable, "without sense"),
    ("hang-after", Unreachable, "APIConnectionError"),
    ("409", Unreachable, "409 APIError"), ("429", Unreachable, "429 RateLimitError"),
    ("500", Unreachable, "500 APIError"), ("retry", Unreachable, "400 lock_timeout"),
    ("no:amount_too_small", Refused, "amount_too_small"), ("401", Refused, "AuthenticationError"),
    ("403", Refused, "PermissionError"), ("402", Refused, "CardError"),
])
async def test_only_a_clear_no_is_a_refusal(
    stripe: Account, fault: str, error: type[Exception], said: str
) -> None:
    stripe.fake.faults.next("start", fault)
    with pytest.raises(error, match=said) as refusal:
        await stripe.start(stripe.attempt())
    # The SDK's own errors hold bodies.
    assert refusal.value.__cause__ is None and refusal.value.__suppress_context__


async def test_too_little_for_stripe_is_a_refusal_with_its_word(stripe: Account) -> None:
    with pytest.raises(Refused, match="amount_too_small"):
        await stripe.start(stripe.attempt(Money(49, "USD")))


async def test_nobody_there_is_unreachable(stripe: Account) -> None:
    stripe.shop._calls._api_url = "http://127.0.0.1:9"
    with pytest.raises(Unreachable):
        await stripe.start(stripe.attempt())


async def test_an_answer_about_another_payment_is_none(stripe: Account) -> None:
    attempt, started = await stripe.start(stripe.attempt())
    session = stripe.fake.sessions[started.facts["session"]]
    for change in ({"client_reference_id": "SOMEBODYELSE"}, {"amount_total": 1}, {"currency": "jpy"}, {"url": None}):
        before = dict(session)
        session |= change
        with pytest.raises(Unreachable):
            await stripe.start(attempt)
        session |= before
    session["metadata"] = {"shop_attempt": "SOMEBODYELSESNUMBER1"}
    await stripe.fake.pay(NUMBER)
    with pytest.raises(Unreachable):
        await stripe.shop.query(attempt)


async def test_a_query_says_what_the_notice_said(stripe: Account) -> None:
    attempt, _ = await stripe.start(stripe.attempt())
    assert await stripe.shop.query(attempt) is None
    await stripe.fake.pay(NUMBER)
    told, = await stripe.hear(stripe.fake.notices[0])
    asked = await stripe.shop.query(attempt)
    assert asked is not None
    assert told.event_id == "evt_" + "5".zfill(24)
    assert replace(told, event_id=asked.event_id) == asked
    assert (asked.status, asked.amount, asked.fee) == ("succeeded", Money(1999, "USD"), Money(87, "USD"))
    assert asked.event_id == f"query:{asked.provider_payment_id}:succeeded"
    assert asked.facts == attempt.facts | {"payment_intent": asked.provider_payment_id}


async def test_without_a_session_there_is_nothing_to_ask_or_close(stripe: Account) -> None:
    assert await stripe.shop.query(stripe.attempt()) is None
    await stripe.shop.close(stripe.attempt())
    assert stripe.fake.calls == []


async def test_a_session_that_ran_out_and_a_slow_payment_that_failed_are_failures(stripe: Account) -> None:
    over, _ = await stripe.start(stripe.attempt())
    stripe.fake.run_out(NUMBER)
    slow, _ = await stripe.start(stripe.attempt(number="SLOW0000000000000001"))
    stripe.fake.pay_slowly(slow.number)
    assert await stripe.shop.query(slow) is None
    stripe.fake.end_slowly(slow.number, ok=False)
    found = [await stripe.shop.query(each) for each in (over, slow)]
    told = [event for notice in stripe.fake.notices for event in await stripe.hear(notice)]
    assert [(event.status, event.provider_payment_id) for event in found if event is not None] == [
        (event.status, event.provider_payment_id) for event in told]
    assert [event.status for event in told] == ["failed", "failed"]


async def test_closing_ends_the_session_and_is_done_once(stripe: Account) -> None:
    attempt, _ = await stripe.start(stripe.attempt())
    stripe.fake.faults.next("close", "hang-after")
    with pytest.raises(Unreachable):
        await stripe.shop.close(attempt)
    await stripe.shop.close(attempt)
    assert [session["status"] for session in stripe.fake.sessions.values()] == ["expired"]


async def test_what_is_paid_needs_no_closing(stripe: Account) -> None:
    attempt = await stripe.paid()
    await stripe.shop.close(attempt)
    event = await stripe.shop.query(attempt)
    assert event is not None and event.status == "succeeded"


async def test_a_refused_closing_of_an_open_session_is_tried_again(stripe: Account) -> None:
    attempt, _ = await stripe.start(stripe.attempt())
    stripe.fake.faults.next("close", "no:lock_timeout", "401")
    for _ in range(2):
        with pytest.raises(Unreachable):
            await stripe.shop.close(attempt)


@pytest.mark.parametrize("fault", ["down", "garbage", "401", "no:resource_missing"])
async def test_a_query_without_a_clear_answer_knows_nothing(stripe: Account, fault: str) -> None:
    attempt, _ = await stripe.start(stripe.attempt())
    stripe.fake.faults.next("query", fault)
    with pytest.raises(Unreachable):
        await stripe.shop.query(attempt)


@pytest.mark.parametrize("text", [
    "[]", "null", "5", '"open"', "{}", "{", '{"object": 5}', '{"object": "checkout.session", "id": 5}',
    '{"error": "no"}', '{"object": "list", "data": 7}', '{"object": "checkout.session", "payment_intent": [1]}',
])
async def test_an_answer_without_sense_says_nothing(stripe: Account, text: str) -> None:
    attempt = await stripe.paid()
    for act, call in (("start", lambda: stripe.start(stripe.attempt(number="OTHER000000000000001"))),
                      ("query", lambda: stripe.shop.query(attempt)),
                      ("refund", lambda: stripe.shop.refund(stripe.refund(attempt, 5))),
                      ("bill", lambda: stripe.shop.bill(stripe.clock.now().date() - timedelta(days=1)))):
        stripe.fake.faults.next(act, f"json:{text}")
        try:
            said = await call()
        except Unreachable:
            continue
        assert (act, said) in (("query", None), ("bill", ()))


async def test_the_hosted_page_leads_back_to_the_shop(stripe: Account) -> None:
    attempt, started = await stripe.start(stripe.attempt())
    assert started.url is not None
    async with aiohttp.ClientSession() as browser:
        async with browser.get(started.url) as page:
            text = await page.text()
            assert "Order QL-1" in text and "USD 19.99" in text and "付款 · Pay" in text
        seen = []
        for act in ("decline", "pay", "pay"):
            async with browser.post(started.url, data={"act": act}, allow_redirects=False) as answer:
                seen.append((answer.status, answer.headers["Location"]))
    assert seen == [(303, f"/fake/stripe/pay/{attempt.facts['session']}"), *[(303, "https://shop.example/pay/abc")] * 2]
    assert await stripe.hear_all() == [("payment", "succeeded", NUMBER)]
    assert stripe.fake.captured(NUMBER) == 1999


async def test_nothing_personal_is_logged(stripe: Account, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    attempt = await stripe.paid()
    await stripe.shop.refund(stripe.refund(attempt, 1999))
    stripe.fake.faults.next("refund", "no:charge_already_refunded")
    await stripe.shop.refund(stripe.refund(attempt, 5, "R2B2C3D4E5F6G7H8J9K0"))
    stripe.fake.faults.next("query", "no:x", "garbage")
    for _ in range(2):
        with pytest.raises(Unreachable) as silence:
            await stripe.shop.query(attempt)
        assert silence.value.__cause__ is None and silence.value.__suppress_context__
    lines = [record for record in caplog.records if record.name != "asyncio"]
    assert "stripe refused refund" in caplog.text
    assert not any(word in record.getMessage() for record in lines for word in ("@", "sk_test", "whsec", "<html"))


async def test_stripe_learns_nothing_of_the_machine(stripe: Account) -> None:
    await stripe.start(stripe.attempt())
    await stripe.start(stripe.attempt(number="SECOND00000000000001"))
    assert "X-Stripe-Client-Telemetry" not in stripe.fake.headers
    about = json.loads(stripe.fake.headers["X-Stripe-Client-User-Agent"])
    assert about.keys() <= {"bindings_version", "lang", "httplib", "lang_version"}


async def test_calls_at_once_share_a_connection_pool(stripe: Account) -> None:
    attempts = [stripe.attempt(number=f"MANY{n:016d}") for n in range(8)]
    started = await asyncio.gather(*(stripe.start(each) for each in attempts))
    assert len({after.facts["session"] for _, after in started}) == 8
