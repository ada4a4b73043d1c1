from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.promotions.models import CouponRow, DealSpendRow, PromotionRow
from services.shared.db import Tx

SPENDS = cast(Table, DealSpendRow.__table__)
_TABLES = {"promotion": cast(Table, PromotionRow.__table__), "coupon": cast(Table, CouponRow.__table__)}

_AMOUNT = bindparam("off")
_SPEND = {
    name: update(table)
    .where(table.c.id == bindparam("row_id"))
    .where(or_(table.c.budget.is_(None), table.c.spent + _AMOUNT <= table.c.budget))
    .values(spent=table.c.spent + _AMOUNT)
    for name, table in _TABLES.items()
}
_UNSPEND = {
    name: update(table).where(table.c.id == bindparam("row_id")).values(spent=table.c.spent - _AMOUNT)
    for name, table in _TABLES.items()
}
_END = (
    update(SPENDS).where(SPENDS.c.order_id == bindparam("order"), SPENDS.c.live)
    .values(live=False).returning(SPENDS.c.source, SPENDS.c.amount)
)
_OF_ORDER = (SPENDS.c.source == bindparam("of_source")) & (SPENDS.c.order_id == bindparam("order")) & SPENDS.c.live
_SHRINK = (
    update(SPENDS).where(_OF_ORDER, SPENDS.c.amount > bindparam("off"))
    .values(amount=SPENDS.c.amount - bindparam("off"))
)
# Nothing is left of it: the row stays as one that was given back.
_END_ONE = update(SPENDS).where(_OF_ORDER, SPENDS.c.amount == bindparam("off")).values(live=False)
_ENDED = (
    select(SPENDS.c.source, SPENDS.c.amount).where(SPENDS.c.order_id == bindparam("order"), ~SPENDS.c.live)
    .order_by(SPENDS.c.source)
)


def _note(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> Any:
    """One live spend for each order and source; an order that came back to life spends again."""
    statement = dialect(SPENDS)
    return statement.on_conflict_do_update(
        index_elements=["source", "order_id"], set_={"live": True, "amount": statement.excluded.amount},
        where=~SPENDS.c.live,
    ).returning(SPENDS.c.id)


_NOTE = {True: _note(sqlite.Insert), False: _note(postgresql.Insert)}


def spend(tx: Tx, source: str, amount: int) -> bool:
    """Takes `amount` of the source's budget; False when that would be more than is left."""
    name, _, deal_id = source.partition(":")
    return tx.changed(_SPEND[name], {"row_id": int(deal_id), "off": amount}) == 1


def unspend(tx: Tx, source: str, amount: int) -> None:
    name, _, deal_id = source.partition(":")
    tx.execute(_UNSPEND[name], {"row_id": int(deal_id), "off": amount})


def note(tx: Tx, source: str, order_id: int, amount: int) -> bool:
    """False when the order's spend of this source is noted already."""
    row = {"source": source, "order_id": order_id, "amount": amount, "live": True}
    return tx.first(_NOTE[tx.sqlite], row) is not None


def end(tx: Tx, order_id: int) -> Sequence[Row[Any]]:
    """(source, amount) of each spend of the order that was live until now."""
    return tx.rows(_END, {"order": order_id})


def shrink(tx: Tx, source: str, order_id: int, amount: int) -> bool:
    """Takes `amount` off a live spend of the order; False when there is none of that much."""
    values = {"of_source": source, "order": order_id, "off": amount}
    return tx.changed(_SHRINK, values) == 1 or tx.changed(_END_ONE, values) == 1


def ended(tx: Tx, order_id: int) -> Sequence[Row[Any]]:
    """(source, amount) of each spend of the order that was given back."""
    return tx.rows(_ENDED, {"order": order_id})
