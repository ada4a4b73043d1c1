"""What people write about an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OrderNote:
    """`kind` is note (for staff alone), told (to the customer) or heard (from them); `name` wrote it.

    `failed` says why what was told did not arrive: "blocked".
    """

    id: int
    order_id: int
    kind: str
    staff_id: int | None
    name: str
    text: str
    at: datetime
    failed: str | None
