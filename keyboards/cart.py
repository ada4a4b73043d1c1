"""Taps of the cart. Lines are named by their SKU, so that a button of yesterday means the same goods today."""

from __future__ import annotations

from keyboards.taps import Id, OptionalId, Tap


class CartTap(Tap, prefix="1k"):
    """The cart, with the keys of the line `focus` in reach, or a page of it."""

    focus: OptionalId = None
    page: int = 1


class CartStepTap(Tap, prefix="1ks"):
    """One piece more, or less."""

    sku: Id
    up: bool


class CartQuantityTap(Tap, prefix="1kq"):
    """Asks for a quantity to be typed."""

    sku: Id


class CartSelectTap(Tap, prefix="1kc"):
    """Chooses a line for the next order, or leaves it for later."""

    sku: Id
    wanted: bool


class CartSelectAllTap(Tap, prefix="1ka"):
    wanted: bool


class CartRemoveTap(Tap, prefix="1kr"):
    sku: Id


class CartUndoTap(Tap, prefix="1ku"):
    """Puts a removed line back, for a minute."""

    sku: Id


class CartClearTap(Tap, prefix="1kx"):
    """Takes out what cannot be ordered."""


class CartFitTap(Tap, prefix="1kf"):
    """Brings quantities down to what can be had."""
