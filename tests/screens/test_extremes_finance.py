"""The money books at their worst: long names, hostile words and large sums still fit, and nothing of them is markup."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from wcwidth import width

from handlers.screens import finance, finance_cards, finance_file
from handlers.screens.screen import TEXT_LIMIT, Screen
from locales import translator
from services.payments.ledger_types import Takings
from services.payments.types import Attempt, Refund
from services.reconciliation.types import DayBooks, Difference, Run
from services.shared import sheets
from services.shared.money import Money

LARGE = Money(-(10**10) + 1, "CNY")
HOSTILE = '<b>&=cmd|"x"' * 25
DAY, MOMENT = date(2026, 12, 31), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
CODES = ("wechat", "alipay", "unionpay", "stripe", "telegram", "stars", "cryptopay", "sandbox", "gone-long-ago")
BOTH = [translator(language, "Asia/Shanghai") for language in ("zh", "en")]


def difference(state: str, kind: str) -> Difference:
    ours = None if kind == "extra" else LARGE
    theirs = None if kind == "missing" else Money(10**10 - 1, "JPY")
    return Difference(2**62, 2**62, "stripe", DAY, kind, "dispute-return", HOSTILE[:64], HOSTILE[:128], 2**62, ours,
                      theirs, MOMENT, state, HOSTILE, HOSTILE[:64], MOMENT)


def run(code: str, state: str = "done") -> Run:
    return Run(2**62, code, DAY, state, MOMENT, 10**6, 10**6, 10**6, 10**6, 10**6, 10**6)


def refund(status: str, reason: str) -> Refund:
    paid = Attempt(1, "N" * 20, 1, "gone-long-ago", LARGE, "succeeded", None, MOMENT, None)
    return Refund(2**62, "N" * 20, 2**62, paid, LARGE, reason, status, MOMENT, HOSTILE[:64], HOSTILE[:128], HOSTILE)


TAKINGS = tuple(Takings(code, *[Money(LARGE.amount, currency)] * 4) for code in CODES for currency in ("CNY", "USD"))
STATES = ("requested", "pending", "manual", "external", "succeeded", "failed")


@pytest.mark.parametrize("t", BOTH, ids=["zh", "en"])
def test_the_worst_of_the_books_still_fits(t) -> None:  # type: ignore[no-untyped-def]
    differences = [difference(state, kind) for state in ("open", "explained") for kind in (
        "missing", "extra", "different")]
    runs = (*(run(code) for code in CODES), run("stripe", "no-bill"), run("stripe", "silent"))
    shown: list[Screen] = [
        finance.day(t, DayBooks(DAY, TAKINGS, runs, 10**6, 10**6), DAY), finance.ask_day(t, wrong=True),
        finance.run(t, run("stripe"), differences, 7), finance.before_run(t, 2**62),
        *(finance.difference(t, each, HOSTILE[:40], may_edit=True, may_see=True) for each in differences),
        *(finance.ask_note(t, each, HOSTILE[:100]) for each in differences),
        finance.outstanding(t, [(refund(status, "staff"), HOSTILE[:30]) for status in STATES], 10**6, 5),
        *(finance.refund(t, refund(status, reason), HOSTILE[:30], may_decide=True, may_see=True)
          for status in STATES for reason in ("staff", "external") if (status, reason) not in {
              ("requested", "external"), ("manual", "external")}),
        *(finance_cards.external_card(t, refund(status, "external"), HOSTILE[:30], "https://t.me/shop")
          for status in ("pending", "external", "succeeded", "failed")),
        finance_cards.differences_card(t, run("stripe"), "https://t.me/shop"),
    ]
    for screen in shown:
        assert len(screen.text.encode("utf-16-le")) // 2 <= TEXT_LIMIT
        assert "<b>&=" not in screen.text and "{" not in screen.text
        assert screen.keyboard is not None
        for key in (key for row in screen.keyboard.inline_keyboard for key in row):
            assert width(key.text) <= 32 and (key.callback_data or key.url)
    rows = sheets.read(sheets.write_csv(finance_file.rows(t, TAKINGS, differences)), "books.csv")
    assert len(rows) == len(TAKINGS) + 1 + 1 + 1 + len(differences)
    raw = sheets.write_csv(finance_file.rows(t, TAKINGS, differences)).decode()
    assert ",=" not in raw and ",-" not in raw and "(99999999.99)" in raw
