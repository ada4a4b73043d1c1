from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class RestockAlertRow(Base):
    """Somebody waits for a SKU that is sold out. Whoever tells them takes the row away first: they are told once."""

    __tablename__ = "restock_alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("customer_id", "sku_id"),)


class PriceAlertRow(Base):
    """Somebody wants to know when a saved product gets cheaper. Amounts in minor units.

    `saved` is what it cost when it was saved. They are told at a price under `below`, which that price then becomes; it
    is `saved` again when the price is back there.
    """

    __tablename__ = "price_alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    saved: Mapped[int]
    below: Mapped[int]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("customer_id", "product_id"),)
