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
class Sales:
    """What was sold in a currency beside the shop's own. Amounts of two currencies are never added up."""

    net: Money
    refunded: Money
    orders: int
    total: Money


@dataclass(frozen=True, slots=True)
class Figures:
    """A period in numbers. `net` is captured less refunded; `before` is the same of the stretch right before, as long.

    All amounts are in the shop's own currency; `others` has what was sold in each other one, by its code.
    `average` is what a placed order comes to; None without orders. `days` is empty for a single day. `fees` is what
    providers kept of it, as far as they have said.
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
    others: tuple[Sales, ...]
    fees: Money


@dataclass(frozen=True, slots=True)
class Now:
    """What needs somebody at this moment, as far as the actor may know: the rest is None."""

    today: Figures | None
    waits: Waits | None
    approvals: int | None
    low_stock: int | None
