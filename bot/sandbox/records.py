"""The sandbox's own records: payments made known to it, and the notices it owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import MetaData, String, Table, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.shared.db import Tx
from services.shared.ids import random_code, token
from services.shared.models import Key, UtcDateTime
from services.shared.money import Money


class SandboxBase(DeclarativeBase):
    if TYPE_CHECKING:
        __table__: ClassVar[Table]  # type: ignore[assignment]

    metadata = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: Key, datetime: UtcDateTime()}


class PaymentRow(SandboxBase):
    __tablename__ = "payments"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    session: Mapped[str] = mapped_column(String(32), unique=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    title: Mapped[str]
    return_url: Mapped[str]
    expires_at: Mapped[datetime | None]
    closed: Mapped[bool]


class NoticeRow(SandboxBase):
    """A notice to the shop, repeated until it is answered 2xx. `happened_at` is when the money moved."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(32), unique=True)
    payment: Mapped[str] = mapped_column(String(32), index=True)
    type: Mapped[str] = mapped_column(String(32))
    provider_payment_id: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    happened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    http_status: Mapped[int | None]
    attempts: Mapped[int]


PAID, FAILED, REFUNDED = "payment.succeeded", "payment.failed", "refund.succeeded"
PAYMENTS, NOTICES = PaymentRow.__table__, NoticeRow.__table__


@dataclass(frozen=True, slots=True)
class Payment:
    number: str
    session: str
    amount: Money
    title: str
    return_url: str
    expires_at: datetime | None
    closed: bool


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    event_id: str
    payment: str
    type: str
    provider_payment_id: str
    amount: int
    currency: str
    happened_at: datetime
    due_at: datetime | None
    http_status: int | None
    attempts: int

    @property
    def body(self) -> dict[str, Any]:
        """The notice as the shop gets it."""
        return {
            "id": self.event_id, "type": self.type, "payment": self.payment,
            "provider_payment_id": self.provider_payment_id, "amount": self.amount, "currency": self.currency,
            "created": int(self.happened_at.timestamp()),
        }


def register(tx: Tx, number: str, amount: Money, title: str, return_url: str, expires_at: datetime | None) -> Payment:
    """Makes a payment known; the same number again gives the same payment."""
    known = payment(tx, number=number)
    if known is not None:
        return known
    row = {"number": number, "session": token(), "amount": amount.amount, "currency": amount.currency, "title": title,
           "return_url": return_url, "expires_at": expires_at, "closed": False}
    tx.execute(insert(PAYMENTS), row)
    return Payment(number, row["session"], amount, title, return_url, expires_at, False)


def payment(tx: Tx, **by: str) -> Payment | None:
    """The payment by its `number` or its `session`."""
    row = tx.first(select(PAYMENTS).filter_by(**by))
    if row is None:
        return None
    return Payment(row.number, row.session, Money(row.amount, row.currency), row.title, row.return_url, row.expires_at,
                   row.closed)


def close(tx: Tx, number: str) -> None:
    tx.execute(update(PAYMENTS).where(PAYMENTS.c.number == number).values(closed=True))


def notify(
    tx: Tx, number: str, type_: str, amount: Money, *, provider_payment_id: str | None = None,
    happened_at: datetime | None = None, due_at: datetime | None = None,
) -> None:
    """Notes that something happened and that the shop is to be told at `due_at`; a repeat of the same is dropped."""
    movement = provider_payment_id or f"sbx_{random_code(16)}"
    same = select(NOTICES.c.id).where(NOTICES.c.provider_payment_id == movement, NOTICES.c.type == type_)
    if tx.first(same) is None:
        tx.execute(insert(NOTICES), {
            "event_id": f"evt_{random_code(16)}", "payment": number, "type": type_, "provider_payment_id": movement,
            "amount": amount.amount, "currency": amount.currency, "happened_at": happened_at or tx.now,
            "due_at": due_at or happened_at or tx.now, "http_status": None, "attempts": 0,
        })


def refund(tx: Tx, number: str, refund_number: str, amount: Money) -> tuple[str, str]:
    """Gives money back, once for each refund number, and never more than came; returns (status, our reference).

    A new refund is "pending" until its notice; the same number again is told what became of it.
    """
    reference = f"rf_{refund_number}"
    known = notices(tx, number)
    if any(notice.provider_payment_id == reference for notice in known):
        return "succeeded", reference
    came = sum(n.amount for n in known if n.type == PAID and n.happened_at <= tx.now)
    went = sum(n.amount for n in known if n.type == REFUNDED)
    if not 0 < amount.amount <= came - went:
        return "failed", reference
    notify(tx, number, REFUNDED, amount, provider_payment_id=reference)
    return "pending", reference


def notices(tx: Tx, number: str) -> list[Notice]:
    """All notices of a payment, newest first."""
    rows = tx.rows(select(NOTICES).where(NOTICES.c.payment == number).order_by(NOTICES.c.id.desc()))
    return [Notice(**row._mapping) for row in rows]


def outcome(tx: Tx, number: str) -> Notice | None:
    """What has happened to a payment so far: its success if there is one, else its last failure."""
    happened = [notice for notice in notices(tx, number)
                if notice.type.startswith("payment.") and notice.happened_at <= tx.now]
    return next((n for n in happened if n.type == PAID), happened[0] if happened else None)


def due(tx: Tx, most: int) -> list[Notice]:
    """Notices to be sent now, oldest first."""
    wanted = select(NOTICES).where(NOTICES.c.due_at <= tx.now).order_by(NOTICES.c.due_at, NOTICES.c.id).limit(most)
    return [Notice(**row._mapping) for row in tx.rows(wanted)]


def note_answer(tx: Tx, notice: Notice, http_status: int | None, next_at: datetime | None) -> None:
    """Notes how the shop answered, and when to try again if it did not take the notice."""
    changes = {"http_status": http_status, "attempts": notice.attempts + 1, "due_at": next_at}
    tx.execute(update(NOTICES).where(NOTICES.c.id == notice.id).values(changes))


