"""How many orders came, of what, and what waits for the shop."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.orders import figures_repository as repository
from services.orders.figure_types import Bestseller, Placed, Waits
from services.shared.db import Tx
from services.shared.money import Money


def placed(tx: Tx, currency: str, since: datetime, until: datetime) -> Placed:
    """Orders of [since, until) that are not cancelled."""
    return repository.placed(tx, currency, since, until)


def placed_in_others(tx: Tx, currency: str, since: datetime, until: datetime) -> tuple[tuple[int, Money], ...]:
    """How many orders of [since, until) are in each currency but `currency`, and what they come to; by its code."""
    return repository.placed_in_others(tx, currency, since, until)


def bestsellers(tx: Tx, currency: str, since: datetime, until: datetime, most: int) -> tuple[Bestseller, ...]:
    """The products of those orders with the largest sales first."""
    return repository.bestsellers(tx, currency, since, until, most)


def waits(tx: Tx) -> Waits:
    return repository.waits(tx)


def numbers(tx: Tx, order_ids: Collection[int]) -> dict[int, str]:
    """The numbers of orders by id."""
    return repository.numbers(tx, order_ids) if order_ids else {}
