"""Figures about orders."""

from __future__ import annotations

from dataclasses import dataclass

from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class Placed:
    """Orders placed in a stretch of time that were not called off: how many, by how many people, and their total."""

    orders: int
    buyers: int
    pieces: int
    total: Money


@dataclass(frozen=True, slots=True)
class Bestseller:
    """A product by what was ordered of it; `sales` is after discounts."""

    product_id: int
    name: dict[str, str]
    pieces: int
    sales: Money


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits at this moment: orders ready to be sent, those that nobody has taken, and orders to be paid."""

    to_ship: int
    unclaimed: int
    to_pay: int
