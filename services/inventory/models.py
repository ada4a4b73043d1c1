from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class StockRow(Base):
    """The pieces of a SKU: `on_hand` = `opening` + the sum of its movements; `reserved` is what reservations hold.

    With a `safety` stock > 0 the SKU is `low` while no more than that is free; whoever turns it tells the shop.
    """

    __tablename__ = "stock"

    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, autoincrement=False)
    opening: Mapped[int]
    on_hand: Mapped[int]
    reserved: Mapped[int] = mapped_column(default=0)
    safety: Mapped[int] = mapped_column(server_default="0")
    low: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved"),
    )


class LowStockRow(Base):
    """A time during which a SKU was low; the last one of a SKU is open while `ended_at` is not set.

    `shown` is how many pieces were free when its card was drawn last. While `asleep_until` lies ahead, nobody is
    reminded.
    """

    __tablename__ = "low_stock"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    shown: Mapped[int | None]
    asleep_until: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_low_stock_open", "sku_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )


class ReservationRow(Base):
    """Pieces that belong to an order. Held ones expire; committed ones stay until they are shipped or released.

    `shipped` of `quantity` have left the house; the rest counts in the stock's `reserved` while it is live.
    """

    __tablename__ = "reservations"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    quantity: Mapped[int]
    shipped: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("order_id", "sku_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("shipped >= 0 AND shipped <= quantity", name="shipped"),
        CheckConstraint("state IN ('held', 'committed', 'released', 'shipped')", name="state"),
        Index(
            "ix_reservations_held", "sku_id", "expires_at",
            sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'"),
        ),
    )


class StockMovementRow(Base):
    """Every change of `on_hand` after the opening: a sale, a return, an adjustment by a person with a reason.

    `cause` says what kind of adjustment it was, `name` who made it. `undone_by` is the movement that took it back.
    """

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)
    kind: Mapped[str]
    delta: Mapped[int]
    order_id: Mapped[int | None]
    actor: Mapped[str]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    cause: Mapped[str | None]
    name: Mapped[str | None]
    undone_by: Mapped[int | None]

    __table_args__ = (CheckConstraint("kind IN ('sale', 'return', 'adjustment')", name="kind"),)
