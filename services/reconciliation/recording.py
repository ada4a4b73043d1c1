"""A provider's day compared and kept: what differs, and the fees that the bill tells of.

The day is the provider's own, and so are the times: an entry belongs to the day on which the provider says that its
money moved, else to the one on which it was booked. Clocks differ all the same, and a refund may stand on the bill of
the day on which it was asked for. So nothing is missing before the days around were looked at too; what moved within a
quarter of an hour of midnight waits for the next bill as long as there is none.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from services.outbox import service as outbox
from services.payments import books, ledger
from services.payments.ledger_types import FEE, REFUND, Entry
from services.payments.types import BillLine
from services.reconciliation import days, repository
from services.reconciliation.comparing import compare
from services.reconciliation.types import DONE, Comparison, Run
from services.shared.db import Tx
from services.shared.money import Money

Bills = Mapping[date, tuple[BillLine, ...]]
Told = tuple[Entry, BillLine]

RUN_JOB, CARD_JOB = "reconciliation.run", "reconciliation.card"
# How far our clock and a provider's may be apart, and a notice behind its money.
_EDGE = timedelta(minutes=15)
# A refund that was asked for longer ago is not looked for on the bill of that day.
_FURTHEST = timedelta(days=14)


def other_days(tx: Tx, provider: str, day: date, bill: tuple[BillLine, ...]) -> tuple[date, ...]:
    """The days whose bills can say more about the entries that the bill of `day` has not; none when it has all."""
    found = _compare(tx, provider, day, {day: bill})
    absent = [each.entry for each in found.findings if each.kind == "missing" and each.entry] + [*found.waiting]
    if not absent:
        return ()
    wanted = {day - timedelta(days=1), day + timedelta(days=1)}
    for moment in books.refunds_begun(tx, [entry.number for entry in absent if entry.kind == REFUND]):
        begun = days.day_of(provider, moment)
        wanted |= {each for each in (begun, begun + timedelta(days=1)) if day - _FURTHEST <= each}
    today = days.day_of(provider, tx.now)
    return tuple(sorted(each for each in wanted - {day} if each < today))


def record(tx: Tx, provider: str, day: date, bills: Bills) -> tuple[Run, tuple[Told, ...]]:
    """Compares a day anew with what its bill and those of the days around say; `bills` has those that there are.

    Open differences are replaced, explained ones stay. The counter's card follows where there is, or was, something to
    look at. Returns also the fees of movements that are still to be booked (`book_fees`): a large bill has many, and
    nobody may wait for all of them.
    """
    run_id = repository.lock_run(tx, provider, day)
    before = repository.run(tx, run_id)
    found = _compare(tx, provider, day, bills)
    repository.replace_open(tx, run_id, found.findings, tx.now)
    movements = [line for line in bills[day] if line.kind != FEE]
    repository.set_run(tx, run_id, DONE, len(movements), len(_entries_of(tx, provider, day)), len(found.pairs),
                       len(found.waiting))
    _book_lone_fees(tx, provider, day, bills[day])
    run = repository.run(tx, run_id)
    assert run is not None
    if run.open or (before is not None and before.open):
        outbox.enqueue(tx, CARD_JOB, {"run_id": run_id})
    return run, _fees_to_book(tx, found)


def book_fees(tx: Tx, told: Iterable[Told]) -> None:
    """Brings what movements cost to what their lines say; done again it changes nothing."""
    for entry, line in told:
        ledger.fee(tx, entry, line.fee, line.at)


def note(tx: Tx, provider: str, day: date, state: str) -> int:
    """There was no bill, or no answer; what an earlier comparison found stays. Returns how many movements the books
    have of that day."""
    run_id = repository.lock_run(tx, provider, day)
    known, moved = repository.run(tx, run_id), len(_entries_of(tx, provider, day))
    if known is not None and known.state != DONE:
        repository.set_run(tx, run_id, state, 0, moved, 0, 0)
    return moved


def _compare(tx: Tx, provider: str, day: date, bills: Bills) -> Comparison:
    since, until = days.bounds(provider, day)
    of_day = {entry.id: entry for entry in _entries_of(tx, provider, day)}
    lines = [line for bill in bills.values() for line in bill if line.kind != FEE]
    named = ledger.named(tx, provider, [line.number for line in lines], [line.provider_number for line in lines])
    entries = of_day | {entry.id: entry for entry in named}
    next_is_known = day + timedelta(days=1) in bills
    return compare(
        day, entries.values(), bills, lambda entry: entry.id in of_day,
        lambda entry: not next_is_known and since <= entry.moved_at and until - entry.moved_at <= _EDGE,
    )


def _entries_of(tx: Tx, provider: str, day: date) -> list[Entry]:
    return ledger.moved_in(tx, provider, *days.bounds(provider, day))


def _fees_to_book(tx: Tx, found: Comparison) -> tuple[Told, ...]:
    """A bill without a fee says nothing about fees: what the provider said otherwise stays."""
    told = [(entry, line) for entry, line in found.pairs if line.fee]
    booked = ledger.fees_about(tx, [entry.id for entry, _ in told])
    return tuple((entry, line) for entry, line in told
                 if booked.get((entry.id, line.fee.currency), 0) != line.fee.amount)


def _book_lone_fees(tx: Tx, provider: str, day: date, lines: Iterable[BillLine]) -> None:
    """What the provider charges beside the movements; alike ones are told apart by their place among themselves."""
    seen: dict[str, int] = defaultdict(int)
    for line in (line for line in lines if line.kind == FEE):
        amount: Money = line.fee or line.amount
        name = f"{line.number}/{line.provider_number}={amount.amount}{amount.currency}"
        seen[name] += 1
        if amount:
            # Numbers of bills may be longer than a reference.
            digest = hashlib.sha256(f"{name}#{seen[name]}".encode()).hexdigest()
            ledger.lone_fee(tx, provider, amount, f"{day.isoformat()}:{digest}", line.provider_number[:128], line.at)
