"""Amounts, times and titles as Alipay writes them, and bills in a form that nobody expected."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.providers.alipay_bill import read_bill
from services.payments.providers.alipay_values import beijing, fen, moment, subject, yuan
from services.payments.types import BillLine
from services.shared.money import Money

HEAD = "支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,退款批次号/请求号,服务费（元）"
END = "#----业务明细列表结束----"
PAID = "2026112422001\t,A1\t,交易,2026-11-24 14:00:00,19.99,,-0.12"


@given(st.integers(0, 10**12))
def test_an_amount_there_and_back_is_the_same(amount: int) -> None:
    text = yuan(amount)
    assert Decimal(text) * 100 == amount
    assert fen(text) == amount
    assert fen(f"-{text}") == -amount


@pytest.mark.parametrize(("text", "amount"), [
    ("0", 0), ("1", 100), ("1.5", 150), ("0.01", 1), ("-0.01", -1), ("19.99", 1999), ("100000000.00", 10_000_000_000),
])
def test_amounts_in_other_spellings(text: str, amount: int) -> None:
    assert fen(text) == amount


@pytest.mark.parametrize("text", [
    "", "1.", ".5", "1.999", "1,000.00", "1e2", "+1.00", " 1.00", "1.00 ", "1.00\n", "--1", "NaN", "1.0.0", "１.00",
    "٣", "1" * 12, None, 1, 1.0, True,
])
def test_what_is_no_amount(text: object) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        fen(text)


def test_no_negative_amount_is_asked_for() -> None:
    with pytest.raises(ValueError, match="negative"):
        yuan(-1)


@given(st.integers(946_684_800, 4_102_444_800))
def test_a_moment_there_and_back_is_the_same_second(seconds: int) -> None:
    known = datetime.fromtimestamp(seconds, UTC)
    assert moment(beijing(known)) == known
    assert moment(f"{beijing(known)}.123") == known


def test_alipay_lives_eight_hours_ahead() -> None:
    assert beijing(datetime(2026, 11, 24, 16, 0, tzinfo=UTC)) == "2026-11-25 00:00:00"
    assert moment("2026-11-25 00:00:00") - datetime(2026, 11, 24, 16, 0, tzinfo=UTC) == timedelta(0)


@pytest.mark.parametrize(("title", "sent"), [
    ("订单 QL-261124-7F3A", "订单 QL-261124-7F3A"), ("A/B=C&D", "A B C D"), (' "a", b\n', "a b"), ("=/&", ""),
    ("好" * 300, "好" * 256),
])
def test_a_title_has_nothing_that_alipay_refuses(title: str, sent: str) -> None:
    assert subject(title) == sent


# --- bills ---


def zipped(*texts: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, text in enumerate(texts):
            archive.writestr(f"{at}.csv", text.encode("gb18030"))
    return packed.getvalue()


def test_columns_are_found_by_their_names() -> None:
    other_order = "支付宝交易号,服务费(元),备注,订单金额(元),业务类型,退款批次号/请求号,商户订单号,完成时间"
    rows = ["2026112422001,0.12,\"a, \"\"b\"\"\",19.99,交易,,A1,2026-11-24 14:00:00",
            "2026112422001,,,-5.00,退款,R1,A1,2026-11-24 15:00:00", "2026112422001,,,1.00,分账,,A1,2026-11-24 15:00:00"]
    at = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert read_bill(zipped("#a summary", "\n".join([other_order, *rows, END]))) == (
        BillLine("capture", "A1", "2026112422001", Money(1999, "CNY"), Money(12, "CNY"), at),
        BillLine("refund", "R1", "2026112422001:R1", Money(500, "CNY"), Money(0, "CNY"), at + timedelta(hours=1)),
    )


@pytest.mark.parametrize("archive", [
    b"", b"PK", b"<html>", zipped(), zipped("#no lines"), zipped(HEAD), zipped(HEAD, PAID),
    zipped(f"{HEAD}\n{PAID.replace('19.99', '19.999')}\n{END}"), zipped(f"{HEAD}\n{PAID.replace(',-0.12', '')}\n{END}"),
    zipped(f"{HEAD.replace('业务类型', '类型')}\n{PAID}\n{END}"),
    zipped(f"{HEAD.replace('服务费', '费')}\n{PAID}\n{END}"),
    zipped(f"{HEAD}\n{PAID.replace('2026-11-24 ', '')}\n{END}"), zipped(f"{HEAD}\n{PAID}\n{END}")[:-30],
])
def test_what_is_no_whole_bill_is_refused(archive: bytes) -> None:
    with pytest.raises(ValueError):
        read_bill(archive)


@given(st.data())
def test_a_damaged_bill_is_refused_or_as_it_was(data: st.DataObject) -> None:
    good = zipped(f"{HEAD}\n{PAID}\n{END}", "#sums" * 50)
    damaged = bytearray(good)
    damaged[data.draw(st.integers(0, len(good) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(ValueError):
        assert read_bill(bytes(damaged)) == read_bill(good)


def test_a_bill_that_unpacks_to_more_than_a_day_can_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    good = zipped(f"{HEAD}\n{PAID}\n{END}")
    assert len(read_bill(good)) == 1
    monkeypatch.setattr("services.payments.providers.alipay_bill._LARGEST", 100)
    with pytest.raises(ValueError, match="too large"):
        read_bill(good)
