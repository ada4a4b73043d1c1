"""Pieces of an order's lines whose price goes back: those not sent yet go back on the shelf and are never sent."""

from __future__ import annotations

from collections.abc import Mapping

from services.digital import service as digital
from services.inventory import parts
from services.orders import desk_repository, steps
from services.orders.errors import PiecesGone
from services.orders.types import Order
from services.promotions import budgets
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
    What they took of the budgets of promotions and coupons is there for others.

    The order is locked. Raises PiecesGone.
    """
    reduced = _reductions(order, pieces)
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
    budgets.give_back_part(tx, order.id, reduced)
    steps.note_act(tx, order.id, actor, "lines", str(sum(pieces.values())))


def _reductions(order: Order, pieces: Mapping[int, int]) -> dict[str, Money]:
    """What each reduction took off the pieces, to the minor unit of its stored share for their line, by source."""
    taken: dict[str, Money] = {}
    for each in order.adjustments:
        amount = 0
        for line, share in zip(order.lines, each.shares, strict=True):
            upto, before = (-share.amount * n // line.quantity
                            for n in (line.given_back + pieces.get(line.id, 0), line.given_back))
            amount += upto - before
        taken[each.source] = taken.get(each.source, Money.zero(order.total.currency)) + Money(
            amount, order.total.currency)
    return taken
