from __future__ import annotations

from services.shared.errors import Refusal


class NotOnSale(Refusal):
    """The goods are off the shelf. Facts: `name` where it is known."""

    code = "cart-not-on-sale"


class NotSoldInChat(Refusal):
    """Digital goods without a price in Telegram Stars, the only one that counts in the chat. Facts: `name`."""

    code = "cart-not-sold-in-chat"


class SoldOut(Refusal):
    """Nothing is left. Facts: `name`."""

    code = "cart-sold-out"


class NotEnough(Refusal):
    """More than there is. Facts: `available`, `name`."""

    code = "cart-not-enough"


class OverLimit(Refusal):
    """More than one order may have. Facts: `most`, `name`."""

    code = "cart-over-limit"


class CartFull(Refusal):
    """No more kinds of goods fit. Facts: `most`."""

    code = "cart-full"
