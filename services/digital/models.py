from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class DigitalBatchRow(Base):
    """A list of codes that somebody loaded: how many were new, and how many the shop had already."""

    __tablename__ = "digital_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)
    loaded: Mapped[int]
    known: Mapped[int]
    actor: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]


class DigitalDueRow(Base):
    """Codes that a paid line of an order is owed: `quantity` of them, all at once.

    `waiting` until there are enough, then `filled`; `by-hand` when staff handed the goods over themselves, `off` when
    they are not wanted any more.
    """

    __tablename__ = "digital_dues"

    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(index=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('waiting', 'filled', 'by-hand', 'off')", name="state"),
        Index(
            "ix_digital_dues_waiting", "sku_id", "created_at",
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
    )


class DigitalCodeRow(Base):
    """A code, sealed; `fingerprint` is the keyed index by which the same one is known again. Free without a line.

    The key of the line makes it one line's for ever: there is no way back.
    """

    __tablename__ = "digital_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("digital_batches.id"), index=True)
    sealed: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(32), unique=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("digital_dues.line_id"), index=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("digital_deliveries.id"), index=True)

    __table_args__ = (
        CheckConstraint("(line_id IS NULL) = (delivery_id IS NULL)", name="handed"),
        Index(
            "ix_digital_codes_free", "sku_id", "id",
            sqlite_where=text("line_id IS NULL"), postgresql_where=text("line_id IS NULL"),
        ),
    )


class DigitalDeliveryRow(Base):
    """Codes of an order that were handed over together. `begun_at` is set before they are sent, `told_at` after.

    Begun and not told, nobody knows whether they arrived.
    """

    __tablename__ = "digital_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
