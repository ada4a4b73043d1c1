"""The bill of a day's trades: fetched, unpacked, compared with its hash, and read to the fen."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.provider import NoBill, Unreachable
from services.payments.providers import wechat_bill
from services.payments.types import BillLine
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes import wechat_bill as written
from tests.fakes.wechat import FakeWechat
from tests.fakes.wechat_keys import APPID
from tests.fakes.wechat_orders import Bought, Repayment
from tests.services.payments.providers.wechat_till import NUMBER, WechatTill, open_till

TODAY = date(2026, 11, 24)
REFUND = "R123456789ABCDEFGHJK"
PAID = ("`2024-07-09 10:06:33,`wx0123456789abcdef,`1500000001,`0,`,`4200001111202407090000000001,`PAID0000000000000001,"
        "`oX,`JSAPI,`SUCCESS,`OTHERS,`CNY,`60.00,`0.00,`0,`0,`0.00,`0.00,`,`,`07-10 13:50 付款,`{\"id\":\"2\"},"
        "`0.32000,`0.54%,`60.00,`0.00,`")
GIVEN = ("`2024-07-09 16:47:58,`wx0123456789abcdef,`1500000001,`0,`,`4200001111202406250000000002,"
         "`PAID0000000000000002,`oX,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300001112024070900000000003,`BACK0000000000000003,`50.00,"
         "`0.00,`ORIGINAL,`SUCCESS,`06-28 18:30 付款,`{\"id\":\"1\",\"b\":2},`-0.27000,`0.54%,`0.00,`50.00,`")
# In the form of those that merchants have shown: newest first, fees with five places, JSON with commas.
SHOWN = "\r\n".join(("\ufeff" + written.HEADINGS, GIVEN, PAID, written.SUMS,
                     "`2,`60.00,`50.00,`0.00,`0.05000,`60.00,`50.00", ""))


@pytest.fixture
async def till(clock: MovableClock) -> AsyncIterator[WechatTill]:
    async with open_till(clock, FakeWechat(clock)) as opened:
        yield opened


def yuan(fen: int) -> Money:
    return Money(fen, "CNY")


async def tomorrow(till: WechatTill) -> None:
    """Ten in the morning in Beijing of the day after."""
    till.clock.move(20 * 3600)


async def test_payments_and_refunds_of_a_day(till: WechatTill) -> None:
    await till.bought()
    paid_at = till.clock.now()
    till.clock.move(60)
    result = await till.wechat.refund(till.refund(700))
    await tomorrow(till)
    assert await till.wechat.bill(TODAY) == (
        BillLine("capture", NUMBER, "42202611240000000002", yuan(1999), yuan(12), paid_at),
        BillLine("refund", REFUND, result.reference, yuan(700), yuan(-4), paid_at + timedelta(seconds=60)),
    )


async def test_a_bill_takes_its_time(till: WechatTill) -> None:
    await till.bought()
    with pytest.raises(NoBill):
        await till.wechat.bill(TODAY)
    assert [act for act, _ in till.fake.asked if act == "bill"] == []
    till.clock.move(20 * 3600 - 1)
    with pytest.raises(NoBill):
        await till.wechat.bill(TODAY)
    till.clock.move(1)
    assert len(await till.wechat.bill(TODAY)) == 1


async def test_a_day_without_trades_has_no_bill(till: WechatTill) -> None:
    await till.bought()
    await tomorrow(till)
    with pytest.raises(NoBill):
        await till.wechat.bill(TODAY - timedelta(days=1))


@pytest.mark.parametrize(("act", "trouble"), [
    ("bill", "down"), ("bill", "garbage"), ("bill", "badsig"), ("bill", "NO_AUTH"), ("bill-file", "down"),
    ("bill-file", "garbage"), ("bill-file", "another")])
async def test_a_bill_that_cannot_be_had_or_believed(till: WechatTill, act: str, trouble: str) -> None:
    await till.bought()
    await tomorrow(till)
    till.fake.faults.next(act, trouble)
    with pytest.raises(Unreachable):
        await till.wechat.bill(TODAY)
    assert len(await till.wechat.bill(TODAY)) == 1


async def test_no_file_is_fetched_from_elsewhere(till: WechatTill) -> None:
    with pytest.raises(Unreachable, match="another server"):
        await till.wechat._api.download("http://127.0.0.1:9/v3/billdownload/file?token=x")


def test_a_bill_as_merchants_get_it() -> None:
    at = datetime(2024, 7, 9, 8, 47, 58, tzinfo=UTC)
    assert wechat_bill.read(SHOWN, "wx0123456789abcdef") == (
        BillLine("refund", "BACK0000000000000003", "50300001112024070900000000003", yuan(5000), yuan(-27), at),
        BillLine("capture", "PAID0000000000000001", "4200001111202407090000000001", yuan(6000), yuan(32),
                 datetime(2024, 7, 9, 2, 6, 33, tzinfo=UTC)),
    )
    assert wechat_bill.read(SHOWN, "wx-of-another-app") == ()


def test_parts_of_a_fen_in_fees_are_rounded() -> None:
    fees = [line.fee for line in wechat_bill.read(SHOWN.replace("0.27000", "0.27500").replace("0.32000", "0.32499"),
                                                  "wx0123456789abcdef")]
    assert fees == [yuan(-28), yuan(32)]


@pytest.mark.parametrize(("old", "new"), [
    ("总交易单数", "订单数"), ("交易时间,", "时间,"), ("`2,`60.00", "`3,`60.00"), ("`60.00,`0.00,`\r\n", "`\r\n"),
    ("手续费,", "服务费,"), ("`60.00,`0.00,`0,", "`60.00,`0.00,`0"), ("`-0.27000", "`NaN"), ("`-0.27000", "`Infinity"),
    ("`50.00,`\r\n", "`fifty,`\r\n"), ("`SUCCESS,`OTHERS", "`WAITING,`OTHERS"), ("07-09 16", "07-32 16")])
def test_a_bill_that_is_not_whole_is_refused(old: str, new: str) -> None:
    assert old in SHOWN
    with pytest.raises(ValueError, match=r"."):
        wechat_bill.read(SHOWN.replace(old, new, 1), "wx0123456789abcdef")


@pytest.mark.parametrize("file", [gzip.compress(b"x" * 1000, mtime=0)[:-9], b"\x1f\x8b<html>"], ids=["cut", "a page"])
def test_a_file_that_is_not_whole_is_refused(file: bytes) -> None:
    with pytest.raises(ValueError, match="GZIP"):
        wechat_bill.unpack(file)


def test_a_file_may_come_unpacked() -> None:
    assert wechat_bill.unpack(SHOWN.encode()) == wechat_bill.unpack(gzip.compress(SHOWN.encode())) == SHOWN.encode()


NUMBERS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=20, max_size=20)
MOMENTS = st.integers(0, 86_399).map(lambda second: datetime(2026, 11, 23, 16, tzinfo=UTC) + timedelta(seconds=second))
REFUNDS = st.builds(Repayment, NUMBERS, NUMBERS.map("50{}".format), st.integers(1, 10**9),
                    st.sampled_from(("PROCESSING", "SUCCESS", "ABNORMAL", "CLOSED")), st.just(""), MOMENTS)
# Names of goods with everything that makes cells and lines.
TITLES = st.text(",`'\"\r\n {}净水x", max_size=20)


@st.composite
def orders(draw: st.DrawFn) -> list[Bought]:
    made = []
    for _ in range(draw(st.integers(1, 5))):
        asked: dict[str, Any] = {"out_trade_no": draw(NUMBERS), "description": draw(TITLES)}
        refunds = draw(st.lists(REFUNDS, max_size=3))
        made.append(Bought(asked, draw(st.sampled_from(("native", "h5"))), draw(st.integers(1, 10**9)), "SUCCESS",
                           transaction_id="42" + draw(NUMBERS), paid_at=draw(MOMENTS), refunds=refunds))
    return made


@settings(max_examples=150, deadline=None)
@given(orders())
def test_what_is_written_is_read(bought: list[Bought]) -> None:
    expected = []
    for each in bought:
        assert each.paid_at is not None
        expected.append(BillLine("capture", each.number, each.transaction_id, yuan(each.total),
                                 yuan(written.fee(each.total)), each.paid_at))
        expected += [
            BillLine("refund", refund.number, refund.id, yuan(refund.amount), yuan(-written.fee(refund.amount)),
                     refund.at)
            for refund in each.refunds if refund.state in ("PROCESSING", "SUCCESS")]
    assert wechat_bill.read(written.write(TODAY, bought), APPID) == tuple(expected)
