"""Taps of digital codes: the customer's, and those of who keeps them."""

from __future__ import annotations

from keyboards.taps import Id, Tap


class CodesOfOrderTap(Tap, prefix="1ea"):
    """Shows the codes of an own order once more."""

    order: Id


class CodesTap(Tap, prefix="1eb"):
    """The codes of a SKU in numbers."""

    sku: Id


class LoadCodesTap(Tap, prefix="1ec"):
    """Asks for codes to add to a SKU."""

    sku: Id


class WithdrawCodesTap(Tap, prefix="1ed"):
    """Takes back the unsold codes of a batch: asks once, with `sure` does it."""

    batch: Id
    sure: bool = False
