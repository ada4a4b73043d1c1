from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.shared.money import Money

CAPTURE, REFUND, FEE, FEE_RETURN, DISPUTE, DISPUTE_RETURN = (
    "capture", "refund", "fee", "fee-return", "dispute", "dispute-return"
)

# The accounts beside those of the providers ("provider:<code>": money there, in the bank, in the till). What stands on
# `ORDERS` below zero is owed against goods; `FEES` and `DISPUTES` are what the shop lost to them.
ORDERS, FEES, DISPUTES = "orders", "fees", "disputes"
# Kind of entry -> the account beside the provider's, and whether the provider's grows.
SIDES = {
    CAPTURE: (ORDERS, True), REFUND: (ORDERS, False), FEE: (FEES, False), FEE_RETURN: (FEES, True),
    DISPUTE: (DISPUTES, False), DISPUTE_RETURN: (DISPUTES, True),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal, as `models.LedgerRow` says."""

    id: int
    order_id: int | None
    attempt_id: int | None
    provider: str
    kind: str
    reference: str
    number: str
    provider_number: str
    amount: Money
    at: datetime
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement to be booked; the fields are those of an entry. `attempt_id` None for what stands alone."""

    kind: str
    provider: str
    amount: Money
    reference: str
    actor: str
    moved_at: datetime
    order_id: int | None = None
    attempt_id: int | None = None
    number: str = ""
    provider_number: str = ""
    about_id: int | None = None


@dataclass(frozen=True, slots=True)
class Takings:
    """What a provider's account did in a stretch of time, in one currency; `fees` less those given back."""

    provider: str
    captured: Money
    refunded: Money
    fees: Money
    disputed: Money

    @property
    def net(self) -> Money:
        """What is left of what came."""
        return self.captured - self.refunded - self.fees - self.disputed
