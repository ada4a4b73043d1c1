from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Table, bindparam, case, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from services.payments.ledger_types import (
    CAPTURE,
    DISPUTE,
    DISPUTE_RETURN,
    FEE,
    FEE_RETURN,
    REFUND,
    SIDES,
    Entry,
    Movement,
    Takings,
)
from services.payments.models import LedgerRow, PostingRow
from services.shared.db import Tx
from services.shared.money import Money

T = TypeVar("T")

LEDGER, POSTINGS = cast(Table, LedgerRow.__table__), cast(Table, PostingRow.__table__)

# SQLite takes 32,766 parameters; shorter lists are planned faster.
_NUMBERS_AT_ONCE = 500

_NEW = insert(LEDGER)
_NEW_ONCE = {
    True: sqlite.insert(LEDGER).on_conflict_do_nothing().returning(LEDGER.c.id),
    False: postgresql.insert(LEDGER).on_conflict_do_nothing().returning(LEDGER.c.id),
}
_NEW_POSTINGS = insert(POSTINGS)
_FEES_OF = select(LEDGER.c.kind, LEDGER.c.amount, LEDGER.c.currency).where(LEDGER.c.about_id == bindparam("entry_id"))
_FEES_ABOUT = (
    select(LEDGER.c.about_id, LEDGER.c.currency,
           func.sum(case((LEDGER.c.kind == FEE, LEDGER.c.amount), else_=-LEDGER.c.amount)).label("total"))
    .where(LEDGER.c.about_id.in_(bindparam("entries", expanding=True)))
    .group_by(LEDGER.c.about_id, LEDGER.c.currency)
)
_OF_MOVEMENT = select(LEDGER).where(
    LEDGER.c.kind == bindparam("of_kind"), LEDGER.c.attempt_id == bindparam("attempt"),
    LEDGER.c.reference == bindparam("named"),
)
_MOVED_IN = (
    select(LEDGER)
    .where(LEDGER.c.provider == bindparam("code"), LEDGER.c.kind.in_((CAPTURE, REFUND)),
           LEDGER.c.moved_at >= bindparam("since"), LEDGER.c.moved_at < bindparam("until"))
    .order_by(LEDGER.c.id)
)
_NAMED = {
    column: select(LEDGER)
    .where(LEDGER.c.provider == bindparam("code"), LEDGER.c.kind.not_in((FEE, FEE_RETURN)),
           LEDGER.c[column].in_(bindparam("names", expanding=True)))
    for column in ("number", "provider_number")
}
_COUNTED = {"captured": (CAPTURE, None), "refunded": (REFUND, None), "fees": (FEE, FEE_RETURN),
            "disputed": (DISPUTE, DISPUTE_RETURN)}
_TAKINGS = (
    select(LEDGER.c.provider, LEDGER.c.currency, *(
        func.sum(case((LEDGER.c.kind == plus, LEDGER.c.amount), (LEDGER.c.kind == (minus or ""), -LEDGER.c.amount),
                      else_=0)).label(name) for name, (plus, minus) in _COUNTED.items()
    ))
    .where(LEDGER.c.at >= bindparam("since"), LEDGER.c.at < bindparam("until"))
    .group_by(LEDGER.c.provider, LEDGER.c.currency).order_by(LEDGER.c.provider, LEDGER.c.currency)
)
_BALANCES = (
    select(POSTINGS.c.account, POSTINGS.c.currency, func.sum(POSTINGS.c.amount).label("total"))
    .group_by(POSTINGS.c.account, POSTINGS.c.currency).order_by(POSTINGS.c.account, POSTINGS.c.currency)
)


def add(tx: Tx, movement: Movement) -> int:
    """Books a movement with its two sides; a second one with the same reference breaks the table's key."""
    entry_id = tx.insert(_NEW, _row(tx, movement))
    tx.execute(_NEW_POSTINGS, _sides(entry_id, movement))
    return entry_id


