"""UnionPay's gateway over HTTP: the form, notices that only ask to look, what is unknown, refunds that happen once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.payments.errors import BadSignature
from services.payments.provider import NoBill, Unreachable
from services.payments.types import PaymentEvent
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.services.payments.providers.unionpay_bench import HOOK, NUMBER, Bench, opening, request, resigned


@pytest.fixture
async def bench(clock: MovableClock) -> AsyncIterator[Bench]:
    async with opening(clock) as opened:
        yield opened


async def test_a_payment_is_a_signed_form_for_the_browser(bench: Bench) -> None:
    started = await bench.provider.start(request(bench.attempt, title="Lamp & {shade}=x[1]"))
    assert started.url == f"{bench.fake.base_url}/fake/unionpay/gateway/api/frontTransReq.do"
    form = dict(started.form or {})
    assert len(form.pop("signature")) == 344
    assert form == {
        "version": "5.1.0", "encoding": "UTF-8", "signMethod": "01", "certId": "68759663125", "txnType": "01",
        "txnSubType": "01", "bizType": "000201", "channelType": "07", "accessType": "0", "currencyCode": "156",
        "merId": "777290058110048", "orderId": NUMBER, "txnTime": "20261124140000", "txnAmt": "1999",
        "payTimeout": "20261124141500", "frontUrl": "https://shop.example/pay/token?lang=zh", "backUrl": HOOK,
        "riskRateInfo": "{commodityName=Lamp    shade  x 1}",
    }
    assert (started.code, started.facts) == (None, {"txn_time": "20261124140000"})
    assert bench.fake.asked == []


async def test_a_phone_gets_the_gateways_page_for_phones(bench: Bench) -> None:
    started = await bench.provider.start(request(replace(bench.attempt, channel="wap")))
    assert (started.form or {})["channelType"] == "08"
    assert bench.provider.accepts.channels == {"wap": "phone"}


async def test_the_same_attempt_has_the_same_form_whenever_it_is_started(bench: Bench) -> None:
    first = await bench.provider.start(request(bench.attempt))
    bench.clock.move(300)
    assert await bench.provider.start(request(bench.attempt)) == first


async def test_a_payment_without_an_end_has_no_timeout(bench: Bench) -> None:
    started = await bench.provider.start(request(replace(bench.attempt, expires_at=None)))
    assert "payTimeout" not in (started.form or {})


async def test_a_notice_and_a_query_tell_the_same(bench: Bench) -> None:
    event = await bench.pay()
    query_id = event.provider_payment_id
    assert event == PaymentEvent(
        "unionpay", f"{query_id}:succeeded", "payment", "succeeded", NUMBER, query_id, Money(1999, "CNY"),
        bench.clock.now(), facts={"query_id": query_id, "txn_time": "20261124140000"})
    assert await bench.provider.query(bench.attempt) == event
    assert [(asked["orderId"], asked["txnTime"]) for asked in bench.sent("00")] == [(NUMBER, "20261124140000")] * 2


async def test_a_payment_is_found_without_what_was_kept(bench: Bench) -> None:
    """The shop died after the start: the number and the time say it all."""
    event = await bench.pay()
    assert await bench.provider.query(replace(bench.attempt, facts={})) == event


async def test_what_the_payer_has_not_done_is_not_known(bench: Bench) -> None:
    assert await bench.provider.query(bench.attempt) is None
    await bench.open()
    assert await bench.provider.query(bench.attempt) is None
    bench.clock.move(16 * 60)
    assert await bench.provider.query(bench.attempt) is None


async def test_a_failure_counts_when_the_time_is_over(bench: Bench) -> None:
    """Until then the payer may take another card at the gateway."""
    await bench.open()
    await bench.fake.fail(NUMBER)
    bench.clock.move(15 * 60)
    assert await bench.provider.query(bench.attempt) is None
    bench.clock.move(1)
    event = await bench.provider.query(bench.attempt)
    assert event is not None and (event.status, event.amount, event.facts) == ("failed", Money(1999, "CNY"), {})
    await bench.fake.pay(NUMBER)
    event = await bench.provider.query(bench.attempt)
    assert event is not None and event.status == "succeeded"


@pytest.mark.parametrize(("word", "status"), [
    ("00", "succeeded"), ("A6", "succeeded"), ("03", None), ("04", None), ("05", None), ("01", "failed"),
    ("61", "failed"),
])
async def test_response_codes_of_a_payment(bench: Bench, word: str, status: str | None) -> None:
    await bench.pay()
    bench.fake.trades[NUMBER, "20261124140000"].word = word
    bench.clock.move(16 * 60)
    event = await bench.provider.query(bench.attempt)
    assert (event and event.status) == status


async def test_another_amount_is_told_as_it_is(bench: Bench) -> None:
    assert (await bench.pay(1)).amount == Money(1, "CNY")


async def test_a_forged_notice_is_refused_and_nobody_is_asked(bench: Bench) -> None:
    await bench.open()
    await bench.fake.pay(NUMBER)
    bench.fake.asked.clear()
    genuine = bench.fake.notices[0]
    for body in (bench.fake.forge(genuine).body, b"", b"\xff", b"a=1", genuine.body.replace(b"1999", b"1998"),
                 genuine.body + b"&x=1"):
        with pytest.raises(BadSignature):
            await bench.provider.read_events({}, body, bench.clock.now())
    with pytest.raises(BadSignature):
        await bench.provider.read_events({}, genuine.body, datetime(2055, 1, 1, tzinfo=UTC))
    assert bench.fake.asked == []


@given(at=st.integers(0, 10**6), other=st.integers(0, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
async def test_no_byte_of_a_notice_can_be_any_other(bench: Bench, at: int, other: int) -> None:
    if not bench.fake.notices:
        await bench.open()
        await bench.fake.pay(NUMBER)
    body = bench.fake.notices[0].body
    at %= len(body)
    changed = body[:at] + bytes([other]) + body[at + 1:]
    if parse_qs(changed.decode(errors="replace")) != parse_qs(body.decode()):
        bench.fake.asked.clear()
        with pytest.raises(BadSignature):
            await bench.provider.read_events({}, changed, bench.clock.now())
        assert bench.fake.asked == []


async def test_a_genuine_notice_about_another_merchant_is_refused(bench: Bench) -> None:
    """UnionPay signs for all merchants alike."""
    await bench.open()
    await bench.fake.pay(NUMBER)
    notice = resigned(bench, merId="777290058110049")
    with pytest.raises(BadSignature):
        await bench.read(notice)


async def test_a_genuine_notice_of_no_order_makes_no_sense(bench: Bench) -> None:
    await bench.open()
    await bench.fake.pay(NUMBER)
    for fields in ({"orderId": "a b"}, {"txnTime": "now"}):
        with pytest.raises(ValueError, match="no order"):
            await bench.read(resigned(bench, **fields))
    assert await bench.read(resigned(bench, txnType="02")) == ()


@pytest.mark.parametrize("fault", ["down", "hang-after", "garbage", "badsig", "word:06", "word:34", "word:37"])
async def test_a_notice_is_not_believed_while_the_gateway_cannot_be_asked(bench: Bench, fault: str) -> None:
    await bench.open()
    await bench.fake.pay(NUMBER)
    bench.fake.faults.next("query", fault)
    with pytest.raises(Unreachable):
        await bench.read(bench.fake.notices[0])
    (event,) = await bench.read(bench.fake.notices[0])
    assert event.status == "succeeded"


async def test_a_notice_is_worth_what_the_gateway_says(bench: Bench) -> None:
    await bench.open()
    await bench.fake.pay(NUMBER)
    trade = bench.fake.trades[NUMBER, "20261124140000"]
    trade.word = "05"
    with pytest.raises(Unreachable):
        await bench.read(bench.fake.notices[0])
    trade.word = "61"
    assert await bench.read(bench.fake.notices[0]) == ()


@pytest.mark.parametrize("fault", ["down", "hang-after", "garbage", "badsig", "word:06", "word:37", "word:11"])
async def test_no_clear_answer_to_a_query_is_none(bench: Bench, fault: str) -> None:
    await bench.pay()
    bench.fake.faults.next("query", fault)
    with pytest.raises(Unreachable):
        await bench.provider.query(bench.attempt)


@pytest.mark.parametrize(("fault", "why"), [
    ("field:orderId=A0000000000000000002", "another order"), ("field:merId=777290058110049", "another order"),
    ("field:txnTime=20261124140001", "another payment"), ("field:currencyCode=840", "no sense"),
    ("field:txnAmt=19.99", "no sense"), ("field:txnAmt=-1", "no sense"), ("field:queryId=a b", "no sense"),
    ("field:respCode=(00)", "no sense"),
])
async def test_a_signed_answer_about_something_else_is_none(bench: Bench, fault: str, why: str) -> None:
    """Somebody between us may play an old answer again."""
    await bench.pay()
    bench.fake.faults.next("query", fault)
    with pytest.raises(Unreachable, match=why):
        await bench.provider.query(bench.attempt)


async def test_closing_is_left_to_the_timeout(bench: Bench) -> None:
    await bench.open()
    bench.fake.asked.clear()
    await bench.provider.close(bench.attempt)
    assert bench.fake.asked == []
    bench.clock.move(15 * 60)
    started = await bench.provider.start(request(bench.attempt))
    assert await bench.fake.open(started.url or "", dict(started.form or {})) == 400


async def test_there_is_no_bill(bench: Bench) -> None:
    with pytest.raises(NoBill):
        await bench.provider.bill(date(2026, 11, 24))


async def test_a_buyer_pays_on_the_gateways_page_and_is_sent_back(bench: Bench) -> None:
    """The browser brings the result along, as a form; a second press pays nothing more."""
    await bench.open()
    async with ClientSession() as browser:
        for act in ("fail", "pay", "pay"):
            async with browser.post(f"{bench.fake.base_url}/fake/unionpay/pay/{NUMBER}", data={"act": act}) as page:
                assert 'action="https://shop.example/pay/token?lang=zh"' in await page.text()
    assert len(bench.fake.notices) == 1 and bench.fake.captured(NUMBER) == 1999
