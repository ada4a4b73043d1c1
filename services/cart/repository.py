from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.cart.models import CartLineRow
from services.shared.db import Tx
from services.shared.money import Money

LINES = CartLineRow.__table__

_OWN = LINES.c.customer_id == bindparam("owner_id")
_HERE = LINES.c.removed_at.is_(None)
_THIS = LINES.c.sku_id == bindparam("this_sku")
_GROWN = case((_HERE, LINES.c.quantity + bindparam("more")), else_=bindparam("more"))

_ALL = select(LINES).where(_OWN, _HERE).order_by(LINES.c.id)
_ONE = select(LINES.c.quantity).where(_OWN, _HERE, _THIS)
_CHOSEN = select(LINES.c.sku_id, LINES.c.quantity).where(_OWN, _HERE, LINES.c.selected).order_by(LINES.c.id)
_PIECES = select(func.coalesce(func.sum(LINES.c.quantity), 0)).where(_OWN, _HERE)
_KINDS = select(func.count()).where(_OWN, _HERE)
_ADD = {
    is_sqlite: dialect.insert(LINES).on_conflict_do_nothing(index_elements=["customer_id", "sku_id"])
    .returning(LINES.c.id)
    for is_sqlite, dialect in ((True, sqlite), (False, postgresql))
}
_GROW = update(LINES).where(_OWN, _THIS, _GROWN.between(1, bindparam("most"))).values(
    quantity=_GROWN, selected=True, removed_at=None, seen_price=bindparam("price"), seen_currency=bindparam("priced_in")
)
_STEP = (
    update(LINES)
    .where(_OWN, _HERE, _THIS, (LINES.c.quantity + bindparam("more")).between(1, bindparam("most")))
    .values(quantity=LINES.c.quantity + bindparam("more"))
)
_PUT = update(LINES).where(_OWN, _HERE, _THIS).values(quantity=bindparam("number"))
_SELECT = update(LINES).where(_OWN, _HERE, LINES.c.sku_id.in_(bindparam("skus", expanding=True))).values(
    selected=bindparam("wanted")
)
_REMOVE = update(LINES).where(_OWN, _HERE, LINES.c.sku_id.in_(bindparam("skus", expanding=True))).values(
    removed_at=bindparam("now")
)
_RESTORE = update(LINES).where(_OWN, _THIS, LINES.c.removed_at > bindparam("since")).values(removed_at=None)
_FORGET = delete(LINES).where(_OWN, LINES.c.removed_at <= bindparam("since"))
_TAKE = delete(LINES).where(_OWN, _HERE, LINES.c.sku_id.in_(bindparam("skus", expanding=True)))
_HOLDS = select(exists().where(LINES.c.sku_id.in_(bindparam("skus", expanding=True))))
_SEE = update(LINES).where(_OWN, _THIS).values(
    seen_price=bindparam("price"), seen_currency=bindparam("priced_in")
)


def lines(tx: Tx, customer_id: int) -> Sequence[Row[Any]]:
    return tx.rows(_ALL, {"owner_id": customer_id})


def holds(tx: Tx, sku_ids: Collection[int]) -> bool:
    return bool(tx.scalar(_HOLDS, {"skus": list(sku_ids)}))


def quantity(tx: Tx, customer_id: int, sku_id: int) -> int | None:
    return tx.scalar(_ONE, {"owner_id": customer_id, "this_sku": sku_id})


def chosen(tx: Tx, customer_id: int) -> tuple[tuple[int, int], ...]:
    return tuple((row.sku_id, row.quantity) for row in tx.rows(_CHOSEN, {"owner_id": customer_id}))


def pieces(tx: Tx, customer_id: int) -> int:
    return int(tx.scalar(_PIECES, {"owner_id": customer_id}))


def kinds(tx: Tx, customer_id: int) -> int:
    return tx.scalar(_KINDS, {"owner_id": customer_id})


def add(tx: Tx, customer_id: int, sku_id: int, number: int, price: Money) -> bool:
    """Adds a line; False when the SKU has one already, be it removed."""
    row = {"customer_id": customer_id, "sku_id": sku_id, "quantity": number, "selected": True,
           "seen_price": price.amount, "seen_currency": price.currency, "removed_at": None, "created_at": tx.now}
    return tx.scalar(_ADD[tx.sqlite], row) is not None


def grow(tx: Tx, customer_id: int, sku_id: int, more: int, most: int, price: Money) -> bool:
    """Counts on, or begins anew where the line was removed; False when that would be over `most`."""
    return tx.changed(_GROW, {"owner_id": customer_id, "this_sku": sku_id, "more": more, "most": most,
                              "price": price.amount, "priced_in": price.currency}) == 1


def step(tx: Tx, customer_id: int, sku_id: int, more: int, most: int) -> bool:
    return tx.changed(_STEP, {"owner_id": customer_id, "this_sku": sku_id, "more": more, "most": most}) == 1


def put(tx: Tx, customer_id: int, sku_id: int, number: int) -> bool:
    return tx.changed(_PUT, {"owner_id": customer_id, "this_sku": sku_id, "number": number}) == 1


def select_lines(tx: Tx, customer_id: int, sku_ids: Iterable[int], wanted: bool) -> None:
    tx.execute(_SELECT, {"owner_id": customer_id, "skus": list(sku_ids), "wanted": wanted})


def remove(tx: Tx, customer_id: int, sku_ids: Iterable[int]) -> int:
    return tx.changed(_REMOVE, {"owner_id": customer_id, "skus": list(sku_ids), "now": tx.now})


def restore(tx: Tx, customer_id: int, sku_id: int, since: datetime) -> bool:
    return tx.changed(_RESTORE, {"owner_id": customer_id, "this_sku": sku_id, "since": since}) == 1


def forget_removed(tx: Tx, customer_id: int, since: datetime) -> None:
    tx.execute(_FORGET, {"owner_id": customer_id, "since": since})


def take(tx: Tx, customer_id: int, sku_ids: Iterable[int]) -> None:
    tx.execute(_TAKE, {"owner_id": customer_id, "skus": list(sku_ids)})


def see_price(tx: Tx, customer_id: int, sku_id: int, price: Money) -> None:
    tx.execute(_SEE, {"owner_id": customer_id, "this_sku": sku_id, "price": price.amount, "priced_in": price.currency})
