"""Who must hear of a change of stock: the shop when a SKU turns low or back, customers when pieces can be had again.

Whether a SKU turns is decided by its row in the transaction that changes it, so that of many orders at once one tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.catalog import service as catalog
from services.inventory import watch_repository as repository
from services.inventory.types import DAYS, Forecast, LowStock
from services.outbox import service as outbox
from services.outbox.types import BULK
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import audit
from services.staff.types import STOCK_VIEW

REMIND_AFTER = timedelta(days=7)


def turn(tx: Tx, sku_ids: Sequence[int]) -> None:
    """SKUs whose stock turned low or back: a time of being low begins or ends, and its card is drawn."""
    for sku_id, low in repository.turn(tx, sku_ids) if sku_ids else ():
        time_id = repository.begin(tx, sku_id) if low else repository.end(tx, sku_id)
        if time_id is not None:
            _draw(tx, time_id)


def back(tx: Tx, sku_ids: Sequence[int]) -> None:
    """SKUs of which pieces are free again after there were none."""
    for sku_id in sku_ids:
        outbox.enqueue(tx, "inventory.back", {"sku_id": sku_id}, lane=BULK)


def low_stock(tx: Tx, actor: Actor, time_id: int) -> LowStock:
    """A time of being low as its card shows it, with the SKU's numbers of now. Raises NotAllowed, NotFound."""
    actor.require(STOCK_VIEW)
    row = repository.time(tx, time_id)
    facts = {} if row is None else catalog.sku_facts(tx, [row.sku_id])
    if row is None or row.sku_id not in facts:
        raise NotFound()
    return LowStock(
        time_id, facts[row.sku_id], row.on_hand - row.reserved, row.safety,
        forecast(tx, row.sku_id, row.on_hand - row.reserved, row.safety), row.ended_at, row.asleep_until,
    )


def forecast(tx: Tx, sku_id: int, free: int, safety: int) -> Forecast:
    """What the sales of the last 30 days say of the next ones.

    `sold` counts the pieces that orders of these days hold or have got. They sell sold / 30 a day: what is free is gone
    after free × 30 / sold days, rounded up. To last 30 days more and keep the safety stock, sold + safety − free pieces
    must come.
    """
    sold = repository.sold_since(tx, sku_id, tx.now - timedelta(days=DAYS))
    days = -(-free * DAYS // sold) if sold else None
    return Forecast(sold, days, max(0, sold + safety - free))


def sleep(tx: Tx, actor: Actor, time_id: int) -> LowStock:
    """Says no more of this SKU for seven days, then draws its card below if it is still low. Safe to be done twice.

    Raises NotAllowed, NotFound; a time that has ended stays as it is.
    """
    actor.require(STOCK_VIEW)
    until = tx.now + REMIND_AFTER
    if repository.sleep(tx, time_id, until):
        _draw(tx, time_id)
        outbox.enqueue(tx, "inventory.remind", {"time_id": time_id}, key=f"inventory.remind:{time_id}:{until.date()}",
                       at=until, lane=BULK)
        audit.record(tx, actor, "stock.remind-later", f"low-stock:{time_id}", {"days": REMIND_AFTER.days})
    return low_stock(tx, actor, time_id)


def outdated(tx: Tx, most: int) -> tuple[int, ...]:
    """Times of being low whose cards show another number than is free now, oldest first."""
    return repository.outdated(tx, most)


def note_shown(tx: Tx, time_id: int, free: int) -> None:
    """Notes what the card of a time shows now."""
    repository.note_shown(tx, time_id, free)


def _draw(tx: Tx, time_id: int) -> None:
    outbox.enqueue(tx, "inventory.low-stock", {"time_id": time_id})


def low_count(tx: Tx) -> int:
    """How many SKUs are low now."""
    return repository.low_count(tx)
