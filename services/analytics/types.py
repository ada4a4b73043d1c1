from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.orders.figure_types import Bestseller, Placed, Waits
from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class Period:
    """[since, until), whole days of the shop's zone; `partial` while it is not over."""

    name: str
    since: datetime
    until: datetime
    partial: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day's net takings: what was captured less what was refunded on it."""

    begins: datetime
    net: Money


@dataclass(frozen=True, slots=True)
class Figures:
    """A period in numbers. `net` is captured less refunded; `before` is the same of the stretch right before, as long.

    `average` is what a placed order comes to; None without orders. `days` is empty for a single day.
    """

    period: Period
    net: Money
    refunded: Money
    before: Money
    placed: Placed
    average: Money | None
    newcomers: int
    bestsellers: tuple[Bestseller, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """What needs somebody at this moment, as far as the actor may know: the rest is None."""

    today: Figures | None
    waits: Waits | None
    approvals: int | None
    low_stock: int | None
