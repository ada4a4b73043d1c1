from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.reconciliation.models import DifferenceRow, ReconciliationRow
from services.reconciliation.types import EXPLAINED, KINDS, OPEN, Difference, Finding, Run
from services.shared.db import Tx
from services.shared.money import Money

RUNS, DIFFERENCES = (cast(Table, row.__table__) for row in (ReconciliationRow, DifferenceRow))

_NEW_RUN = {
    True: sqlite.insert(RUNS).on_conflict_do_nothing(index_elements=["provider", "day"]),
    False: postgresql.insert(RUNS).on_conflict_do_nothing(index_elements=["provider", "day"]),
}
_LOCK = (
    select(RUNS.c.id).where(RUNS.c.provider == bindparam("code"), RUNS.c.day == bindparam("of_day")).with_for_update()
)
_SET_RUN = (
    update(RUNS).where(RUNS.c.id == bindparam("run_id"))
    .values(state=bindparam("new_state"), ran_at=bindparam("now"), lines=bindparam("new_lines"),
            entries=bindparam("new_entries"), matched=bindparam("new_matched"), waiting=bindparam("new_waiting"))
)
_COUNTS = (
    select(RUNS, *(
        func.count(case((DIFFERENCES.c.state == state, DIFFERENCES.c.id))).label(state) for state in (OPEN, EXPLAINED)
    ))
    .join_from(RUNS, DIFFERENCES, DIFFERENCES.c.run_id == RUNS.c.id, isouter=True)
    .group_by(RUNS.c.id)
)
_RUNS_OF = _COUNTS.where(RUNS.c.day == bindparam("of_day")).order_by(RUNS.c.provider)
_RUN = _COUNTS.where(RUNS.c.id == bindparam("run_id"))
_UNSETTLED = (
    select(RUNS.c.day).distinct()
    .where(RUNS.c.provider == bindparam("code"), RUNS.c.day >= bindparam("since"), RUNS.c.day < bindparam("until"))
    .where((RUNS.c.waiting > 0) | (RUNS.c.state != "done") | select(DIFFERENCES.c.id).where(
        DIFFERENCES.c.run_id == RUNS.c.id, DIFFERENCES.c.state == OPEN).exists())
    .order_by(RUNS.c.day)
)
_KEYS = select(DIFFERENCES.c.key, DIFFERENCES.c.state).where(DIFFERENCES.c.run_id == bindparam("of_run"))
_NEW_DIFFERENCE = insert(DIFFERENCES)
_FORGET = delete(DIFFERENCES).where(
    DIFFERENCES.c.run_id == bindparam("of_run"), DIFFERENCES.c.state == OPEN,
    DIFFERENCES.c.key.in_(bindparam("keys", expanding=True)),
)
_LISTED = (
    select(DIFFERENCES, RUNS.c.provider, RUNS.c.day).join(RUNS, RUNS.c.id == DIFFERENCES.c.run_id)
)
# Open ones first, in the order in which the kinds are named.
_ORDER = (
    case((DIFFERENCES.c.state == OPEN, 0), else_=1),
    case({kind: place for place, kind in enumerate(KINDS)}, value=DIFFERENCES.c.kind), DIFFERENCES.c.at,
    DIFFERENCES.c.id,
)
_PAGE = (
    _LISTED.where(DIFFERENCES.c.run_id == bindparam("of_run")).order_by(*_ORDER)
    .offset(bindparam("skipped")).limit(bindparam("most"))
)
_OF_DAY = _LISTED.where(RUNS.c.day == bindparam("of_day")).order_by(RUNS.c.provider, *_ORDER)
_ONE = _LISTED.where(DIFFERENCES.c.id == bindparam("difference_id"))
_EXPLAIN = (
    update(DIFFERENCES)
    .where(DIFFERENCES.c.id == bindparam("difference_id"), DIFFERENCES.c.state == OPEN)
    .values(state=EXPLAINED, note=bindparam("why"), decided_by=bindparam("who"), decided_at=bindparam("now"))
)
_PER_STATEMENT = 500


def lock_run(tx: Tx, provider: str, day: date) -> int:
    """The id of a provider's day, made if need be; nobody else compares it until this transaction ends."""
    row = {"provider": provider, "day": day.isoformat(), "state": "silent", "ran_at": tx.now, "lines": 0, "entries": 0,
           "matched": 0, "waiting": 0}
    tx.execute(_NEW_RUN[tx.sqlite], row)
    return tx.scalar(_LOCK, {"code": provider, "of_day": day.isoformat()})


