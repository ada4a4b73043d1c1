"""What Alipay's notices tell, and refunds: each movement of money under one name, with its own amount, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from services.payments.errors import BadSignature
from services.payments.provider import RefundResult, Unreachable
from services.payments.types import PaymentEvent
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.conftest import START
from tests.services.payments.providers.alipay_town import NUMBER, PRICE, REFUND, Town, attempt, open_town, refund


@pytest.fixture
async def town(clock: MovableClock) -> AsyncIterator[Town]:
    async with open_town(clock) as opened:
        yield opened


# --- notices ---


async def test_notice_and_query_tell_of_one_movement_of_money(town: Town) -> None:
    await town.pay()
    (told,), asked = await town.read(), await town.shop.query(attempt())
    trade_no = told.provider_payment_id
    assert told == PaymentEvent("alipay", f"notice:{trade_no}:succeeded", "payment", "succeeded", NUMBER, trade_no,
                                PRICE, START, facts={"trade_no": trade_no})
    assert asked == replace(told, event_id=f"query:{trade_no}:succeeded")


async def test_a_forged_notice_is_refused(town: Town) -> None:
    await town.pay()
    forged = town.alipay.forge(town.alipay.notices[0])
    with pytest.raises(BadSignature):
        await town.shop.read_events(forged.headers, forged.body, START)


async def test_a_notice_is_answered_with_seven_letters(town: Town) -> None:
    """Whatever else Alipay hears, it sends the notice again."""
    assert town.shop.acknowledgement == "success"


async def test_an_old_notice_is_the_same_event(town: Town) -> None:
    await town.pay()
    now = await town.read()
    town.clock.move(400 * 86_400)
    assert await town.read() == now


@pytest.mark.parametrize(("fields", "refusal"), [
    ({"app_id": "2021000000009999"}, BadSignature), ({"seller_id": "2088000000009999"}, BadSignature),
    ({"trade_status": "TRADE_STOLEN"}, ValueError), ({"total_amount": "19.999"}, ValueError),
    ({"total_amount": "0.00"}, ValueError), ({"total_amount": "-1"}, ValueError), ({"trade_no": ""}, ValueError),
    ({"trade_no": "9" * 41}, ValueError), ({"out_trade_no": "好"}, ValueError), ({"gmt_payment": "now"}, ValueError),
    ({"refund_fee": "1", "out_biz_no": "x" * 65}, ValueError),
])
async def test_a_genuine_notice_must_be_ours_and_make_sense(
    town: Town, fields: dict[str, str], refusal: type[Exception]
) -> None:
    await again(town, **fields)
    with pytest.raises(refusal):
        await town.read()


@pytest.mark.parametrize("fields", [{"trade_status": "WAIT_BUYER_PAY"}, {"notify_type": "open_app_auth_notify"}])
async def test_a_notice_of_no_use_is_taken_and_says_nothing(town: Town, fields: dict[str, str]) -> None:
    await again(town, **fields)
    assert await town.read() == ()


async def test_a_notice_need_not_name_the_seller(town: Town) -> None:
    await again(town, seller_id=None)
    assert [event.status for event in await town.read()] == ["succeeded"]


async def test_finished_is_paid(town: Town) -> None:
    """Months after its refunds, which it may still name, a trade is finished: that is no refund."""
    await again(town, trade_status="TRADE_FINISHED", refund_fee="5.00", gmt_refund="2026-11-24 14:00:00.000")
    assert [(event.kind, event.status) for event in await town.read()] == [("payment", "succeeded")]


async def test_a_trade_that_nobody_paid_in_time_has_failed(town: Town) -> None:
    await town.start()
    await town.alipay.fail(NUMBER)
    (told,), asked = await town.read(), await town.shop.query(attempt())
    assert (told.kind, told.status, told.amount) == ("payment", "failed", PRICE)
    assert asked == replace(told, event_id=f"query:{told.provider_payment_id}:failed")


async def again(town: Town, **changed: str | None) -> None:
    """A paid trade's notice with other fields, or without them (None), signed by Alipay."""
    await town.pay()
    genuine = dict(parse_qsl(town.alipay.notices[0].body.decode()))
    fields = {name: value for name, value in (genuine | changed).items()
              if value is not None and name not in ("sign", "sign_type")}
    town.alipay.send_later(fields, NUMBER, "")


# --- refunds ---


