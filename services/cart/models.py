from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class CartLineRow(Base):
    """One SKU in a person's cart. `seen_price` is the price that the person was shown last, in minor units of
    `seen_currency` ("" in rows of before there were several: the product's own).

    A removed line stays for as long as it can be had back.
    """

    __tablename__ = "cart_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    sku_id: Mapped[int]
    quantity: Mapped[int]
    selected: Mapped[bool]
    seen_price: Mapped[int]
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_currency: Mapped[str] = mapped_column(String(3), server_default="")

    __table_args__ = (
        UniqueConstraint("customer_id", "sku_id"),
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity"),
    )
