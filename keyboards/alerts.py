"""Taps of what customers ask to be told."""

from __future__ import annotations

from keyboards.taps import Id, Tap


class WaitTap(Tap, prefix="1ubb"):
    """Tells, or no longer tells, when a SKU is back."""

    sku: Id
    on: bool = True
    back: str = ""


class WatchTap(Tap, prefix="1ubc"):
    """Tells, or no longer tells, when a saved product gets cheaper; `sku` is the one that the card shows."""

    sku: Id
    on: bool = True
    back: str = ""


class AlertsTap(Tap, prefix="1ubd"):
    """Everything that the person waits for."""

    page: int = 1


class AlertDropTap(Tap, prefix="1ube"):
    """No longer waits for a SKU ("restock") or for a lower price of a product ("price")."""

    kind: str
    row: Id