def add_once(tx: Tx, movement: Movement) -> bool:
    """The same; False, and nothing done, when it is booked already."""
    entry_id = tx.scalar(_NEW_ONCE[tx.sqlite], _row(tx, movement))
    if entry_id is not None:
        tx.execute(_NEW_POSTINGS, _sides(entry_id, movement))
    return entry_id is not None


def fees_of(tx: Tx, entry_id: int) -> list[tuple[str, Money]]:
    """(kind, amount) of what was booked as a fee of a movement."""
    return [(row.kind, Money(row.amount, row.currency)) for row in tx.rows(_FEES_OF, {"entry_id": entry_id})]


def fees_about(tx: Tx, entry_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """The fees of movements by entry and currency, in minor units."""
    found: dict[tuple[int, str], int] = {}
    for some in _some(list(entry_ids)):
        found |= {(row.about_id, row.currency): int(row.total) for row in tx.rows(_FEES_ABOUT, {"entries": some})}
    return found


def movement(tx: Tx, kind: str, attempt_id: int, reference: str) -> Entry | None:
    row = tx.first(_OF_MOVEMENT, {"of_kind": kind, "attempt": attempt_id, "named": reference})
    return None if row is None else _entry(row)


def moved_in(tx: Tx, provider: str, since: datetime, until: datetime) -> list[Entry]:
    """Captures and refunds that moved in [since, until), as the provider says."""
    return [_entry(row) for row in tx.rows(_MOVED_IN, {"code": provider, "since": since, "until": until})]


def named(tx: Tx, provider: str, numbers: Sequence[str], provider_numbers: Sequence[str]) -> list[Entry]:
    """Movements by their number or the provider's, each once, oldest first; fees are none."""
    found = {
        row.id: _entry(row)
        for column, names in (("number", numbers), ("provider_number", provider_numbers))
        for some in _some(sorted({name for name in names if name}))
        for row in tx.rows(_NAMED[column], {"code": provider, "names": some})
    }
    return [found[entry_id] for entry_id in sorted(found)]


def takings(tx: Tx, since: datetime, until: datetime) -> tuple[Takings, ...]:
    """By provider and currency, of what was booked in [since, until)."""
    return tuple(
        Takings(row.provider, *(Money(int(getattr(row, name)), row.currency) for name in _COUNTED))
        for row in tx.rows(_TAKINGS, {"since": since, "until": until})
    )


def balances(tx: Tx) -> dict[str, tuple[Money, ...]]:
    """What stands on each account, by currency."""
    found: dict[str, tuple[Money, ...]] = {}
    for row in tx.rows(_BALANCES):
        found[row.account] = (*found.get(row.account, ()), Money(int(row.total), row.currency))
    return found


def _some(values: list[T]) -> Iterator[list[T]]:
    return (values[start:start + _NUMBERS_AT_ONCE] for start in range(0, len(values), _NUMBERS_AT_ONCE))


def _row(tx: Tx, movement: Movement) -> dict[str, Any]:
    return {
        "order_id": movement.order_id, "attempt_id": movement.attempt_id, "provider": movement.provider,
        "kind": movement.kind, "reference": movement.reference, "number": movement.number,
        "provider_number": movement.provider_number, "about_id": movement.about_id, "amount": movement.amount.amount,
        "currency": movement.amount.currency, "actor": movement.actor, "at": tx.now, "moved_at": movement.moved_at,
    }


def _sides(entry_id: int, movement: Movement) -> list[dict[str, Any]]:
    other, grows = SIDES[movement.kind]
    amount, currency = movement.amount.amount if grows else -movement.amount.amount, movement.amount.currency
    return [
        {"entry_id": entry_id, "account": f"provider:{movement.provider}", "amount": amount, "currency": currency},
        {"entry_id": entry_id, "account": other, "amount": -amount, "currency": currency},
    ]


def _entry(row: Any) -> Entry:
    return Entry(row.id, row.order_id, row.attempt_id, row.provider, row.kind, row.reference, row.number,
                 row.provider_number, Money(row.amount, row.currency), row.at, row.moved_at)
