"""Alipay over HTTP against a local Alipay with keys of its own: every call, every notice, and what may go wrong."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from bot.payments import alipay as set_up
from bot.payments.base import Tools
from services.payments.errors import BadSignature
from services.payments.provider import NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.providers.alipay import PAGE, WAP, Account, Alipay
from services.payments.providers.alipay_signing import Keys
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.conftest import START
from tests.fakes.alipay import FakeAlipay
from tests.fakes.alipay_bill import fee
from tests.ports import free_port

NUMBER, REFUND = "7K2M9P4Q8R3S6T1V5W0X", "R2M9P4Q8R3S6T1V5W0XA"
PRICE, PART = Money(1999, "CNY"), Money(500, "CNY")


@dataclass
class Town:
    """A shop's provider, and the Alipay that it talks to."""

    shop: Alipay
    alipay: FakeAlipay
    clock: MovableClock

    async def start(self, paid: Attempt | None = None, title: str = "订单 QL-1 / A=B", language: str = "zh") -> Started:
        back = "https://shop.example/pay/token"
        notices = "https://shop.example/webhooks/payments/alipay"
        return await self.shop.start(StartRequest(paid or attempt(), title, language, back, notices))

    async def pay(self, paid: Attempt | None = None) -> None:
        await self.start(paid)
        await self.alipay.pay((paid or attempt()).number)

    async def read(self, index: int = -1) -> tuple[PaymentEvent, ...]:
        """What the shop reads in a waiting notice."""
        notice = self.alipay.notices[index]
        return await self.shop.read_events(notice.headers, notice.body, self.clock.now())

    def asked(self, act: str) -> list[dict[str, str]]:
        return [content for done, content in self.alipay.calls if done == act]


