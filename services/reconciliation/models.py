from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class ReconciliationRow(Base):
    """A provider's day (ISO, of its own calendar) as it was compared last."""

    __tablename__ = "reconciliations"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(32))
    day: Mapped[str] = mapped_column(String(10), index=True)
    state: Mapped[str] = mapped_column(String(16))
    ran_at: Mapped[datetime]
    lines: Mapped[int]
    entries: Mapped[int]
    matched: Mapped[int]
    waiting: Mapped[int]

    __table_args__ = (
        UniqueConstraint("provider", "day"),
        CheckConstraint("state IN ('done', 'no-bill', 'silent')", name="state"),
    )


class DifferenceRow(Base):
    """What the books and a bill do not agree about. Open ones are found anew each time, explained ones are kept."""

    __tablename__ = "reconciliation_differences"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("reconciliations.id"))
    key: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    movement: Mapped[str] = mapped_column(String(16))
    number: Mapped[str]
    provider_number: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    ours: Mapped[int | None]
    ours_currency: Mapped[str | None] = mapped_column(String(3))
    theirs: Mapped[int | None]
    theirs_currency: Mapped[str | None] = mapped_column(String(3))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), index=True)
    note: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("run_id", "key"),
        CheckConstraint("kind IN ('missing', 'extra', 'different')", name="kind"),
        CheckConstraint("state IN ('open', 'explained')", name="state"),
    )
