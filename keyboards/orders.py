"""Taps of checkout and orders. Whoever opens a checkout, an order or its payment from elsewhere imports them here."""

from __future__ import annotations

from keyboards.taps import Id, OptionalId, Tap


class BuyNowTap(Tap, prefix="1bn"):
    """Opens a checkout of one SKU beside the cart, which stays as it is."""

    sku: Id
    quantity: int = 1


class CheckoutOpenTap(Tap, prefix="1co"):
    """Opens a checkout of what is chosen in the cart."""


class CheckoutInTap(Tap, prefix="1cj"):
    """Opens a checkout of what is chosen in the cart and sold in one currency."""

    currency: str


class CheckoutTap(Tap, prefix="1ct"):
    """Shows a checkout as it stands now."""

    checkout: Id


class CheckoutAddressesTap(Tap, prefix="1ca"):
    """Lists the person's addresses to choose one for this checkout."""

    checkout: Id


class AddressChosenTap(Tap, prefix="1cb"):
    checkout: Id
    address: Id


class DeliveriesTap(Tap, prefix="1cd"):
    """Lists the ways of delivery to the chosen address."""

    checkout: Id


class DeliveryChosenTap(Tap, prefix="1ce"):
    checkout: Id
    code: str


class CheckoutCouponsTap(Tap, prefix="1cc"):
    """Lists the coupons that this checkout can use, and why it cannot use the others."""

    checkout: Id


class CouponChosenTap(Tap, prefix="1cg"):
    """Uses this claimed coupon; `claim` None means: no coupon."""

    checkout: Id
    claim: OptionalId = None


class BestCouponTap(Tap, prefix="1ch"):
    """Leaves the choice of the coupon to the shop: the one that saves most."""

    checkout: Id


class MethodsTap(Tap, prefix="1cm"):
    """Lists the ways to pay."""

    checkout: Id


class MethodChosenTap(Tap, prefix="1cn"):
    checkout: Id
    method: str


class CheckoutNoteTap(Tap, prefix="1cw"):
    """Asks for a note to the shop."""

    checkout: Id


class NoteClearedTap(Tap, prefix="1cy"):
    checkout: Id


class DropMissingTap(Tap, prefix="1cx"):
    """Takes what cannot be had any more out of the checkout and goes on with the rest."""

    checkout: Id


class PlaceTap(Tap, prefix="1pl"):
    """Places the order as version `version` of the checkout showed it."""

    checkout: Id
    version: int


class OrdersTap(Tap, prefix="1os"):
    """A page of the person's orders: those before the order `before`, after the order `after`, or the newest."""

    tab: str = "all"
    before: OptionalId = None
    after: OptionalId = None


class OrderSearchTap(Tap, prefix="1oq"):
    """Asks for an order number."""


class OrderTap(Tap, prefix="1o"):
    """Shows an order; `parcel` picks the parcel whose log is shown."""

    order: Id
    parcel: int = 1


class CancelOrderTap(Tap, prefix="1oc"):
    """Asks whether to cancel; with `sure` cancels."""

    order: Id
    sure: bool = False


class ConfirmReceiptTap(Tap, prefix="1or"):
    """Asks whether everything has arrived; with `sure` completes the order."""

    order: Id
    sure: bool = False


class ReorderTap(Tap, prefix="1ob"):
    """Puts what is still on sale of an order into the cart."""

    order: Id


class PayTap(Tap, prefix="1py"):
    """To the pay screen of an order."""

    order: Id
