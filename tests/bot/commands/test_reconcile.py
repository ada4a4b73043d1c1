"""`reconcile` says what differs, a summary, and nothing else; its exit code says the rest."""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.commands.reconcile import _chosen, compare, reconcile
from bot.settings import SettingsError
from services.reconciliation import service
from services.shared.db import Store
from tests.services.orders.shop import yuan
from tests.services.payments.money import RecordingProvider
from tests.services.reconciliation import bills
from tests.services.reconciliation.bills import BOOKKEEPER, DAY, line

SETTINGS: Any = SimpleNamespace(staff_language="zh", shop_timezone="Asia/Shanghai")


async def test_what_differs_a_summary_and_nothing_else(
    store: Store, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    till = await bills.open_till(store)
    sales = [await till.pay() for _ in range(4)]
    (lost, gone), (cheap, less), *rest = sales
    formula = line(*sales[0], number="=cmd()", provider_number="@sum")
    till.provider.bills[DAY] = (formula, line(cheap, less, amount=yuan(198)), *(line(*sale) for sale in rest))
    file = tmp_path / "books.csv"
    assert await compare(store, [till.provider], DAY, SETTINGS, file) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines() == [
        f"sandbox missing capture {lost.number} {gone.provider_payment_id} books 199.00 CNY",
        "sandbox extra capture =cmd() @sum bill 199.00 CNY",
        f"sandbox different capture {cheap.number} {less.provider_payment_id} books 199.00 CNY | bill 198.00 CNY",
        "sandbox 2026-11-23: bill 4, books 4, matched 3, differences 3",
    ]
    raw = file.read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert raw.startswith(b"\xef\xbb\xbf") and rows[0][:3] == ["日期", "渠道", "差异"]
    # What a spreadsheet would run has an apostrophe before it.
    assert [row[4:8] for row in rows[1:]] == [
        [lost.number, gone.provider_payment_id, "199.00", ""], ["'=cmd()", "'@sum", "", "199.00"],
        [cheap.number, less.provider_payment_id, "199.00", "198.00"]]


async def test_nothing_differs_and_what_was_explained_is_no_difference(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    till = await bills.open_till(store)
    sale, other = await till.pay(), await till.pay()
    till.provider.bills[DAY] = (line(*sale),)
    (found,) = await till.differences(await till.run())
    await store.write(service.explain, BOOKKEEPER, found.id, "paid out in cash")
    assert await compare(store, [till.provider], DAY, SETTINGS) == 0
    said = capsys.readouterr().out
    assert said == "sandbox 2026-11-23: bill 1, books 2, matched 1, differences 0, explained 1\n"
    assert other[0].number not in said


async def test_one_without_a_bill_stops_none_of_the_others(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    till = await bills.open_till(store)
    till.provider.bills[DAY] = (line(*await till.pay()),)
    silent = RecordingProvider("wechat", silent=True)
    assert await compare(store, [silent, RecordingProvider("alipay"), till.provider], DAY, SETTINGS) == 2
    said = capsys.readouterr()
    assert said.err.splitlines() == ["wechat did not give its bill.", "alipay has no bill of that day (yet)."]
    assert said.out == "sandbox 2026-11-23: bill 1, books 1, matched 1, differences 0\n"


def test_without_bills_there_is_nothing_to_compare() -> None:
    offline: Any = {"sandbox": RecordingProvider(), "bank_transfer": RecordingProvider("bank_transfer", online=False)}
    with pytest.raises(SettingsError, match="has a bill that can be read"):
        _chosen(offline, None)
    with pytest.raises(SettingsError, match="wechat is not among PAYMENT_METHODS"):
        _chosen(offline, "wechat")
    both = offline | {"stripe": RecordingProvider("stripe")}
    assert [each.code for each in _chosen(both, None)] == ["stripe"]


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="11-23 is no date"):
        reconcile(argparse.Namespace(date="11-23", provider=None, csv=None))


