from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from services.payments.models import RefundRow

REFUNDS = RefundRow.__table__


def orders() -> Select[Any]:
    """The ids of orders with a refund that is neither done nor failed, one made in a provider's console too."""
    return select(REFUNDS.c.order_id).where(REFUNDS.c.status.in_(("requested", "pending", "manual", "external")))
