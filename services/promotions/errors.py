"""Why a coupon is not given or not taken."""

from __future__ import annotations

from services.shared.errors import Refusal


class CouponGone(Refusal):
    """The coupon cannot be had or used now. Facts: `reason` ("used", "expired", "not-started" with `at`, "gone",
    "withdrawn" by the shop, "spent" where the budget of a coupon or promotion does not last for the order)."""

    code = "coupon-gone"


class CouponHeld(Refusal):
    """The person has as many of this coupon as one person may have."""

    code = "coupon-held"


class CodePaused(Refusal):
    """Too many wrong codes: none is looked at before `until`."""

    code = "coupon-code-paused"


class DealState(Refusal):
    """A promotion or coupon stands differently by now. Facts: `reason`, the state it is in."""

    code = "deal-state"


class DealIncomplete(Refusal):
    """A draft lacks something. Facts: `steps`, what is to be filled in."""

    code = "deal-incomplete"


class DealCodeTaken(Refusal):
    """Another coupon has this code."""

    code = "deal-code-taken"


class BelowCost(Refusal):
    """Something would be sold below its cost, and nobody has confirmed it. Facts: `count`, how many SKUs."""

    code = "deal-below-cost"


class CouponNotGiven(Refusal):
    """The coupon cannot be given. Facts: `reason`: "had", "closed" (not handed out), "gone" or "nobody"."""

    code = "deal-gift"
