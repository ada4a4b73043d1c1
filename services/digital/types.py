from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.catalog.types import SkuFacts

# Many enough for a year of a small shop, few enough for one transaction.
MOST_AT_ONCE = 5_000
LONGEST_CODE = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """A list of codes that was loaded; `free` of its `loaded` ones have no order yet."""

    id: int
    loaded: int
    known: int
    free: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """The codes of a SKU in numbers: `waiting` pieces are paid and owed."""

    sku: SkuFacts
    free: int
    handed: int
    waiting: int
    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a list: new codes, those that the shop had already or that stood in it twice."""

    batch_id: int
    sku_id: int
    loaded: int
    known: int


@dataclass(frozen=True, slots=True)
class Filled:
    """What was handed over at once: pieces by line and by SKU. `waiting` lines still have none."""

    lines: Mapping[int, int]
    skus: Mapping[int, int]
    waiting: int


@dataclass(frozen=True, slots=True)
class Handed:
    """The codes of a line. They show in no text made of this."""

    line_id: int
    codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Codes to be sent. `first`: nobody has tried before. `told`: they have arrived already."""

    id: int
    order_id: int
    first: bool
    told: bool
    handed: tuple[Handed, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """A paid line that waits for codes."""

    order_id: int
    sku: SkuFacts
    quantity: int
    free: int
