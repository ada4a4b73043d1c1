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
