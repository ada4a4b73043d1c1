"""Alipay over HTTP against a local Alipay with keys of its own: starting, closing, bills, and what may go wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest

from bot.payments import alipay as set_up
from bot.payments.base import Tools
from services.payments.errors import BadSignature
from services.payments.provider import NoBill, Refused, Started, Unreachable
from services.payments.providers.alipay_gateway import Gateway
from services.payments.types import BillLine
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.conftest import START
from tests.fakes.alipay import FakeAlipay
from tests.fakes.alipay_bill import fee
from tests.services.payments.providers.alipay_town import (
    NUMBER,
    PART,
    PRICE,
    REFUND,
    Town,
    attempt,
    keys,
    open_town,
    refund,
)


@pytest.fixture
async def town(clock: MovableClock) -> AsyncIterator[Town]:
    async with open_town(clock) as opened:
        yield opened


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


@pytest.mark.parametrize("fault", ["down", "hang-after", "garbage", "badsig", "ACQ.SYSTEM_ERROR", "20000", "40005"])
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
    shop = set_up.make(FakeAlipay(clock).settings("http://127.0.0.1:9"), Tools(clock, ""))
    with pytest.raises(Unreachable, match=r"\Aalipay\.trade\.query: ClientConnectorError\Z"):
        await shop.query(attempt())
    await shop.aclose()


async def test_a_gateway_that_does_not_know_the_key_says_so_unsigned(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """An unsigned refusal is no answer, yet whoever looks for the fault reads its word."""
    settings = town.alipay.settings(town.alipay.base_url)
    stranger = set_up.make(settings.model_copy(update={"app_id": "2021000000009999"}), Tools(town.clock, ""))
    with pytest.raises(Unreachable) as failure:
        await stranger.query(attempt())
    assert str(failure.value) == "alipay.trade.query: not signed by Alipay, says isv.invalid-signature"
    assert [record.getMessage() for record in caplog.records] == [
        "alipay: the answer to alipay.trade.query is not signed by Alipay and says isv.invalid-signature"]
    await stranger.aclose()


async def test_a_genuine_answer_about_another_payment_is_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.pay()
    other = attempt(number="0" * 20)
    answer = town.alipay._query
    monkeypatch.setattr(town.alipay, "_query", lambda content, params: answer({"out_trade_no": NUMBER}, params))
    with pytest.raises(Unreachable, match="something else"):
        await town.shop.query(other)


async def test_an_answer_must_say_which_payment_it_is_about(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.pay()
    answer = town.alipay._query({"out_trade_no": NUMBER}, {})
    del answer["out_trade_no"]
    monkeypatch.setattr(town.alipay, "_query", lambda content, params: answer)
    with pytest.raises(Unreachable, match="another payment"):
        await town.shop.query(attempt())


@pytest.mark.parametrize("code", ["", "weixin://wxpay/x", "javascript:alert(1)"])
async def test_a_code_is_a_web_address(town: Town, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    answer = {"code": "10000", "out_trade_no": NUMBER, "qr_code": code}
    monkeypatch.setattr(town.alipay, "_start", lambda content, params: answer)
    with pytest.raises(Unreachable, match="no code"):
        await town.start()


async def test_with_a_gateway_on_https_everything_is_on_https(town: Town) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readexactly(2))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    gateway = Gateway("https://127.0.0.1:9/gateway.do", "1", keys(), town.clock)
    assert [gateway.trusts(url) for url in ("https://qr.alipay.com/x", "http://qr.alipay.com/x")] == [True, False]
    async with server:
        for url in (f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bill.zip", "ftp://127.0.0.1/bill.zip", ""):
            with pytest.raises(Unreachable, match=r"\Abill: [A-Za-z]+\Z"):
                await gateway.download(url)
    await gateway.aclose()
    assert heard == [b"\x16\x03"], "a TLS handshake, no plain request"


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
