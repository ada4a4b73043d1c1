from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.orders.types import Order
from services.shared.money import Money

SHIPPED, DELIVERED = "shipped", "delivered"


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """So many pieces of an order's line."""

    line_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """News of a parcel: `kind` is "shipped" or "delivered"."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as its customer sees it; `carrier` is its name, `events` are newest first."""

    id: int
    carrier: dict[str, str]
    number: str
    items: tuple[ParcelItem, ...]
    events: tuple[TrackingEvent, ...]
    shipped_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Card:
    """An order as the staff group sees it: nobody's name in full, no street, no phone.

    `customer` is masked ("林**"), `orders` counts what this customer has ordered so far, `refundable` is what the shop
    still holds. `can_finish`: it can be handed over, or done, now.
    """

    order: Order
    customer: str
    region: dict[str, str] | None
    orders: int
    refundable: Money
    parcels: tuple[Parcel, ...]
    ready: bool
    can_ship: bool
    can_finish: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """An order was handed over; `cash` is what was taken at the door."""

    order_id: int
    cash: Money | None
