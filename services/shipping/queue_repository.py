"""What the queue must know beside the orders themselves, as parts of its statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from services.payments import unsettled_repository
from services.shipping.models import ShipmentRow
from services.staff import approvals_repository

SHIPMENTS = ShipmentRow.__table__


def waiting_refunds(act: str) -> tuple[Select[Any], ...]:
    """The ids of orders with money on its way back, or with a refund that a second person has not agreed to yet."""
    return approvals_repository.subjects(act, "order:"), unsettled_repository.orders()


def with_parcel(number: str) -> Select[Any] | None:
    """The ids of orders of which a parcel has this number."""
    return select(SHIPMENTS.c.order_id).where(SHIPMENTS.c.number == number) if number else None