def set_run(tx: Tx, run_id: int, state: str, lines: int, entries: int, matched: int, waiting: int) -> None:
    tx.execute(_SET_RUN, {
        "run_id": run_id, "new_state": state, "now": tx.now, "new_lines": lines, "new_entries": entries,
        "new_matched": matched, "new_waiting": waiting,
    })


def run(tx: Tx, run_id: int) -> Run | None:
    row = tx.first(_RUN, {"run_id": run_id})
    return None if row is None else _run(row)


def runs_of(tx: Tx, day: date) -> tuple[Run, ...]:
    return tuple(map(_run, tx.rows(_RUNS_OF, {"of_day": day.isoformat()})))


def unsettled(tx: Tx, provider: str, since: date, until: date) -> tuple[date, ...]:
    """Days in [since, until) that another look may change: with open differences, without a bill, or waiting."""
    values = {"code": provider, "since": since.isoformat(), "until": until.isoformat()}
    return tuple(date.fromisoformat(row.day) for row in tx.rows(_UNSETTLED, values))


def replace_open(tx: Tx, run_id: int, found: Collection[Finding], at: datetime) -> None:
    """Keeps what was found; open differences that were not found again go, decided ones stay as they are."""
    known = {row.key: row.state for row in tx.rows(_KEYS, {"of_run": run_id})}
    now = {each.key for each in found}
    gone = sorted(key for key, state in known.items() if state == OPEN and key not in now)
    for start in range(0, len(gone), _PER_STATEMENT):
        tx.execute(_FORGET, {"of_run": run_id, "keys": gone[start:start + _PER_STATEMENT]})
    new = [_difference_row(run_id, each, at) for each in found if each.key not in known]
    if new:
        tx.execute(_NEW_DIFFERENCE, new)


def page(tx: Tx, run_id: int, skipped: int, most: int) -> tuple[Difference, ...]:
    values = {"of_run": run_id, "skipped": skipped, "most": most}
    return tuple(map(_difference, tx.rows(_PAGE, values)))


def of_day(tx: Tx, day: date) -> tuple[Difference, ...]:
    return tuple(map(_difference, tx.rows(_OF_DAY, {"of_day": day.isoformat()})))


def difference(tx: Tx, difference_id: int) -> Difference | None:
    row = tx.first(_ONE, {"difference_id": difference_id})
    return None if row is None else _difference(row)


def explain(tx: Tx, difference_id: int, why: str, who: str) -> bool:
    return tx.changed(_EXPLAIN, {"difference_id": difference_id, "why": why, "who": who, "now": tx.now}) == 1


def _difference_row(run_id: int, found: Finding, at: datetime) -> dict[str, Any]:
    entry, line = found.entry, found.line
    either = entry or line
    assert either is not None
    ours, theirs = (each.amount if each is not None else None for each in (entry, line))
    return {
        "run_id": run_id, "key": found.key, "kind": found.kind, "movement": either.kind, "number": either.number,
        "provider_number": either.provider_number or (line.provider_number if line is not None else ""),
        "order_id": entry.order_id if entry is not None else None,
        "ours": ours.amount if ours is not None else None, "ours_currency": ours.currency if ours is not None else None,
        "theirs": theirs.amount if theirs is not None else None,
        "theirs_currency": theirs.currency if theirs is not None else None,
        "at": line.at if line is not None else entry.moved_at if entry is not None else at, "state": OPEN, "note": "",
        "decided_by": "", "decided_at": None,
    }


def _run(row: Any) -> Run:
    return Run(row.id, row.provider, date.fromisoformat(row.day), row.state, row.ran_at, row.lines, row.entries,
               row.matched, row.waiting, row.open, row.explained)


def _difference(row: Any) -> Difference:
    ours, theirs = (
        Money(amount, currency) if amount is not None else None
        for amount, currency in ((row.ours, row.ours_currency), (row.theirs, row.theirs_currency))
    )
    return Difference(
        row.id, row.run_id, row.provider, date.fromisoformat(row.day), row.kind, row.movement, row.number,
        row.provider_number, row.order_id, ours, theirs, row.at, row.state, row.note, row.decided_by, row.decided_at,
    )
