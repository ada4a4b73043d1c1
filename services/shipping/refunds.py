"""Money that staff give back: a part, all that is held, or the price of some pieces. Above a limit two must agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from services.inventory import service as inventory
from services.orders import arcs, handing, pieces, standing, steps
from services.orders.types import Order
from services.payments import cancelling, receiving, refunding
from services.payments.errors import RefundTooLarge
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money
from services.shipping import repository
from services.shipping.errors import OrderMoved
from services.shipping.guards import left, locked, refuse_if_done
from services.shipping.types import ParcelItem, RefundAsked
from services.staff import approvals, audit, mfa
from services.staff.types import ORDERS_CANCEL, ORDERS_REFUND, Approval

ACT = "orders.refund"
# What one person may give back alone, in minor units by currency: in one that is not named nobody may.
Limits: TypeAlias = Mapping[str, int]
# What a request for a second person is about, in its facts.
_PART, _LINES, _CALL_OFF = "part", "lines", "call-off"


def call_off(tx: Tx, actor: Actor, order_id: int, limits: Limits) -> RefundAsked:
    """Cancels an order that has not left the shop and gives all money back; above the limit it waits for a second
    person, and the order with it. Raises NotAllowed, Locked when there is money, AlreadyDone."""
    actor.require(ORDERS_CANCEL)
    order = locked(tx, actor, order_id)
    refuse_if_done(order, arcs.CANCELLED)
    held = _held(tx, order_id)
    if held:
        mfa.require_unlocked(tx, actor)
    return _ask_or_do(tx, actor, order, held, limits, {"kind": _CALL_OFF})


def refund_rest(tx: Tx, actor: Actor, order_id: int, limits: Limits) -> RefundAsked:
    """Gives back everything that the shop still holds for the order. Raises what `refund_part` raises."""
    actor.require(ORDERS_REFUND)
    standing.lock(tx, order_id)
    return refund_part(tx, actor, order_id, _held(tx, order_id), limits)


def refund_part(tx: Tx, actor: Actor, order_id: int, amount: Money, limits: Limits) -> RefundAsked:
    """Gives back `amount`; above the limit it waits for a second person.

    Raises NotAllowed, Locked, NotFound, RefundTooLarge when less is held, or nothing is asked for.
    """
    actor.require(ORDERS_REFUND)
    mfa.require_unlocked(tx, actor)
    order = locked(tx, actor, order_id)
    held = _held(tx, order_id)
    if amount.amount <= 0 or amount > held:
        raise RefundTooLarge(left=held)
    return _ask_or_do(tx, actor, order, amount, limits, {"kind": _PART})


def refund_lines(
    tx: Tx, actor: Actor, order_id: int, items: tuple[ParcelItem, ...], limits: Limits
) -> RefundAsked:
    """Gives back the price of `items`, to the minor unit of their stored share; those not sent yet are called off and
    back on the shelf, and the order goes on with the rest. Where nothing is left of it, it is called off as a whole.

    Raises NotAllowed, Locked, NotFound, PiecesGone, RefundTooLarge when less is held, as for an unpaid order.
    """
    actor.require(ORDERS_REFUND)
    mfa.require_unlocked(tx, actor)
    order = locked(tx, actor, order_id)
    counts = {item.line_id: item.quantity for item in items}
    if _is_everything(tx, order, counts):
        actor.require(ORDERS_CANCEL)
        return _ask_or_do(tx, actor, order, _held(tx, order_id), limits, {"kind": _CALL_OFF})
    amount = pieces.worth(order, counts)
    if amount > _held(tx, order_id):
        raise RefundTooLarge(left=_held(tx, order_id))
    return _ask_or_do(tx, actor, order, amount, limits, {"kind": _LINES, "items": sorted(counts.items())})


def refund_approved(tx: Tx, actor: Actor, approval_id: int) -> RefundAsked:
    """A second person agrees: what was asked for is done now, if it still can be.

    Raises NotAllowed, Locked, SamePerson, AlreadyDecided, and what doing it raises: the request then stands as it was.
    """
    mfa.require_unlocked(tx, actor)
    taken = approvals.take(tx, actor, approval_id, ACT)
    facts = taken.facts
    order = locked(tx, actor, int(facts["order"]))
    amount = Money(int(facts["amount"]), str(facts["currency"]))
    counts = {int(line): int(count) for line, count in facts.get("items", ())}
    if facts["kind"] == _CALL_OFF:
        refuse_if_done(order, arcs.CANCELLED)
    elif amount > _held(tx, order.id):
        raise RefundTooLarge(left=_held(tx, order.id))
    if counts and pieces.worth(order, counts) != amount:
        raise OrderMoved(number=order.number)
    _do(tx, actor, order, amount, {**facts, "approval": approval_id})
    return RefundAsked(amount, approval_id)


def waiting(tx: Tx, order_id: int) -> Money | None:
    """The refund of an order that a second person has not agreed to yet."""
    found = approvals.open_for(tx, ACT, _subject(order_id))
    return None if found is None else _amount(found)


def _ask_or_do(
    tx: Tx, actor: Actor, order: Order, amount: Money, limits: Limits, facts: Mapping[str, Any]
) -> RefundAsked:
    if amount.amount <= limits.get(amount.currency, 0):
        _do(tx, actor, order, amount, facts)
        return RefundAsked(amount)
    asked = approvals.request(tx, actor, ACT, _subject(order.id), {
        **facts, "order": order.id, "number": order.number, "amount": amount.amount, "currency": amount.currency,
    })
    steps.draw(tx, order.id)
    return RefundAsked(_amount(asked), asked.id)


def _do(tx: Tx, actor: Actor, order: Order, amount: Money, facts: Mapping[str, Any]) -> None:
    """The order is locked and the amount is held."""
    noted = {"amount": amount.amount, "currency": amount.currency, "kind": facts["kind"]}
    if "approval" in facts:
        noted["approval"] = facts["approval"]
    audit.record(tx, actor, ACT if facts["kind"] != _CALL_OFF else "orders.cancel", _subject(order.id), noted)
    if facts["kind"] == _CALL_OFF:
        # Whoever agrees need not be allowed to cancel by themselves: the one who asked was.
        cancelling.cancel_locked(tx, actor, order.id, "staff")
        return
    if facts["kind"] == _LINES:
        counts = {int(line): int(count) for line, count in facts["items"]}
        _take_lines(tx, actor, order, counts)
    if amount:
        refunding.give_back(tx, actor, order.id, amount, "staff")


def _take_lines(tx: Tx, actor: Actor, order: Order, counts: Mapping[int, int]) -> None:
    """Calls off what was not sent; an order whose rest has all been sent is sent."""
    rest = left(order, repository.parcels(tx, order.id))
    pieces.give_back(tx, actor, order, counts, rest)
    goods = {line.id for line in order.lines if line.kind == "physical"}
    remains = any(rest[line_id] > counts.get(line_id, 0) for line_id in goods & rest.keys())
    if not goods:
        handing.settle(tx, order.id, actor)
    elif order.fulfilment == arcs.PARTLY_SHIPPED and not remains:
        steps.set_fulfilment(tx, order.id, actor, arcs.SHIPPED)
        # Services go with the last parcel, which was on its way already.
        inventory.ship(tx, order.id, {
            line.sku_id: rest[line.id] - counts.get(line.id, 0) for line in order.lines
            if line.kind == "service" and rest.get(line.id, 0) > counts.get(line.id, 0)
        })


def _is_everything(tx: Tx, order: Order, counts: Mapping[int, int]) -> bool:
    """Whether nothing was sent and nothing would be left."""
    if order.fulfilment != arcs.UNFULFILLED:
        return False
    return all(counts.get(line.id, 0) >= line.wanted for line in order.lines)


def _held(tx: Tx, order_id: int) -> Money:
    return receiving.held(tx, standing.read(tx, order_id))


def _amount(asked: Approval) -> Money:
    return Money(int(asked.facts["amount"]), str(asked.facts["currency"]))


def _subject(order_id: int) -> str:
    return f"order:{order_id}"
