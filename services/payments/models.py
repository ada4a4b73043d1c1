from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event, text
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
    """An entry of the journal: money moved, append-only. `amount` > 0 in minor units; `PostingRow` has its two sides.

    `reference` names the movement once for its attempt; `number` is ours (of the attempt or the refund), empty where
    there is none, and `provider_number` the provider's. `at` is when it was booked, `moved_at` when the provider says
    that it moved. A fee is about the movement `about_id`; one that stands alone has no attempt and no order.
    """

    __tablename__ = "payment_ledger"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("payment_attempts.id"))
    provider: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(160))
    number: Mapped[str] = mapped_column(String(32), index=True, server_default="")
    provider_number: Mapped[str] = mapped_column(String(128), index=True, server_default="")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("payment_ledger.id"), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    moved_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("kind", "attempt_id", "reference"),
        # A key with an empty column holds nothing: fees that stand alone have one of their own.
        Index("uq_payment_ledger_alone", "provider", "kind", "reference", unique=True,
              sqlite_where=text("attempt_id IS NULL"), postgresql_where=text("attempt_id IS NULL")),
        Index("ix_payment_ledger_provider_moved_at", "provider", "moved_at"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "kind IN ('capture', 'refund', 'fee', 'fee-return', 'dispute', 'dispute-return')", name="kind"
        ),
    )


class PostingRow(Base):
    """One side of an entry: `amount` (signed, in minor units) onto `account`. Those of an entry add up to nothing."""

    __tablename__ = "ledger_postings"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("payment_ledger.id"))
    account: Mapped[str] = mapped_column(String(64), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))

    __table_args__ = (UniqueConstraint("entry_id", "account"), CheckConstraint("amount <> 0", name="amount"))


# What is in the books is never changed or taken out, whoever writes to the database: a wrong entry gets another one
# against it. Emptying a whole table (TRUNCATE, DROP) is not stopped: that is its owner's, and nobody does it unseen.
_KEPT = (LedgerRow.__tablename__, PostingRow.__tablename__)
LEDGER_DDL = {
    "sqlite": tuple(
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in _KEPT for act in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', "
        "ERRCODE = 'restrict_violation'; END $$",
        *(statement for table in _KEPT for statement in (
            f"DROP TRIGGER IF EXISTS {table}_kept ON {table}",
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        )),
    ),
}
LEDGER_DROP_DDL = {
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS {table}_no_{act}" for table in _KEPT for act in ("update", "delete")
    ),
    "postgresql": (
        *(f"DROP TRIGGER IF EXISTS {table}_kept ON {table}" for table in _KEPT),
        "DROP FUNCTION IF EXISTS refuse_change()",
    ),
}

# The postings are made last, and both tables stand by then.
for _dialect, _statements in LEDGER_DDL.items():
    for _statement in _statements:
        event.listen(PostingRow.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))


class RefundRow(Base):
    """Money on its way back. The row is written under the order's lock before the provider is asked.

    One with the reason "external" was begun in the provider's own console: the provider is never asked for it, and
    people book it or say in `note` why not.
    """

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
    note: Mapped[str] = mapped_column(server_default="")

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
