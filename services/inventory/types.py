from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.catalog.types import SkuFacts

# How many days of sales a forecast looks at, and how long what it suggests shall last.
DAYS = 30
PAGE = 8
# What the stock list can be narrowed to.
LOW, OUT, SLOW, ALL = "low", "out", "slow", "all"
TABS = (LOW, OUT, SLOW, ALL)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`sold` pieces in the last 30 days; `days` until the free ones are gone (None: nothing sells); what to order."""

    sold: int
    days: int | None
    order: int


@dataclass(frozen=True, slots=True)
class LowStock:
    """A time during which a SKU was low, until `ended_at`. `free` and `safety` are of now."""

    time_id: int
    sku: SkuFacts
    free: int
    safety: int
    forecast: Forecast
    ended_at: datetime | None
    asleep_until: datetime | None


@dataclass(frozen=True, slots=True)
class StockLine:
    """A SKU on the stock list."""

    sku: SkuFacts
    on_hand: int
    free: int
    safety: int
    low: bool


@dataclass(frozen=True, slots=True)
class StockPage:
    """A page of the list; `before` and `after` are packed positions of its neighbours, "" where there is none."""

    tab: str
    lines: tuple[StockLine, ...]
    counts: dict[str, int]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StockCard:
    """The pieces of a SKU. on hand − held − committed = available.

    `held` wait for payment, `committed` are sold and not yet shipped.
    """

    sku: SkuFacts
    on_hand: int
    held: int
    committed: int
    available: int
    safety: int
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of what is on hand. `kind` is sale, return or adjustment; `cause` says which adjustment.

    `name` is who made it, "" for the system itself. `undone` says that it was taken back.
    """

    id: int
    kind: str
    cause: str
    delta: int
    order_id: int | None
    name: str
    reason: str
    undone: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Ledger:
    """A page of a SKU's movements, newest first; `after` is the id to go on before, None at the end."""

    sku: SkuFacts
    movements: tuple[Movement, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a person changed: the movement, and on hand before and after."""

    movement_id: int
    sku_id: int
    before: int
    on_hand: int
    free: int
