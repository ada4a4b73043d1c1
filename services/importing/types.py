from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# In the order of the template.
COLUMNS = (
    "product", "sku", "name_zh", "name_en", "category", "brand", "model", "options", "price", "list_price", "cost",
    "stock", "safety", "tags", "description_zh", "description_en", "specs", "pictures", "facts", "shelf",
)

# Begin the columns of prices in the shop's further currencies: "price_usd".
PRICE_IN, LIST_PRICE_IN = "price_", "list_price_"


def columns_of(currencies: Iterable[str]) -> tuple[str, ...]:
    """All columns of a shop that has prices in these currencies beside its own."""
    return COLUMNS + tuple(f"{begin}{each.lower()}" for each in currencies for begin in (PRICE_IN, LIST_PRICE_IN))


def currency_of(column: str) -> str | None:
    """The currency of "price_usd" or "list_price_usd"; None for columns that are always there."""
    if column in COLUMNS or not column.startswith((PRICE_IN, LIST_PRICE_IN)):
        return None
    return column.rpartition("_")[2].upper()


CHECKING, CHECKED, RUNNING, PAUSED, STOPPED, DONE, UNDOING, UNDONE, DROPPED = (
    "checking", "checked", "running", "paused", "stopped", "done", "undoing", "undone", "dropped",
)
NEW, CHANGED, SAME, FAILED = "new", "changed", "same", "failed"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file: its number there (the heading is 1) and its filled cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be used; `facts` fill the words of `reason`."""

    column: str
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A row after the check. `product` is the code that it belongs to."""

    record: Record
    product: str
    fault: Fault | None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What the check of a file found: its rows, and what would become of each product (new, changed, same)."""

    rows: tuple[Checked, ...]
    actions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which products a file is to hold: on the shelf ("on"), "off" it or "all"; of a category and below; with a tag."""

    shelf: str = "all"
    category_id: int | None = None
    tag_id: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """An import. Counts of rows: `rows` in the file, `faults` of them; of products: `planned` by what the check
    expected, `done` by what really became of them. `kept` are those that taking back could not restore."""

    id: int
    file_name: str
    actor_id: int
    actor_name: str
    language: str
    state: str
    rows: int
    faults: int
    warnings: Mapping[str, int]
    pictures: Mapping[str, str]
    planned: Mapping[str, int]
    done: Mapping[str, int]
    kept: int
    runs: int
    created_at: datetime
    started_at: datetime | None
    done_at: datetime | None

    @property
    def total(self) -> int:
        """How many products there are to write."""
        return sum(self.planned.values())

    @property
    def finished(self) -> int:
        return sum(self.done.values())


@dataclass(frozen=True, slots=True)
class BatchView:
    """An import with all that its screen says: its first `faults`, products that were `kept` from being written or
    taken back with the reason's word, an `earlier` import of the same file, and tags that the shop does not have."""

    batch: Batch
    faults: tuple[Checked, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    earlier: Batch | None = None
    unknown_tags: tuple[str, ...] = ()
