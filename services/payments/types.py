from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to pay: `number` is 20 letters and digits, `status` pending, succeeded, failed, closed or mismatch.

    `channel` is the provider's product where it has several ("h5"), "" for its first one. What opens the payment is
    good until `fresh_until` (None: as long as the attempt): `url` for a browser, `code` for a QR that only the
    provider's app reads, `form` to be posted to `url`. `facts` are what the provider needs to recognise it again.
    """

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
    channel: str = ""
    code: str | None = None
    form: Mapping[str, str] | None = None
    fresh_until: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The short code that a person writes on a bank transfer."""
        return self.number[-8:]


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A provider's word about attempt `number`: `kind` payment, refund or dispute.

    `status` of a payment: succeeded, failed; of a refund: succeeded, failed, pending; of a dispute: asked (no money
    has moved), opened, won, lost. `provider_payment_id` names the movement of money (the payment, the refund, the
    dispute): another id is another one. `refund_number` is our number of a refund where the provider repeats it. `fee`
    is what the provider keeps of it, None where it does not say. `facts` are added to those of the attempt.
    """

    provider: str
    event_id: str
    kind: str
    status: str
    number: str
    provider_payment_id: str
    amount: Money
    created: datetime
    refund_number: str = ""
    fee: Money | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a provider's bill: `kind` capture, refund or fee; `number` is ours (of the attempt or the refund),
    empty where the bill has none; `amount` > 0; `fee` may be negative where it is given back."""

    kind: str
    number: str
    provider_number: str
    amount: Money
    fee: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event came to.

    `word`: paid, revived, part, mismatch, refunded-late, refunded-double, failed; of refunds settled, assumed (settled,
    by its amount alone), known, external (waits for people), foreign-refund (people are told, nothing is kept), bounced
    (done, and failed after all); of disputes disputed; repeat for what was applied before.
    """

    word: str
    order_id: int


@dataclass(frozen=True, slots=True)
class Refund:
    """`reason`: late, double, overpaid, cancelled, staff, external (made in the provider's own console).

    `status`: requested, pending, manual, external (waits for a person to look at it), succeeded, failed.
    `reference` is the provider's number of it. `settled_by` names the member of staff who decided it by hand, `note`
    says why they did not book it.
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
    reference: str | None = None
    note: str = ""


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

    @property
    def told_refunds(self) -> tuple[Refund, ...]:
        """Those that the customer may hear of: what was made in a provider's console, once people have booked it."""
        return tuple(each for each in self.refunds if each.reason != "external" or each.status == "succeeded")
