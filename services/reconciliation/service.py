"""The money books as the finance screen shows them: a day, what differs from a bill, why; and a day as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.orders import figures as orders
from services.outbox import service as outbox
from services.payments import books, ledger, refunding
from services.payments.types import Refund
from services.reconciliation import repository
from services.reconciliation.errors import AlreadyExplained
from services.reconciliation.recording import RUN_JOB
from services.reconciliation.types import DayBooks, Difference, Run
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.staff import audit, mfa
from services.staff.types import FINANCE_EDIT, FINANCE_VIEW

_LONGEST_NOTE = 300


def day_books(tx: Tx, actor: Actor, day: date, zone: str) -> DayBooks:
    """A day of the shop's `zone`: what was booked in it, and the comparisons of the providers' days with this date.

    Raises NotAllowed.
    """
    actor.require(FINANCE_VIEW)
    here = ZoneInfo(zone)
    since, until = (datetime.combine(each, time(), here) for each in (day, day + timedelta(days=1)))
    external, outstanding = books.outstanding_counts(tx)
    return DayBooks(day, ledger.takings(tx, since, until), repository.runs_of(tx, day), external, outstanding)


def run_page(tx: Tx, actor: Actor, run_id: int, page: int, per_page: int) -> tuple[Run, tuple[Difference, ...]]:
    """A provider's day and a page of its differences (the first is 1), open ones first. Raises NotAllowed, NotFound."""
    actor.require(FINANCE_VIEW)
    run = repository.run(tx, run_id)
    if run is None:
        raise NotFound()
    return run, repository.page(tx, run_id, (max(page, 1) - 1) * per_page, per_page)


def difference(tx: Tx, actor: Actor, difference_id: int) -> tuple[Difference, str]:
    """A difference and the number of its order, "" where it has none. Raises NotAllowed, NotFound."""
    actor.require(FINANCE_VIEW)
    found = _require(tx, difference_id)
    numbers = orders.numbers(tx, [found.order_id] if found.order_id is not None else [])
    return found, numbers.get(found.order_id or 0, "")


def explain(tx: Tx, actor: Actor, difference_id: int, note: str) -> Difference:
    """A person says why a difference is none, or that it is settled: it is kept so, whatever later comparisons find.

    Raises NotAllowed, NotFound, InvalidInput, AlreadyExplained.
    """
    actor.require(FINANCE_EDIT)
    why = " ".join(note.split())
    found = _require(tx, difference_id)
    if not 0 < len(why) <= _LONGEST_NOTE:
        raise InvalidInput(field="note", reason="explanation")
    if not repository.explain(tx, difference_id, why, actor.name or actor.label):
        raise AlreadyExplained(by=_require(tx, difference_id).decided_by)
    facts = {"number": found.number or found.provider_number, "reason": why}
    audit.record(tx, actor, "finance.explain", f"difference:{difference_id}", facts)
    return _require(tx, difference_id)


def compare_again(tx: Tx, actor: Actor, run_id: int, key: str) -> Run:
    """Asks for the day to be compared anew; `key` makes two taps one. Raises NotAllowed, NotFound."""
    actor.require(FINANCE_EDIT)
    found = run(tx, run_id)
    facts = {"provider": found.provider, "day": found.day.isoformat()}
    outbox.enqueue(tx, RUN_JOB, facts, key=f"{RUN_JOB}:{run_id}:{key}")
    audit.record(tx, actor, "finance.compare", f"bill:{run_id}", {"days": found.day.isoformat()})
    return found


def outstanding(tx: Tx, actor: Actor, page: int, per_page: int) -> tuple[tuple[tuple[Refund, str], ...], int]:
    """A page of the refunds that wait, each with its order's number, and how many there are. Raises NotAllowed."""
    actor.require(FINANCE_VIEW)
    found = books.outstanding(tx, (max(page, 1) - 1) * per_page, per_page)
    numbers = orders.numbers(tx, [refund.order_id for refund in found])
    return tuple((refund, numbers[refund.order_id]) for refund in found), books.outstanding_counts(tx)[1]


def refund(tx: Tx, actor: Actor, refund_id: int) -> tuple[Refund, str]:
    """A refund and its order's number. Raises NotAllowed, NotFound."""
    actor.require(FINANCE_VIEW)
    found = refunding.require(tx, refund_id)
    return found, orders.numbers(tx, [found.order_id])[found.order_id]


def file(tx: Tx, actor: Actor, day: date, zone: str) -> tuple[DayBooks, tuple[Difference, ...]]:
    """What a day's file holds; that it was taken out is noted. Raises NotAllowed, Locked."""
    actor.require(FINANCE_VIEW)
    mfa.require_unlocked(tx, actor)
    audit.record(tx, actor, "export.books", "shop:0", {"days": day.isoformat()})
    return day_books(tx, actor, day, zone), repository.of_day(tx, day)


def differences_of(tx: Tx, run_ids: Sequence[int]) -> tuple[Difference, ...]:
    """All differences of some comparisons, for the command line."""
    return tuple(each for run_id in run_ids for each in repository.page(tx, run_id, 0, 1_000_000))


def run(tx: Tx, run_id: int) -> Run:
    """Raises NotFound."""
    found = repository.run(tx, run_id)
    if found is None:
        raise NotFound()
    return found


def _require(tx: Tx, difference_id: int) -> Difference:
    found = repository.difference(tx, difference_id)
    if found is None:
        raise NotFound()
    return found
