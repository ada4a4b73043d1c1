"""Codes on their way out: owed to a paid line, handed over once, sent once, shown again to who bought them.

The caller has locked the order and knows that it may be served.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from services.catalog import service as catalog
from services.digital import repository
from services.digital.loading import place
from services.digital.types import Delivery, Filled, Handed, Short
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale


def owe(tx: Tx, order_id: int, lines: Iterable[tuple[int, int, int]]) -> None:
    """Notes what the lines (line, SKU, pieces) of a paid order are owed; said again, nothing changes."""
    for line_id, sku_id, quantity in lines:
        repository.add_due(tx, order_id, line_id, sku_id, quantity)


def fill(tx: Tx, order_id: int) -> Filled:
    """Hands over the codes of every waiting line for which there are enough; a line gets all of its codes or none.

    They are sent after the commit. People are told of a line that has to wait, once.
    """
    lines: dict[int, int] = {}
    skus: dict[int, int] = {}
    waiting, delivery_id = 0, None
    for due in repository.waiting(tx, order_id):
        found = repository.take(tx, due.sku_id, due.quantity)
        if len(found) < due.quantity:
            waiting += 1
            key = f"digital.short:{due.line_id}"
            outbox.enqueue(tx, "digital.short", {"line_id": due.line_id}, key=key, lane=URGENT)
            continue
        delivery_id = delivery_id or repository.add_delivery(tx, order_id)
        if repository.hand(tx, found, due.line_id, delivery_id) != due.quantity:
            raise Stale()
        repository.settle(tx, due.line_id, "filled")
        lines[due.line_id] = due.quantity
        skus[due.sku_id] = skus.get(due.sku_id, 0) + due.quantity
    if delivery_id is not None:
        key = f"digital.deliver:{delivery_id}"
        outbox.enqueue(tx, "digital.deliver", {"delivery_id": delivery_id}, key=key, lane=URGENT)
    return Filled(lines, skus, waiting)


def call_off(tx: Tx, line_id: int, pieces: int) -> None:
    """So many pieces of a line are not wanted any more; nothing for one that waits for none."""
    if not repository.shrink(tx, line_id, pieces):
        repository.settle(tx, line_id, "off")


def close(tx: Tx, order_id: int, state: str) -> list[tuple[int, int]]:
    """Nothing of an order waits any more: `state` off or by-hand. Returns the lines and their pieces."""
    closed = [(due.line_id, due.quantity) for due in repository.waiting(tx, order_id)]
    for line_id, _ in closed:
        repository.settle(tx, line_id, state)
    return closed


def codes(tx: Tx, order_id: int) -> tuple[Handed, ...]:
    """All codes that were handed over for an order; the caller has checked whose it is."""
    return _opened(tx, repository.of_order(tx, order_id))


def begin(tx: Tx, delivery_id: int) -> Delivery:
    """Codes that are about to be sent. Only the first time they come along: a try whose end nobody knows may have
    arrived. Raises NotFound."""
    row = repository.delivery(tx, delivery_id)
    if row is None:
        raise NotFound()
    if row.told_at is not None or not repository.begin(tx, delivery_id):
        return Delivery(delivery_id, row.order_id, first=False, told=row.told_at is not None, handed=())
    opened = _opened(tx, repository.of_delivery(tx, delivery_id))
    return Delivery(delivery_id, row.order_id, first=True, told=False, handed=opened)


def note_not_sent(tx: Tx, delivery_id: int) -> None:
    """It is certain that nothing arrived: the next try is the first one again."""
    repository.note_not_sent(tx, delivery_id)


def note_told(tx: Tx, delivery_id: int) -> None:
    """The person has been told."""
    repository.note_told(tx, delivery_id)


def servable(tx: Tx, most: int) -> tuple[int, ...]:
    """Orders with a line that waits although there are codes for it now, the longest waiting first."""
    return repository.servable(tx, most)


def short(tx: Tx, line_id: int) -> Short | None:
    """A line that still waits for codes; None when it no longer does."""
    due = repository.due(tx, line_id)
    if due is None or due.state != "waiting":
        return None
    sku = catalog.sku_facts(tx, (due.sku_id,))[due.sku_id]
    return Short(due.order_id, sku, due.quantity, repository.free(tx, due.sku_id))


def _opened(tx: Tx, rows: Sequence[Row[Any]]) -> tuple[Handed, ...]:
    return tuple(
        Handed(line_id, tuple(tx.vault.open(row.sealed, place(row.fingerprint)) for row in group))
        for line_id, group in groupby(rows, key=lambda row: row.line_id)
    )
