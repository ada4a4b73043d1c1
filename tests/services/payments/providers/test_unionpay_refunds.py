"""Money back through UnionPay's gateway: whatever is unknown, each number moves it once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.payments.provider import RefundResult, Unreachable
from services.payments.types import PaymentEvent
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.services.payments.providers.unionpay_bench import HOOK, NUMBER, REFUND, Bench, opening, resigned


@pytest.fixture
async def bench(clock: MovableClock) -> AsyncIterator[Bench]:
    async with opening(clock) as opened:
        yield opened


async def test_a_refund_is_under_way_until_the_gateway_says_more(bench: Bench) -> None:
    paid = await bench.pay()
    bench.fake.slow_refunds = True
    refund = bench.refund()
    first = await bench.provider.refund(refund)
    assert first.status == "pending"
    (sent,) = bench.sent("04")
    assert {name: sent[name] for name in ("orderId", "txnTime", "origQryId", "txnAmt", "backUrl", "reqReserved")} == {
        "orderId": REFUND, "txnTime": "20261124140000", "origQryId": paid.provider_payment_id, "txnAmt": "500",
        "backUrl": HOOK, "reqReserved": NUMBER}
    bench.clock.move(3600)
    assert await bench.provider.refund(refund) == first
    await bench.fake.finish_refund(REFUND)
    assert await bench.provider.refund(refund) == RefundResult("succeeded", first.reference)
    assert len(bench.sent("04")) == 1
    (event,) = await bench.read(bench.fake.notices[0])
    assert event == PaymentEvent(
        "unionpay", f"{first.reference}:succeeded", "refund", "succeeded", NUMBER, first.reference, Money(500, "CNY"),
        bench.clock.now(), refund_number=REFUND)
    assert bench.fake.refunded(NUMBER) == 500


@pytest.mark.parametrize("fault", ["down", "hang-after", "garbage", "badsig", "word:01", "word:06", "word:98"])
async def test_a_refund_of_unknown_fate_happens_once(bench: Bench, fault: str) -> None:
    await bench.pay()
    bench.fake.faults.next("refund", fault)
    refund = bench.refund(1999)
    with pytest.raises(Unreachable):
        await bench.provider.refund(refund)
    bench.clock.move(60)
    while (result := await bench.provider.refund(refund)).status == "pending":
        pass
    assert result.status == "succeeded"
    assert bench.fake.refunded(NUMBER) == 1999
    assert {sent["txnTime"] for sent in bench.sent("04")} == {"20261124140000"}


async def test_a_refund_that_a_query_does_not_find_yet_is_not_made_twice(bench: Bench) -> None:
    """A query may lag behind: then the gateway knows the number as a duplicate."""
    await bench.pay()
    refund = bench.refund()
    first = await bench.provider.refund(refund)
    bench.fake.faults.next("query", "word:34")
    assert await bench.provider.refund(refund) == RefundResult("pending", REFUND)
    assert await bench.provider.refund(refund) == RefundResult("succeeded", first.reference)
    assert bench.fake.refunded(NUMBER) == 500


@pytest.mark.parametrize("word", ["13", "35", "36", "61"])
async def test_a_refund_that_is_refused_has_failed(
    bench: Bench, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.pay()
    bench.fake.faults.next("refund", f"word:{word}")
    assert await bench.provider.refund(bench.refund()) == RefundResult("failed", REFUND)
    assert [record.getMessage() for record in caplog.records] == [f"unionpay refused refund {REFUND}: {word}"]


async def test_a_refund_may_fail_afterwards(bench: Bench) -> None:
    await bench.pay()
    bench.fake.slow_refunds = True
    first = await bench.provider.refund(bench.refund())
    await bench.fake.finish_refund(REFUND, ok=False)
    assert await bench.provider.refund(bench.refund()) == RefundResult("failed", first.reference)
    (event,) = await bench.read(bench.fake.notices[0])
    assert (event.kind, event.status, event.refund_number) == ("refund", "failed", REFUND)
    assert bench.fake.refunded(NUMBER) == 0


async def test_parts_are_given_back_to_the_last_cent(bench: Bench) -> None:
    await bench.pay()
    for at, part in enumerate((1000, 998, 1)):
        number = f"R000000000000000000{at}"
        assert (await bench.provider.refund(bench.refund(part, number))).status == "pending"
    assert bench.fake.refunded(NUMBER) == 1999
    assert (await bench.provider.refund(bench.refund(1, "R0000000000000000009"))).status == "failed"


async def test_the_payments_own_number_is_asked_for_where_it_was_not_kept(bench: Bench) -> None:
    paid = await bench.pay()
    bench.attempt = replace(bench.attempt, facts={})
    await bench.provider.refund(bench.refund())
    assert bench.sent("04")[0]["origQryId"] == paid.provider_payment_id


async def test_money_given_back_for_a_payment_without_a_name_is_only_noted(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.open()
    await bench.fake.pay(NUMBER)
    for fields in ({"txnType": "31", "orderId": "CONSOLE1"}, {"txnType": "04", "orderId": "X", "reqReserved": "x"}):
        assert await bench.read(resigned(bench, **fields)) == ()
    assert "does not name" in caplog.text and "6216" not in caplog.text
