from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.orders.note_types import OrderNote
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
    order_id: int = 0
    carrier_code: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An order as the staff group sees it: nobody's name in full, no street, no phone.

    `customer` is masked ("林**"), `orders` counts what this customer has ordered so far, `refundable` is what the shop
    still holds. `can_finish`: it can be handed over, or done, now. `left` is what has not been sent yet; `notes` are
    the newest, oldest of them first. `waiting` is a refund that a second person has not agreed to yet. `blocked`: the
    customer cannot be written to. `ready_at` is when it could go to work.
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
    left: tuple[ParcelItem, ...] = ()
    notes: tuple[OrderNote, ...] = ()
    waiting: Money | None = None
    blocked: bool = False
    ready_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a member of staff is putting together for an order: a parcel, or pieces to give back (`kind`).

    `version` is the order's when it was drawn; `items` are pieces by line. `carrier` and `number` are "" until known.
    """

    id: int
    order_id: int
    staff_id: int
    kind: str
    carrier: str
    number: str
    items: tuple[ParcelItem, ...]
    version: int
    shipment_id: int | None


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """A refund was requested (`amount` goes back now), or waits for a second person (`approval_id`)."""

    amount: Money
    approval_id: int | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """An order was handed over; `cash` is what was taken at the door."""

    order_id: int
    cash: Money | None
