from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to pay: `number` is 20 letters and digits, `status` pending, succeeded, failed, closed or mismatch."""

    id: int
    number: str
    order_id: int
    provider: str
    amount: Money
    status: str
    url: str | None
    created_at: datetime
    expires_at: datetime | None
    asked_at: datetime | None = None

    @property
    def reference(self) -> str:
        """The short code that a person writes on a bank transfer."""
        return self.number[-8:]


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A provider's word about a payment or a refund of attempt `number`.

    `provider_payment_id` names the movement of money: another id is another payment.
    """

    provider: str
    event_id: str
    kind: str
    status: str
    number: str
    provider_payment_id: str
    amount: Money
    created: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event came to.

    `word`: paid, revived, part, mismatch, refunded-late, refunded-double, failed; of refunds settled, known,
    foreign-refund; repeat for what was applied before.
    """

    word: str
    order_id: int


@dataclass(frozen=True, slots=True)
class Refund:
    """`reason`: late, double, overpaid, cancelled, staff. `status`: requested, pending, manual, succeeded, failed.

    `settled_by` names the member of staff who paid it out by hand.
    """

    id: int
    number: str
    order_id: int
    attempt: Attempt
    amount: Money
    reason: str
    status: str
    created_at: datetime
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A transfer slip as staff see it. `seen_before` when the same picture was sent for another payment."""

    id: int
    attempt: Attempt
    file_id: str
    is_document: bool
    status: str
    seen_before: bool


@dataclass(frozen=True, slots=True)
class PaymentState:
    """What the pay screen and the pay page show: the newest attempt, money so far, refunds under way.

    `token` is that of the pay page, empty while nobody has asked for its link.
    """

    order_id: int
    token: str
    attempt: Attempt | None
    received: Money
    refunds: tuple[Refund, ...]
    slips: tuple[Slip, ...]
