from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.orders.models import CheckoutRow
from services.orders.types import BEST
from services.shared.db import Tx

CHECKOUTS = CheckoutRow.__table__

_LOCK = select(CHECKOUTS).where(CHECKOUTS.c.id == bindparam("checkout_id")).with_for_update()
_HERE = CHECKOUTS.c.id == bindparam("checkout_id")
_CHOOSE: dict[tuple[str, ...], Any] = {
    names: update(CHECKOUTS)
    .where(_HERE)
    .values({name: bindparam(f"new_{name}") for name in names})
    .values(version=CHECKOUTS.c.version + 1, shown=None, updated_at=bindparam("at"))
    for names in (
        ("address_id",), ("delivery_code",), ("payment_method",), ("note",), ("caps",), ("coupon_choice", "claim_id"),
    )
}
_SHOW = (
    update(CHECKOUTS)
    .where(_HERE)
    .values(shown=bindparam("facts"), version=bindparam("new_version"), updated_at=bindparam("at"))
)
_ORDERED = (
    update(CHECKOUTS)
    .where(_HERE, CHECKOUTS.c.order_id.is_(None))
    .values(order_id=bindparam("new_order_id"), updated_at=bindparam("at"))
)


def _opening(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> Any:
    statement = dialect(CHECKOUTS)
    fresh = {name: statement.excluded[name] for name in ("sku_id", "quantity", "caps", "coupon_choice", "claim_id",
                                                         "shown", "updated_at", "currency")}
    return statement.on_conflict_do_update(
        index_elements=["customer_id", "source"],
        index_where=CHECKOUTS.c.order_id.is_(None),
        set_=fresh | {"version": CHECKOUTS.c.version + 1},
    ).returning(CHECKOUTS.c.id)


_OPEN = {True: _opening(sqlite.Insert), False: _opening(postgresql.Insert)}


def open_(
    tx: Tx, customer_id: int, source: str, sku_id: int | None, quantity: int | None, currency: str = ""
) -> int:
    """Opens the customer's checkout of this kind, or begins the open one anew: address, delivery and note stay."""
    return tx.scalar(_OPEN[tx.sqlite], {
        "customer_id": customer_id, "source": source, "sku_id": sku_id, "quantity": quantity, "caps": {},
        "address_id": None, "delivery_code": None, "coupon_choice": BEST, "claim_id": None, "payment_method": None,
        "note": None, "version": 1, "shown": None, "order_id": None, "created_at": tx.now, "updated_at": tx.now,
        "currency": currency,
    })


def lock(tx: Tx, checkout_id: int) -> Row[Any] | None:
    """The checkout's row, which nobody else changes until this transaction ends."""
    return tx.first(_LOCK, {"checkout_id": checkout_id})


def choose(tx: Tx, checkout_id: int, **choice: Any) -> None:
    """Stores a choice; what was shown before no longer counts."""
    values = {f"new_{name}": value for name, value in choice.items()}
    tx.execute(_CHOOSE[tuple(choice)], values | {"checkout_id": checkout_id, "at": tx.now})


def show(tx: Tx, checkout_id: int, facts: dict[str, Any], version: int) -> None:
    tx.execute(_SHOW, {"checkout_id": checkout_id, "facts": facts, "new_version": version, "at": tx.now})


def ordered(tx: Tx, checkout_id: int, order_id: int) -> bool:
    return tx.changed(_ORDERED, {"checkout_id": checkout_id, "new_order_id": order_id, "at": tx.now}) == 1


def note_place(checkout_id: int) -> str:
    return f"checkouts.note:{checkout_id}"
