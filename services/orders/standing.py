"""How an order stands with money, for the areas that move it: no lines, nothing sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.orders import repository
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class Standing:
    """`cancel_reason` is the word the order was last cancelled with: expired, customer, staff…"""

    id: int
    number: str
    customer_id: int
    state: str
    payment: str
    fulfilment: str
    total: Money
    payment_method: str
    expires_at: datetime | None
    cancel_reason: str | None
    language: str


def lock(tx: Tx, order_id: int) -> Standing:
    """The order's standing, which nobody else changes until this transaction ends. Raises NotFound."""
    return _standing(repository.lock(tx, order_id))


def read(tx: Tx, order_id: int) -> Standing:
    """The order's standing now. Raises NotFound."""
    return _standing(repository.find_row(tx, order_id))


def _standing(row: Row[Any] | None) -> Standing:
    if row is None:
        raise NotFound()
    return Standing(row.id, row.number, row.customer_id, row.state, row.payment, row.fulfilment,
                    Money(row.total, row.currency), row.payment_method, row.expires_at, row.cancel_reason, row.language)
