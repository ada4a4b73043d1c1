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


class AlreadyOrdered(Refusal):
    """This checkout has become an order. Facts: `order_id`."""

    code = "already-ordered"
