from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.payments.ledger_types import Entry, Takings
from services.payments.types import BillLine
from services.shared.money import Money

# We booked it and the bill has it not; the bill has it and we do not; both have it, with another amount.
MISSING, EXTRA, DIFFERENT = "missing", "extra", "different"
KINDS = (MISSING, EXTRA, DIFFERENT)
OPEN, EXPLAINED = "open", "explained"
# What became of a comparison: done, the provider had no bill (yet), the provider did not answer.
DONE, NO_BILL, SILENT = "done", "no-bill", "silent"


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference as the comparison finds it: `key` names it among those of its provider and day."""

    kind: str
    key: str
    entry: Entry | None
    line: BillLine | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a day's bill and the books come to. `pairs` are the lines of the day's bill with their entries; `waiting`
    are entries so near the day's end that only the next bill can tell."""

    pairs: tuple[tuple[Entry, BillLine], ...]
    findings: tuple[Finding, ...]
    waiting: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A provider's day as it was compared last. `lines` and `entries` count the bill's and the books' movements.

    `open` and `explained` count differences.
    """

    id: int
    provider: str
    day: date
    state: str
    ran_at: datetime
    lines: int
    entries: int
    matched: int
    waiting: int
    open: int = 0
    explained: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored difference. `movement` is capture or refund; `ours` is what the books have, `theirs` what the bill has.

    `at` is when it moved, as far as known from the bill, else from the books.
    """

    id: int
    run_id: int
    provider: str
    day: date
    kind: str
    movement: str
    number: str
    provider_number: str
    order_id: int | None
    ours: Money | None
    theirs: Money | None
    at: datetime
    state: str
    note: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayBooks:
    """A day of the shop in money: takings by provider and currency, comparisons of that day, and refunds that wait."""

    day: date
    takings: tuple[Takings, ...]
    runs: tuple[Run, ...]
    external: int
    outstanding: int
