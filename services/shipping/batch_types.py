from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from services.orders.types import Order
from services.shared.errors import Refusal
from services.shipping.types import ParcelItem

CHECKED, RUNNING, PAUSED, STOPPED, ENDED = "checked", "running", "paused", "stopped", "done"
RIGHT, FAULT, SHIPPED = "right", "fault", "shipped"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row of a file of parcels. `written` is order, carrier and number as they stand in the file; `row` its number
    there. `fault` is the code of a refusal and `facts` are its facts."""

    row: int
    written: tuple[str, str, str]
    order_id: int | None = None
    carrier: str = ""
    number: str = ""
    state: str = RIGHT
    fault: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def refusal(self) -> Refusal:
        """Why the row is at fault, as it was refused."""
        kind = type("StoredRefusal", (Refusal,), {"code": self.fault or Refusal.code})
        return kind(**self.facts)


@dataclass(frozen=True, slots=True)
class Batch:
    """A file of parcels: how many of its rows are shipped, still to ship (`right`), and at fault.

    `faults` are the first rows at fault.
    """

    id: int
    file_name: str
    actor_id: int
    actor_name: str
    state: str
    created_at: datetime
    done_at: datetime | None
    right: int
    shipped: int
    at_fault: int
    faults: tuple[BatchRow, ...] = ()

    @property
    def rows(self) -> int:
        return self.right + self.shipped + self.at_fault

    @property
    def over(self) -> bool:
        return self.state in (STOPPED, ENDED)


@dataclass(frozen=True, slots=True)
class ToShip:
    """An order that waits to be sent, and what of it; without `full` data its `order` has neither address nor note."""

    order: Order
    left: tuple[ParcelItem, ...]
    region: dict[str, str] | None


class BadBatch(Refusal):
    """The table is none of parcels. Facts: `reason`: columns, empty, large, and `most` rows."""

    code: ClassVar[str] = "bad-batch"


class RowFault(Refusal):
    """A row cannot be shipped as it stands. Facts: `reason`: unknown-order, unknown-carrier, no-number, which-carrier,
    order-twice, number-twice (`row`, the first one), elsewhere (`name`, whose file has it), refund-waits."""

    code: ClassVar[str] = "parcel-row"


class BatchMoved(Refusal):
    """This cannot be done with the batch any more. Facts: `reason`, its state."""

    code: ClassVar[str] = "batch-moved"
