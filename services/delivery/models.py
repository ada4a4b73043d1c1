from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class ZoneRow(Base):
    __tablename__ = "delivery_zones"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, str]]


class RegionRow(Base):
    """Which zone a region belongs to; the region "*" is every region without a row of its own."""

    __tablename__ = "delivery_regions"

    region: Mapped[str] = mapped_column(primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("delivery_zones.id"), index=True)


class MethodRow(Base):
    """A way of delivery to a zone; fees are minor units of `currency`, weights are grams."""

    __tablename__ = "delivery_methods"

    id: Mapped[int] = mapped_column(primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("delivery_zones.id"))
    code: Mapped[str]
    position: Mapped[int]
    name: Mapped[dict[str, str]]
    currency: Mapped[str]
    fee: Mapped[int]
    free_from: Mapped[int | None]
    first_g: Mapped[int]
    fee_per_kg: Mapped[int]
    most_g: Mapped[int | None]
    days_least: Mapped[int]
    days_most: Mapped[int]
    takes_cash: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("zone_id", "code"),
        CheckConstraint("fee >= 0 AND fee_per_kg >= 0 AND first_g >= 0", name="fees"),
        CheckConstraint("days_least >= 0 AND days_most >= days_least", name="days"),
    )
