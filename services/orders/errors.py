"""Why a checkout or an order cannot do what was asked."""

from __future__ import annotations

from services.shared.errors import Refusal


class CheckoutChanged(Refusal):
    """Something differs from what the customer saw; nothing was ordered. Facts: `changes`, a tuple of Change."""

    code = "checkout-changed"


class NotReady(Refusal):
    """The checkout lacks something. Facts: `reason`: empty, address, delivery, method or short."""

    code = "not-ready"


class TooMany(Refusal):
    """More than the shop sells to one order. Facts: `wanted`, `most`."""

    code = "too-many"


class WrongState(Refusal):
    """The order is past the point where this could be done. Facts: `number`, `state` (of the order)."""

    code = "order-state"


class AlreadyClaimed(Refusal):
    """Somebody else was first to take the order. Facts: `name`, `own` (it was the same person)."""

    code = "already-claimed"


class ClaimMoved(Refusal):
    """The order is not in the hands that it was to be taken from. Facts: `name` of whoever has it; `reason`: taken,
    free (nobody has it), busy (its claimer is at work on it)."""

    code = "claim-moved"


class OnHold(Refusal):
    """Staff keep the order back. Facts: `number`, `by`, `reason` (payment, stock, customer)."""

    code = "on-hold"


class PiecesGone(Refusal):
    """So many pieces of a line are not there any more to be given back. Facts: `number` of the order."""

    code = "pieces-gone"


class AlreadyOrdered(Refusal):
    """This checkout has become an order. Facts: `order_id`."""

    code = "already-ordered"
