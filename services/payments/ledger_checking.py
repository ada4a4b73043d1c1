"""The journal and its postings agree: every entry has its two sides, and every account is what moved over it.

What is compared are the books of two areas, so this module reads the orders' sums for itself, as `checking` does.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, ColumnElement, Integer, Subquery, case, cast, func, literal, select

from services.orders.models import OrderRow
from services.payments.ledger_types import ORDERS, SIDES
from services.payments.models import LedgerRow, PostingRow
from services.shared.db import Tx
from services.shared.violations import Violation

LEDGER, POSTINGS, SHOP_ORDERS = LedgerRow.__table__, PostingRow.__table__, OrderRow.__table__


def _sum(amounts: ColumnElement[int]) -> ColumnElement[int]:
    """PostgreSQL adds up to a decimal, which reads as 1E+4."""
    return cast(func.coalesce(func.sum(amounts), 0), BigInteger)


_OTHER = case({kind: account for kind, (account, _) in SIDES.items()}, value=LEDGER.c.kind)
_SIGNED = case({kind: 1 if grows else -1 for kind, (_, grows) in SIDES.items()}, value=LEDGER.c.kind) * LEDGER.c.amount
_OWN = literal("provider:") + LEDGER.c.provider
# A posting that its entry asks for: the amount onto the provider's account, or the same the other way.
_RIGHT = ((POSTINGS.c.account == _OWN) & (POSTINGS.c.amount == _SIGNED)) | (
    (POSTINGS.c.account == _OTHER) & (POSTINGS.c.amount == -_SIGNED)
)
_IS_RIGHT = cast(case((_RIGHT & (POSTINGS.c.currency == LEDGER.c.currency), 1), else_=0), Integer)
_ENTRIES: Subquery = (
    select(LEDGER.c.id, LEDGER.c.kind, func.count(POSTINGS.c.id).label("sides"), _sum(_IS_RIGHT).label("right"),
           _sum(POSTINGS.c.amount).label("total"))
    .join_from(LEDGER, POSTINGS, POSTINGS.c.entry_id == LEDGER.c.id, isouter=True)
    .group_by(LEDGER.c.id, LEDGER.c.kind).subquery()
)
_FAULTY = (
    select(_ENTRIES)
    .where((_ENTRIES.c.sides != 2) | (_ENTRIES.c.right != 2) | (_ENTRIES.c.total != 0)).order_by(_ENTRIES.c.id)
)
_ACCOUNTS = (
    select(POSTINGS.c.account, POSTINGS.c.currency, _sum(POSTINGS.c.amount).label("total"))
    .group_by(POSTINGS.c.account, POSTINGS.c.currency)
)
_AT_PROVIDERS = (
    select(LEDGER.c.provider, LEDGER.c.currency, _sum(_SIGNED).label("total"))
    .group_by(LEDGER.c.provider, LEDGER.c.currency)
)
_OWED = (
    select(SHOP_ORDERS.c.currency, _sum(SHOP_ORDERS.c.paid - SHOP_ORDERS.c.refunded).label("total"))
    .group_by(SHOP_ORDERS.c.currency)
)


def violations(tx: Tx) -> list[Violation]:
    """What does not hold; empty is good."""
    return [*_entries(tx), *_accounts(tx)]


def _entries(tx: Tx) -> Iterator[Violation]:
    for row in tx.rows(_FAULTY):
        subject = f"entry {row.id}"
        if row.total:
            yield Violation("the postings of an entry balance", subject, f"{row.kind}, {row.total}")
        if row.sides != 2 or row.right != 2:
            yield Violation("an entry has its two sides", subject, f"{row.kind}, {row.right} of {row.sides}")


def _accounts(tx: Tx) -> Iterator[Violation]:
    """An account is the sum of what moved over it, and what is owed is what the orders say."""
    stands = {(row.account, row.currency): row.total for row in tx.rows(_ACCOUNTS)}
    moved = {(f"provider:{row.provider}", row.currency): row.total for row in tx.rows(_AT_PROVIDERS)}
    moved |= {(ORDERS, row.currency): -row.total for row in tx.rows(_OWED) if row.total}
    for account, currency in sorted(moved.keys() | {key for key in stands if key[0].startswith(("provider:", ORDERS))}):
        found, wanted = stands.get((account, currency), 0), moved.get((account, currency), 0)
        if found != wanted:
            yield Violation("an account is what moved over it", f"{account} {currency}", f"{found} ≠ {wanted}")
