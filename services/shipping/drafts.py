"""What somebody at the counter is putting together, step by step: a parcel, its correction, or pieces to give back.

It is kept until it is done, so that a restart loses nothing; it holds for the order as it was when it was drawn.
"""

from __future__ import annotations

from dataclasses import replace

from services.orders import service as orders
from services.orders.errors import PiecesGone
from services.orders.types import Order
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale
from services.shipping import carriers, corrections, drafts_repository, refunds, repository, service
from services.shipping.errors import OrderMoved
from services.shipping.guards import goods_left
from services.shipping.types import Draft, Parcel, ParcelItem, RefundAsked
from services.staff.types import ORDERS_REFUND, ORDERS_SHIP, ORDERS_VIEW

PARCEL, REFUND, CORRECTION = "parcel", "refund", "correction"
_NEEDS = {PARCEL: ORDERS_SHIP, CORRECTION: ORDERS_SHIP, REFUND: ORDERS_REFUND}


def open_parcel(tx: Tx, actor: Actor, order_id: int, typed: str) -> Draft:
    """A parcel under the number `typed` with all that is left in it; its carrier, if the number's shape names one."""
    actor.require(ORDERS_SHIP)
    order = orders.get(tx, actor, order_id)
    number = carriers.clean(typed)
    looks_like = carriers.guess(number)
    rest = goods_left(order, repository.parcels(tx, order_id))
    return _add(tx, actor, order, PARCEL, _items(rest), number, looks_like.code if looks_like else "")


def open_correction(tx: Tx, actor: Actor, shipment_id: int, typed: str) -> Draft:
    """Another number for a parcel. Raises NotFound."""
    actor.require(ORDERS_SHIP)
    order_id = repository.order_of(tx, shipment_id)
    if order_id is None:
        raise NotFound()
    order, number = orders.get(tx, actor, order_id), carriers.clean(typed)
    looks_like = carriers.guess(number)
    return _add(tx, actor, order, CORRECTION, (), number, looks_like.code if looks_like else "", shipment_id)


def open_refund(tx: Tx, actor: Actor, order_id: int) -> Draft:
    """Pieces to give back: none yet."""
    actor.require(ORDERS_REFUND)
    return _add(tx, actor, orders.get(tx, actor, order_id), REFUND, (), "", "")


def get(tx: Tx, actor: Actor, draft_id: int) -> tuple[Draft, Order, dict[int, int]]:
    """A draft with its order, and the most pieces of each line that it may hold.

    Raises NotAllowed, NotFound, Stale when it is done.
    """
    actor.require(ORDERS_VIEW)
    draft = drafts_repository.find(tx, draft_id)
    if draft is None:
        raise NotFound()
    if drafts_repository.is_done(tx, draft_id):
        raise Stale()
    order = orders.get(tx, actor, draft.order_id)
    return draft, order, _most(tx, order, draft.kind)


def set_carrier(tx: Tx, actor: Actor, draft_id: int, carrier: str) -> None:
    """Raises NotFound for a carrier or draft that does not exist."""
    draft, _, _ = _own(tx, actor, draft_id)
    drafts_repository.put(tx, replace(draft, carrier=carriers.require(carrier).code))


def step(tx: Tx, actor: Actor, draft_id: int, line_id: int, by: int) -> None:
    """Puts a piece more (or less) of a line in, between none and all that there are."""
    draft, _, most = _own(tx, actor, draft_id)
    counts = {item.line_id: item.quantity for item in draft.items}
    counts[line_id] = max(0, min(counts.get(line_id, 0) + by, most.get(line_id, 0)))
    drafts_repository.put(tx, replace(draft, items=_items(counts)))


def renew(tx: Tx, actor: Actor, draft_id: int) -> None:
    """Draws the draft up for the order as it stands now; no more pieces than there are left."""
    draft, order, most = _own(tx, actor, draft_id)
    kept = {item.line_id: min(item.quantity, most.get(item.line_id, 0)) for item in draft.items}
    if draft.kind == PARCEL and not any(kept.values()):
        kept = most
    drafts_repository.put(tx, replace(draft, items=_items(kept), version=order.version))


def send(tx: Tx, actor: Actor, draft_id: int) -> Parcel:
    """Ships, or corrects, what was put together. Raises Stale when it was done before, OrderMoved when the order has
    changed since it was drawn, and what `service.ship` and `corrections.correct` raise."""
    draft, order, _ = _own(tx, actor, draft_id)
    if draft.kind == CORRECTION and draft.shipment_id is not None:
        parcel = corrections.correct(tx, actor, draft.shipment_id, draft.carrier, draft.number)
    elif draft.kind == PARCEL:
        parcel = service.ship(tx, actor, order.id, draft.carrier, draft.number, draft.items, draft.version)
    else:
        raise Stale()
    _finish(tx, draft)
    return parcel


def refund(tx: Tx, actor: Actor, draft_id: int, limits: refunds.Limits) -> RefundAsked:
    """Gives back what was put together: see `refunds.refund_lines`. Raises Stale, OrderMoved, PiecesGone."""
    draft, order, _ = _own(tx, actor, draft_id)
    if draft.kind != REFUND:
        raise Stale()
    if not draft.items:
        raise PiecesGone(number=order.number)
    if order.version != draft.version:
        raise OrderMoved(number=order.number)
    asked = refunds.refund_lines(tx, actor, order.id, draft.items, limits)
    _finish(tx, draft)
    return asked


def _own(tx: Tx, actor: Actor, draft_id: int) -> tuple[Draft, Order, dict[int, int]]:
    """The draft for the one who made it. Another's looks as if it did not exist."""
    draft, order, most = get(tx, actor, draft_id)
    actor.require(_NEEDS[draft.kind])
    if draft.staff_id != actor.id:
        raise NotFound()
    return draft, order, most


def _add(
    tx: Tx, actor: Actor, order: Order, kind: str, items: tuple[ParcelItem, ...], number: str, carrier: str,
    shipment_id: int | None = None,
) -> Draft:
    draft = Draft(0, order.id, actor.id, kind, carrier, number[:40], items, order.version, shipment_id)
    return drafts_repository.add(tx, draft)


def _most(tx: Tx, order: Order, kind: str) -> dict[int, int]:
    if kind == REFUND:
        return {line.id: line.quantity - line.given_back for line in order.lines if line.quantity > line.given_back}
    return goods_left(order, repository.parcels(tx, order.id))


def _items(counts: dict[int, int]) -> tuple[ParcelItem, ...]:
    return tuple(ParcelItem(line_id, pieces) for line_id, pieces in sorted(counts.items()) if pieces > 0)


def _finish(tx: Tx, draft: Draft) -> None:
    """Of two taps at once the second finds it done."""
    if not drafts_repository.finish(tx, draft.id):
        raise Stale()
