"""Taps of coupons: the coupon centre, the wallet, a typed code; and what a chooser of coupons leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keyboards.taps import Id, OptionalId, Tap


class CouponsTap(Tap, prefix="1vc"):
    """A page of the coupon centre."""

    page: int = 1


class CouponClaimTap(Tap, prefix="1vg"):
    """Takes a coupon; `page` is the page of the centre to come back to."""

    coupon: Id
    page: int = 1


class WalletTap(Tap, prefix="1vw"):
    """A page of the person's own coupons: tab "available", "used" or "expired"."""

    tab: str = "available"
    page: int = 1


class CouponCodeTap(Tap, prefix="1vk"):
    """Asks for a coupon code; for a checkout it leads back there."""

    checkout: OptionalId = None


@dataclass(frozen=True, slots=True)
class ChooserTaps:
    """Where a chooser of coupons leads: to a claim, to none, to the best, to typing a code, back."""

    choose: Callable[[int], Tap]
    none: Tap
    best: Tap
    code: Tap
    back: Tap
