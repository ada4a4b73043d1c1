"""Pieces of an order's lines whose price goes back: those not sent yet go back on the shelf and are never sent."""

from __future__ import annotations

from collections.abc import Mapping

from services.digital import service as digital
from services.inventory import parts
from services.orders import desk_repository, steps
from services.orders.errors import PiecesGone
from services.orders.types import Order
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money


def worth(order: Order, pieces: Mapping[int, int]) -> Money:
    """What goes back for pieces by line: exactly the stored share of each line. Raises PiecesGone."""
    total = Money.zero(order.total.currency)
    lines = {line.id: line for line in order.lines}
    for line_id, count in pieces.items():
        line = lines.get(line_id)
        if line is None or not 0 < count <= line.quantity - line.given_back:
            raise PiecesGone(number=order.number)
        total = total + line.share(count)
    if not pieces:
        raise PiecesGone(number=order.number)
    return total


def give_back(tx: Tx, actor: Actor, order: Order, pieces: Mapping[int, int], unsent: Mapping[int, int]) -> None:
    """Counts them as given back; of each line as many as `unsent` has left are called off, and their stock is freed.

    The order is locked. Raises PiecesGone.
    """
    freed: dict[int, int] = {}
    for line in order.lines:
        count = pieces.get(line.id, 0)
        off = min(count, unsent.get(line.id, 0))
        if count and not desk_repository.give_back(tx, line.id, line.given_back, count, off):
            raise PiecesGone(number=order.number)
        if off:
            freed[line.sku_id] = off
            digital.call_off(tx, line.id, off)
    parts.give_up(tx, order.id, freed)
    steps.note_act(tx, order.id, actor, "lines", str(sum(pieces.values())))
