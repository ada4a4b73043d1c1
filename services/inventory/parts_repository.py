from __future__ import annotations

from sqlalchemy import bindparam, case, update

from services.inventory.models import ReservationRow, StockRow
from services.shared.db import Tx

STOCK, RESERVATIONS = StockRow.__table__, ReservationRow.__table__

_OF_SKU = update(RESERVATIONS).where(
    RESERVATIONS.c.order_id == bindparam("order"), RESERVATIONS.c.sku_id == bindparam("sku")
)
_left = RESERVATIONS.c.quantity - RESERVATIONS.c.shipped
_LIVE = RESERVATIONS.c.state.in_(["held", "committed"])
# A reservation of nothing would be no reservation: what is given up whole is released as it stands.
_SHRINK = (
    _OF_SKU.where(_LIVE, _left >= bindparam("pieces"))
    .values(
        quantity=case(
            (RESERVATIONS.c.quantity == bindparam("pieces"), RESERVATIONS.c.quantity),
            else_=RESERVATIONS.c.quantity - bindparam("pieces"),
        ),
        state=case(
            (RESERVATIONS.c.quantity == bindparam("pieces"), "released"),
            (_left == bindparam("pieces"), "shipped"),
            else_=RESERVATIONS.c.state,
        ),
    )
)
_UNSHIP = (
    _OF_SKU.where(RESERVATIONS.c.state.in_(["committed", "shipped"]), RESERVATIONS.c.shipped >= bindparam("pieces"))
    .values(shipped=RESERVATIONS.c.shipped - bindparam("pieces"), state="committed")
)
_COME_BACK = (
    update(STOCK).where(STOCK.c.sku_id == bindparam("sku"))
    .values(on_hand=STOCK.c.on_hand + bindparam("pieces"), reserved=STOCK.c.reserved + bindparam("pieces"))
)


def shrink(tx: Tx, order_id: int, sku_id: int, pieces: int) -> bool:
    """Takes pieces that were not sent out of an order's reservation; False when it does not hold that many."""
    return tx.changed(_SHRINK, {"order": order_id, "sku": sku_id, "pieces": pieces}) == 1


def unship(tx: Tx, order_id: int, sku_id: int, pieces: int) -> bool:
    return tx.changed(_UNSHIP, {"order": order_id, "sku": sku_id, "pieces": pieces}) == 1


def come_back(tx: Tx, sku_id: int, pieces: int) -> None:
    tx.execute(_COME_BACK, {"sku": sku_id, "pieces": pieces})
