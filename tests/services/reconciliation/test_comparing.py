"""Books against bills: every planted difference is found, nothing else is, whatever the order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.ledger_types import Entry
from services.payments.types import BillLine
from services.reconciliation.comparing import compare
from services.reconciliation.types import Comparison
from services.shared.money import Money

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
EVE, NEXT = DAY - timedelta(days=1), DAY + timedelta(days=1)


def yuan(fen: int) -> Money:
    return Money(fen, "CNY")


def entry(number: int, amount: int = 100, kind: str = "capture", /, **changes: object) -> Entry:
    values = {"id": number, "order_id": number, "attempt_id": number, "provider": "wechat", "kind": kind,
              "reference": f"t{number}", "number": f"N{number}", "provider_number": f"t{number}",
              "amount": yuan(amount), "at": NOON, "moved_at": NOON}
    return Entry(**(values | changes))  # type: ignore[arg-type]


def line(number: int, amount: int = 100, kind: str = "capture", /, **changes: object) -> BillLine:
    values = {"kind": kind, "number": f"N{number}", "provider_number": f"t{number}", "amount": yuan(amount),
              "fee": yuan(0), "at": NOON}
    return BillLine(**(values | changes))  # type: ignore[arg-type]


def compared(entries: list[Entry], *bills: list[BillLine], day_of: dict[int, date] | None = None) -> Comparison:
    """The bills are of the day, the day before and the day after, as far as given."""
    known = {of: tuple(bill) for of, bill in zip((DAY, EVE, NEXT), bills, strict=False)}
    return compare(DAY, entries, known, lambda each: (day_of or {}).get(each.id, DAY) == DAY, lambda each: False)


def told(found: Comparison) -> list[tuple[str, str, int | None, int | None]]:
    """(kind, provider's number, ours, theirs) of what differs."""
    return sorted(
        (each.kind, (each.entry or each.line).provider_number,  # type: ignore[union-attr]
         each.entry.amount.amount if each.entry else None, each.line.amount.amount if each.line else None)
        for each in found.findings)


def test_one_missing_one_extra_and_one_other_amount_are_three_and_nothing_else() -> None:
    entries = [entry(number) for number in range(1, 8)]
    bill = [line(number, 99 if number == 3 else 100) for number in range(2, 9)]
    found = compared(entries, bill)
    assert told(found) == [("different", "t3", 100, 99), ("extra", "t8", None, 100), ("missing", "t1", 100, None)]
    assert len(found.pairs) == 6


def test_our_number_comes_first_and_the_provider_s_after_it() -> None:
    ours = [entry(1, provider_number=""), entry(2, number="", provider_number="t2"), entry(3)]
    bill = [line(1), line(2, number="a number of the console"), line(3, provider_number="another")]
    assert told(compared(ours, bill)) == []


def test_a_refund_is_no_capture() -> None:
    assert told(compared([entry(1)], [line(1, kind="refund")])) == [
        ("extra", "t1", None, 100), ("missing", "t1", 100, None)]


def test_another_currency_is_another_amount() -> None:
    assert told(compared([entry(1)], [line(1, amount=Money(100, "USD"))])) == [("different", "t1", 100, 100)]


def test_a_code_that_was_paid_twice_has_two_lines() -> None:
    twice = [entry(1), entry(2, number="N1")]
    assert told(compared(twice, [line(1), line(2, number="N1")])) == []
    assert told(compared(twice, [line(2, number="N1")])) == [("missing", "t1", 100, None)]
    assert told(compared(twice, [line(1, 90, number="N1"), line(2, number="N1")])) == [("different", "t1", 100, 90)]


def test_a_line_that_stands_twice_is_extra_once() -> None:
    found = compared([entry(1)], [line(1), line(1)])
    assert told(found) == [("extra", "t1", None, 100)]
    keys = [each.key for each in compared([], [line(1), line(1), line(1)]).findings]
    assert len(set(keys)) == 3


def test_what_stands_on_a_neighbour_s_bill_is_neither_missing_nor_extra() -> None:
    late, early = entry(1), entry(2)
    assert told(compared([late, early], [], [line(1)], [line(2)])) == []
    # A neighbour's own line with another amount is told on that day alone, and its own entry is no business of this.
    assert told(compared([late], [], [line(1, 90)])) == []
    assert told(compared([entry(3)], [line(3)], day_of={3: EVE})) == []
    assert told(compared([entry(3)], [], day_of={3: EVE})) == []


def test_what_the_next_bill_may_have_waits() -> None:
    found = compare(DAY, [entry(1), entry(2)], {DAY: ()}, lambda each: True, lambda each: each.id == 1)
    assert ([each.id for each in found.waiting], told(found)) == ([1], [("missing", "t2", 100, None)])


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Entry], list[BillLine], Counter[tuple[str, int]]]:
    """A day's books and bill with planted differences: (kind, number of the movement), some of which share a number."""
    entries, bill, planted = [], [], Counter[tuple[str, int]]()
    for number in range(1, draw(st.integers(0, 12)) + 1):
        kind, amount = draw(st.sampled_from(("capture", "refund"))), draw(st.integers(1, 5)) * 100
        names = {"number": draw(st.sampled_from((f"N{number}", f"N{number}", "N-twice", ""))),
                 "provider_number": f"t{number}"}
        fate = draw(st.sampled_from(("same", "same", "same", "missing", "extra", "different")))
        ours, theirs = entry(number, amount, kind, **names), line(number, amount, kind, **names)
        # A line and an entry that share nothing but a number of ours would rightly be one movement: told apart below.
        if fate in ("missing", "extra") and names["number"] == "N-twice":
            ours, theirs = replace(ours, number=f"N{number}"), replace(theirs, number=f"N{number}")
        if fate == "different":
            theirs = replace(theirs, amount=yuan(amount + draw(st.integers(1, 9))))
        entries += [ours] if fate != "extra" else []
        bill += [theirs] if fate != "missing" else []
        planted += Counter() if fate == "same" else Counter([(fate, number)])
    return entries, bill, planted


@settings(max_examples=150, deadline=None)
@given(days(), st.randoms(use_true_random=False))
def test_planted_differences_are_found_exactly_in_any_order(
    day: tuple[list[Entry], list[BillLine], Counter[tuple[str, int]]], chance: object
) -> None:
    entries, bill, planted = day
    first = compared(entries, bill)
    found = Counter((each.kind, int((each.entry or each.line).provider_number[1:]))  # type: ignore[union-attr]
                    for each in first.findings)
    assert found == planted
    assert len(first.pairs) == len(entries) - sum(kind == "missing" for kind, _ in planted.elements())
    shuffled_entries, shuffled_bill = entries.copy(), bill.copy()
    chance.shuffle(shuffled_entries)  # type: ignore[attr-defined]
    chance.shuffle(shuffled_bill)  # type: ignore[attr-defined]
    again = compared(shuffled_entries, shuffled_bill)
    assert {each.key for each in again.findings} == {each.key for each in first.findings}
