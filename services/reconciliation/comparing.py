"""The comparison itself: movements of the books against lines of bills. Pure; the order of neither matters.

A line belongs to the entry of the same kind with our number, else to the one with the provider's number. Where several
have the same number (a code that was paid twice), those that agree in the other number or in the amount come together
first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from services.payments.ledger_types import FEE, Entry
from services.payments.types import BillLine
from services.reconciliation.types import DIFFERENT, EXTRA, MISSING, Comparison, Finding

Dated = tuple[date, BillLine]
Pair = tuple[Entry, Dated]


def compare(
    day: date, entries: Iterable[Entry], bills: Mapping[date, Sequence[BillLine]], of_day: Callable[[Entry], bool],
    may_be_next: Callable[[Entry], bool],
) -> Comparison:
    """What differs between the books and the bill of `day`.

    `entries` are those of the day and every one that a line of `bills` names; `bills` has the day's and those of other
    days that are known, in which an entry may stand as well. `of_day` tells the day's own entries, `may_be_next` those
    that the next bill may still have.
    """
    dated = [(of, line) for of, lines in bills.items() for line in lines if line.kind != FEE]
    pairs, lone_entries, lone_lines = match(list(entries), dated)
    of_bill = [(entry, line) for entry, (of, line) in pairs if of == day]
    absent = [entry for entry in lone_entries if of_day(entry)]
    found = [
        *(_finding(MISSING, entry, None) for entry in absent if not may_be_next(entry)),
        *(_finding(EXTRA, None, line) for of, line in lone_lines if of == day),
        *(_finding(DIFFERENT, entry, line) for entry, line in of_bill if entry.amount != line.amount),
    ]
    return Comparison(tuple(of_bill), tuple(_numbered(found)), tuple(filter(may_be_next, absent)))


def match(entries: list[Entry], lines: list[Dated]) -> tuple[list[Pair], list[Entry], list[Dated]]:
    """Pairs, and what is left of both sides."""
    entries, lines = sorted(entries, key=_entry_order), sorted(lines, key=_line_order)
    pairs: list[Pair] = []
    for by in (_by_our_number, _by_their_number):
        buckets: dict[tuple[str, str], tuple[list[Entry], list[Dated]]] = defaultdict(lambda: ([], []))
        for entry in entries:
            buckets[by(entry)][0].append(entry)
        for dated in lines:
            buckets[by(dated[1])][1].append(dated)
        entries, lines = [], []
        for (_, number), (some, others) in buckets.items():
            found = _pair_up(some, others) if number else []
            pairs += found
            used_entries, used_lines = {entry.id for entry, _ in found}, {id(dated) for _, dated in found}
            entries += [entry for entry in some if entry.id not in used_entries]
            lines += [dated for dated in others if id(dated) not in used_lines]
    return pairs, entries, lines


def _pair_up(entries: list[Entry], lines: list[Dated]) -> list[Pair]:
    """One to one within the same number, the surest first."""
    pairs: list[Pair] = []
    entries, lines = entries.copy(), lines.copy()
    for agrees in (_in_all, _in_their_number, _in_amount, lambda entry, line: True):
        for entry in entries.copy():
            dated = next((each for each in lines if agrees(entry, each[1])), None)
            if dated is not None:
                pairs.append((entry, dated))
                entries.remove(entry)
                lines.remove(dated)
    return pairs


def _in_their_number(entry: Entry, line: BillLine) -> bool:
    return bool(entry.provider_number) and entry.provider_number == line.provider_number


def _in_amount(entry: Entry, line: BillLine) -> bool:
    return entry.amount == line.amount


def _in_all(entry: Entry, line: BillLine) -> bool:
    return _in_their_number(entry, line) and _in_amount(entry, line)


def _by_our_number(each: Entry | BillLine) -> tuple[str, str]:
    return each.kind, each.number


def _by_their_number(each: Entry | BillLine) -> tuple[str, str]:
    return each.kind, each.provider_number


def _entry_order(entry: Entry) -> tuple[object, ...]:
    return entry.kind, entry.number, entry.provider_number, entry.amount.amount, entry.id


def _line_order(dated: Dated) -> tuple[object, ...]:
    of, line = dated
    return (line.kind, line.number, line.provider_number, line.amount.amount, line.amount.currency, of, line.at)


def _finding(kind: str, entry: Entry | None, line: BillLine | None) -> Finding:
    """Its key says what differs: the same difference is known again, one that has changed is another."""
    ours = f"{entry.id}={entry.amount.amount}{entry.amount.currency}" if entry is not None else ""
    theirs = ""
    if line is not None:
        theirs = f"{line.number}/{line.provider_number}={line.amount.amount}{line.amount.currency}"
    movement = entry.kind if entry is not None else line.kind if line is not None else ""
    return Finding(kind, f"{kind}:{movement}:{ours}:{theirs}", entry, line)


def _numbered(found: Iterable[Finding]) -> list[Finding]:
    """Lines that are alike in everything are told apart by a number."""
    seen: dict[str, int] = defaultdict(int)
    numbered = []
    for each in found:
        seen[each.key] += 1
        count = seen[each.key]
        numbered.append(each if count == 1 else Finding(each.kind, f"{each.key}#{count}", each.entry, each.line))
    return numbered
