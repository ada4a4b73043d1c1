from __future__ import annotations

from dataclasses import dataclass

from services.catalog.types import ListItem, SkuFacts
from services.shared.errors import Refusal
from services.shared.money import Money

# So many things one person may wait for, of each kind.
MOST = 50


class AlreadyBack(Refusal):
    """It can be had now: there is nothing to wait for. Facts: `sku_id`."""

    code = "alerts-already-back"


class TooManyAlerts(Refusal):
    """The person waits for as many things as they may. Facts: `most`."""

    code = "alerts-too-many"


@dataclass(frozen=True, slots=True)
class Waits:
    """What a person asked for of one card: word of this SKU's return, and of this product's getting cheaper."""

    restock: bool
    price: bool


@dataclass(frozen=True, slots=True)
class PriceAlert:
    """A watched product: what it cost when it was saved. Off the shelf, `item` is None."""

    product_id: int
    item: ListItem | None
    saved: Money | None


@dataclass(frozen=True, slots=True)
class Alerts:
    """Everything that a person waits for, the latest first."""

    restock: tuple[SkuFacts, ...]
    price: tuple[PriceAlert, ...]


@dataclass(frozen=True, slots=True)
class Cheaper:
    """What somebody is told: the product costs `drop` less than when they saved it."""

    item: ListItem
    drop: Money