@pytest.fixture
async def town(clock: MovableClock) -> AsyncIterator[Town]:
    alipay, port, app = FakeAlipay(clock), free_port(), web.Application()
    app.add_routes(alipay.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    settings = alipay.settings(f"http://127.0.0.1:{port}")
    account = Account(settings.app_id, settings.seller_id, frozenset({WAP, PAGE}), settings.gateway)
    shop = Alipay(account, keys(), clock)
    yield Town(shop, alipay, clock)
    await shop.aclose()
    await runner.cleanup()


@cache
def keys() -> Keys:
    """The shop's keys; to read one takes as long as a whole test."""
    return FakeAlipay(MovableClock(at=START)).settings("").keys()


def attempt(channel: str = "", **more: Any) -> Attempt:
    known = Attempt(1, NUMBER, 7, "alipay", PRICE, "pending", None, START, START + timedelta(minutes=15),
                    channel=channel)
    return replace(known, **more)


def refund(number: str = REFUND, amount: Money = PART) -> Refund:
    return Refund(1, number, 7, attempt(facts={"trade_no": "1"}), amount, "staff", "requested", START)


# --- start ---


async def test_a_payment_begins_with_a_code_for_two_hours(town: Town) -> None:
    started = await town.start()
    code = f"{town.alipay.base_url}/fake/alipay/qr/bax00000001"
    assert started == Started(code, code, None, START + timedelta(minutes=110), {"subject": "订单 QL-1 A B"})
    assert town.asked("start") == [{
        "out_trade_no": NUMBER, "total_amount": "19.99", "subject": "订单 QL-1 A B",
        "time_expire": "2026-11-24 14:15:00", "product_code": "FACE_TO_FACE_PAYMENT",
    }]


async def test_the_same_number_asks_for_the_same_thing(town: Town) -> None:
    started = await town.start()
    again = await town.start(attempt(facts=started.facts), title="Order QL-1", language="en")
    first, second = town.asked("start")
    assert first == second
    assert again.code != started.code
    # Without what was kept Alipay would have taken it for another order.
    with pytest.raises(Refused, match=r"\AACQ\.CONTEXT_INCONSISTENT\Z"):
        await town.start(title="Order QL-1")


@pytest.mark.parametrize(("channel", "method", "product"), [
    ("wap", "alipay.trade.wap.pay", "QUICK_WAP_WAY"), ("page", "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
])
async def test_browsers_are_sent_to_a_signed_address(town: Town, channel: str, method: str, product: str) -> None:
    started = await town.start(attempt(channel))
    assert (started.code, started.fresh_until) == (None, START + timedelta(minutes=10))
    assert started.url is not None
    assert town.alipay.calls == [], "no call of ours"
    params = dict(parse_qsl(started.url.partition("?")[2]))
    assert (params["method"], params["timestamp"]) == (method, "2026-11-24 14:00:00")
    assert product in params["biz_content"]
    async with aiohttp.ClientSession() as browser:
        async with browser.get(started.url) as page:
            assert (page.status, "¥19.99" in await page.text()) == (200, True)
        async with browser.get(started.url.replace("19.99", "00.01")) as page:
            assert page.status == 400
        async with browser.post(f"{town.alipay.base_url}/fake/alipay/cashier/{NUMBER}", allow_redirects=False) as paid:
            assert paid.headers["Location"] == "https://shop.example/pay/token"
    assert [event.status for event in await town.read()] == ["succeeded"]


async def test_who_scans_the_code_pays(town: Town) -> None:
    started = await town.start()
    assert await town.shop.query(attempt()) is None
    async with aiohttp.ClientSession() as phone, phone.get(started.code or "") as page:
        assert "¥19.99" in await page.text()
    assert await town.shop.query(attempt()) is None
    await town.alipay.pay(NUMBER)
    event = await town.shop.query(attempt())
    assert event is not None
    assert event.status == "succeeded"


def test_channels_are_those_that_the_merchant_has(clock: MovableClock) -> None:
    settings = FakeAlipay(clock).settings("http://127.0.0.1:9")
    phone, desktop = {"wap": "phone"}, {"page": "desktop"}
    for wap, page, channels in ((False, False, {}), (True, False, phone), (False, True, desktop)):
        chosen = settings.model_copy(update={"wap": wap, "page": page})
        accepts = set_up.make(chosen, Tools(clock, "https://shop.example")).accepts
        assert (accepts.channels, accepts.currencies) == (channels, frozenset({"CNY"}))
        assert (accepts.least, accepts.most) == (1, 10_000_000_000)


async def test_a_product_that_is_not_there_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match=r"\Achannel\Z"):
        await town.start(attempt("h5"))


@pytest.mark.parametrize("word", ["ACQ.TOTAL_FEE_EXCEED", "ACQ.TRADE_HAS_SUCCESS", "isv.insufficient-isv-permissions"])
async def test_a_clear_no_to_a_start_is_refused_with_its_word(town: Town, word: str) -> None:
    town.alipay.faults.next("start", word)
    with pytest.raises(Refused) as refusal:
        await town.start()
    assert refusal.value.word == word


# --- what is not clear ---


@pytest.mark.parametrize("fault", ["down", "hang-after", "garbage", "badsig", "ACQ.SYSTEM_ERROR"])
@pytest.mark.parametrize("act", ["start", "query", "close", "refund", "bill"])
async def test_an_unclear_answer_is_none(town: Town, act: str, fault: str) -> None:
    await town.pay()
    if act == "bill":
        town.clock.move(86_400)
    town.alipay.faults.next(act, fault)
    calls: dict[str, Any] = {"start": town.start, "query": lambda: town.shop.query(attempt()),
                             "close": lambda: town.shop.close(attempt()), "refund": lambda: town.shop.refund(refund()),
                             "bill": lambda: town.shop.bill(START.date())}
    with pytest.raises(Unreachable):
        await calls[act]()
    assert town.alipay.faults.take(act) == ""


async def test_nobody_there_is_unclear(clock: MovableClock) -> None:
    shop = set_up.make(FakeAlipay(clock).settings(f"http://127.0.0.1:{free_port()}"), Tools(clock, ""))
    with pytest.raises(Unreachable, match=r"\Aalipay\.trade\.query: ClientConnectorError\Z"):
        await shop.query(attempt())
    await shop.aclose()


async def test_a_gateway_that_does_not_know_the_key_says_so_unsigned(town: Town) -> None:
    """An unsigned refusal is no answer, yet whoever looks for the fault reads its word."""
    settings = town.alipay.settings(town.alipay.base_url)
    stranger = set_up.make(settings.model_copy(update={"app_id": "2021000000009999"}), Tools(town.clock, ""))
    with pytest.raises(Unreachable) as failure:
        await stranger.query(attempt())
    assert str(failure.value) == "alipay.trade.query: not signed by Alipay, says isv.invalid-signature"
    await stranger.aclose()


async def test_a_genuine_answer_about_another_payment_is_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.pay()
    other = attempt(number="0" * 20)
    answer = town.alipay._query
    monkeypatch.setattr(town.alipay, "_query", lambda content, params: answer({"out_trade_no": NUMBER}, params))
    with pytest.raises(Unreachable, match="something else"):
        await town.shop.query(other)


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
    town.alipay.close_by_time(NUMBER)
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
    assert (event.amount, event.refund_number) == (PRICE, "")


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


# --- close ---


async def test_what_nobody_opened_or_somebody_paid_needs_no_closing(town: Town) -> None:
    await town.start()
    await town.shop.close(attempt())
    await town.alipay.pay(NUMBER)
    await town.shop.close(attempt())
    assert town.alipay.trades[NUMBER].status == "TRADE_SUCCESS"


async def test_a_closed_trade_takes_no_money(town: Town) -> None:
    started = await town.start()
    async with aiohttp.ClientSession() as phone, phone.get(started.code or ""):
        pass
    await town.shop.close(attempt())
    with pytest.raises(ValueError, match="TRADE_CLOSED"):
        await town.alipay.pay(NUMBER)


# --- the bill ---


async def test_the_bill_has_each_payment_and_refund_with_its_fee(town: Town) -> None:
    other = attempt(number="A" * 20, amount=Money(100_000, "CNY"))
    await town.pay()
    await town.pay(other)
    town.clock.move(3600)
    await town.shop.refund(refund())
    town.clock.move(24 * 3600)
    await town.shop.refund(refund("B" * 20, Money(1, "CNY")))
    first, second = (town.alipay.trades[number].trade_no for number in (NUMBER, "A" * 20))
    later = START + timedelta(hours=1)
    assert await town.shop.bill(START.date()) == (
        BillLine("capture", NUMBER, first, PRICE, Money(12, "CNY"), START),
        BillLine("refund", REFUND, f"{first}:{REFUND}", PART, Money(-3, "CNY"), later),
        BillLine("capture", "A" * 20, second, Money(100_000, "CNY"), Money(600, "CNY"), START),
    )
    assert (fee(1999), fee(500)) == (12, 3)
    assert town.asked("bill") == [{"bill_type": "trade", "bill_date": "2026-11-24"}]


async def test_there_is_no_bill_of_today_nor_of_a_day_without_trades(town: Town) -> None:
    with pytest.raises(NoBill):
        await town.shop.bill(START.date())
    assert town.asked("bill") == []
    with pytest.raises(NoBill):
        await town.shop.bill(START.date() - timedelta(days=1))


async def test_the_day_is_beijings(town: Town) -> None:
    town.clock.move((datetime(2026, 11, 24, 16, 30, tzinfo=UTC) - START).total_seconds())
    await town.pay(attempt(expires_at=None))
    town.clock.move(86_400)
    assert [line.number for line in await town.shop.bill(START.date() + timedelta(days=1))] == [NUMBER]


# --- nothing of it is told ---


async def test_no_secret_and_nobody_is_in_logs_errors_or_reprs(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await town.pay()
    notice, texts = town.alipay.notices[0], [repr(town.shop), repr(town.alipay.settings("http://127.0.0.1:9"))]
    town.alipay.faults.next("query", "badsig", "garbage")
    for _ in range(2):
        with pytest.raises(Unreachable) as failure:
            await town.shop.query(attempt())
        texts.append(repr(failure.value) + repr(failure.value.__cause__))
    with pytest.raises(BadSignature) as refusal:
        await town.shop.read_events({}, notice.body + b"0", START)
    said = "\n".join([*texts, repr(refusal.value), caplog.text])
    for secret in ("PRIVATE KEY", "PUBLIC KEY", "sign=", "2088102100000001", "example.com"):
        assert secret not in said, secret