async def test_a_notice_tells_each_refund_with_its_own_amount(town: Town) -> None:
    await town.pay()
    numbers = [f"R{at:019d}" for at in range(3)]
    for number, amount in zip(numbers, (500, 300, 1199), strict=True):
        result = await town.shop.refund(refund(number, Money(amount, "CNY")))
        assert result.status == "succeeded"
    told = [await town.read(index) for index in range(4)]
    payment, trade_no = told[0][0], told[0][0].provider_payment_id
    for (first, event), number, amount in zip(told[1:], numbers, (500, 300, 1199), strict=True):
        # The payment's own notice may be lost or late: each refund's notice says that it came.
        assert first == payment
        reference = f"{trade_no}:{number}"
        assert event == PaymentEvent("alipay", f"notice:{reference}:refunded", "refund", "succeeded", NUMBER, reference,
                                     Money(amount, "CNY"), START, refund_number=number)
    assert town.alipay.trades[NUMBER].status == "TRADE_CLOSED", "all went back"


async def test_result_and_notice_name_a_refund_alike(town: Town) -> None:
    await town.pay()
    result = await town.shop.refund(refund())
    _, event = await town.read()
    assert result == RefundResult("succeeded", event.provider_payment_id)


@pytest.mark.parametrize("amount", [500, 1999])
async def test_a_refund_in_the_console_has_a_number_that_is_not_ours(town: Town, amount: int) -> None:
    await town.pay()
    await town.alipay.console_refund(NUMBER, amount)
    _, event = await town.read()
    assert (event.kind, event.amount, event.refund_number) == ("refund", Money(amount, "CNY"), f"{4:028d}")


async def test_of_a_refund_that_a_query_does_not_find_the_sum_is_told(town: Town) -> None:
    town.alipay.finds_console_refunds = False
    await town.pay()
    await town.shop.refund(refund())
    await town.alipay.console_refund(NUMBER, 300)
    _, event = await town.read()
    assert event.amount == Money(800, "CNY")


async def test_a_refund_without_a_number_is_told_apart_by_its_time(town: Town) -> None:
    await again(town, trade_status="TRADE_CLOSED", gmt_refund="2026-11-24 14:00:09.000")
    payment, event = await town.read()
    assert event.provider_payment_id == f"{payment.provider_payment_id}:20261124060009"
    assert (event.amount, event.refund_number) == (PRICE, "20261124060009")


async def test_a_refund_of_ours_that_a_query_does_not_find_is_told_later(town: Town) -> None:
    await again(town, refund_fee="5.00", out_biz_no=REFUND)
    with pytest.raises(Unreachable):
        await town.read()


@pytest.mark.parametrize("fault", ["hang-after", "badsig", "garbage"])
async def test_a_refund_asked_twice_moves_money_once(town: Town, fault: str) -> None:
    await town.pay()
    town.alipay.faults.next("refund", fault)
    with pytest.raises(Unreachable):
        await town.shop.refund(refund())
    assert (await town.shop.refund(refund())).status == "succeeded"
    assert town.alipay.refunded(NUMBER) == 500
    assert len(town.asked("refund-query")) == 1


async def test_a_refund_under_way_is_not_done(town: Town) -> None:
    town.alipay.holds_refunds = True
    await town.pay()
    for _ in range(2):
        with pytest.raises(Unreachable):
            await town.shop.refund(refund())
    await town.alipay.finish_refund(REFUND)
    assert (await town.shop.refund(refund())).status == "succeeded"


@pytest.mark.parametrize("word", ["ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.TRADE_HAS_FINISHED", "ACQ.TRADE_NOT_EXIST"])
async def test_what_alipay_will_not_give_back_has_failed(town: Town, word: str) -> None:
    await town.pay()
    town.alipay.faults.next("refund", word)
    assert await town.shop.refund(refund()) == RefundResult("failed", f"1:{REFUND}")


async def test_a_refusal_after_the_money_moved_is_a_success(town: Town) -> None:
    """The first answer was lost; to the second call Alipay says that nothing is left."""
    await town.pay()
    town.alipay.faults.next("refund", "hang-after", "ACQ.REASON_TRADE_REFUND_FEE_ERR")
    with pytest.raises(Unreachable):
        await town.shop.refund(refund(amount=PRICE))
    assert (await town.shop.refund(refund(amount=PRICE))).status == "succeeded"


@pytest.mark.parametrize("word", ["ACQ.DISCORDANT_REPEAT_REQUEST", "ACQ.SOMETHING_NEW"])
async def test_a_refusal_that_is_not_clear_is_asked_again(town: Town, word: str) -> None:
    await town.pay()
    town.alipay.faults.next("refund", word)
    with pytest.raises(Unreachable, match=word):
        await town.shop.refund(refund())


async def test_a_number_used_for_another_amount_is_for_people(town: Town) -> None:
    await town.pay()
    await town.shop.refund(refund())
    town.alipay.faults.next("refund", "ACQ.INVALID_PARAMETER")
    with pytest.raises(Unreachable, match="another amount"):
        await town.shop.refund(refund(amount=Money(501, "CNY")))
