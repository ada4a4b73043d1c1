"""Taps of stock and prices behind the counter. What is typed goes through a step of the chat instead."""

from __future__ import annotations

from keyboards.taps import Id, OptionalId, Tap


class StockListTap(Tap, prefix="1uc"):
    """A page of the stock list: tab "low", "out", "slow" or "all", at the position `place`."""

    tab: str = "low"
    place: str = ""


class StockFindTap(Tap, prefix="1ud"):
    """Asks for a code or name to look for."""


class StockTap(Tap, prefix="1ue"):
    """A SKU's numbers."""

    sku: Id


class LedgerTap(Tap, prefix="1uf"):
    """A page of a SKU's movements, those before `before`."""

    sku: Id
    before: OptionalId = None


class StockChangeTap(Tap, prefix="1ug"):
    """Asks for a number: act "move", "count", "restock", "safety" or "price"."""

    sku: Id
    act: str


class StockUndoTap(Tap, prefix="1uh"):
    """Takes back what somebody changed by hand."""

    movement: Id


class LowRestockTap(Tap, prefix="1ui"):
    """On a card of low stock: asks how many pieces have come."""

    time: Id


class LowSleepTap(Tap, prefix="1uj"):
    """On a card of low stock: reminds of it in seven days."""

    time: Id


class PriceSureTap(Tap, prefix="1uk"):
    """Changes a price although it is below what the SKU costs."""

    change: Id


class PriceUndoTap(Tap, prefix="1ul"):
    """Puts back what a SKU cost before."""

    change: Id
