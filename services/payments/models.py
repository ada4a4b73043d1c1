from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class PaymentLinkRow(Base):
    """The capability of an order's pay page. One for each order: the QR stays good when the method changes."""

    __tablename__ = "payment_links"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(32), unique=True)


class PaymentAttemptRow(Base):
    """One try to pay an order by one method: its own number, a frozen amount, and where it stands."""

    __tablename__ = "payment_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    provider: Mapped[str] = mapped_column(String(32))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16), server_default="")
    url: Mapped[str | None]
    code: Mapped[str | None]
    form: Mapped[dict[str, str] | None]
    fresh_until: Mapped[datetime | None]
    facts: Mapped[dict[str, str]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    next_poll_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("status IN ('pending', 'succeeded', 'failed', 'closed', 'mismatch')", name="status"),
    )


class PaymentEventRow(Base):
    """What a provider told us, once: unique by its event id and by payment and status.

    `raw` is the notice as it came, sealed; an answer to a question of ours has none.
    """

    __tablename__ = "payment_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(32))
    event_id: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempts.id"), index=True)
    provider_payment_id: Mapped[str] = mapped_column(String(128))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    outcome: Mapped[str] = mapped_column(String(32))
    raw: Mapped[str] = mapped_column(server_default="")
    received_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        UniqueConstraint("provider", "provider_payment_id", "kind", "status"),
    )


class LedgerRow(Base):
    """Money moved: a capture or a refund, append-only. `amount` > 0 in minor units of the order's currency."""

    __tablename__ = "payment_ledger"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(160))
    amount: Mapped[int]
    actor: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("kind", "attempt_id", "reference"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("kind IN ('capture', 'refund')", name="kind"),
    )


class RefundRow(Base):
    """Money on its way back. The row is written under the order's lock before the provider is asked."""

    __tablename__ = "refunds"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempts.id"), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str | None] = mapped_column(String(128))
    actor: Mapped[str]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "status IN ('requested', 'pending', 'manual', 'external', 'succeeded', 'failed')", name="status"
        ),
    )


class SlipRow(Base):
    """A photo of a bank transfer. Evidence for staff, never money by itself."""

    __tablename__ = "payment_slips"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempts.id"), index=True)
    file_id: Mapped[str]
    file_unique_id: Mapped[str] = mapped_column(String(128), index=True)
    is_document: Mapped[bool]
    status: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("status IN ('waiting', 'confirmed', 'rejected')", name="status"),)
