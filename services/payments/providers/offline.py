"""Ways to pay that no machine confirms: cash on delivery and bank transfer. People confirm them and pay refunds out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.payments.errors import BadSignature
from services.payments.provider import RefundResult, Started, StartRequest
from services.payments.types import Attempt, PaymentEvent, Refund

CASH_ON_DELIVERY = "cash_on_delivery"
BANK_TRANSFER = "bank_transfer"


@dataclass(frozen=True, slots=True)
class Offline:
    """A provider without a machine behind it. `account` are the lines (label, value) that a payer needs."""

    code: str
    account: tuple[tuple[str, str], ...] = ()
    online: bool = False

    async def start(self, request: StartRequest) -> Started:
        return Started(None)

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentEvent:
        raise BadSignature()

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        return None

    async def close(self, attempt: Attempt) -> None:
        return None

    async def refund(self, refund: Refund) -> RefundResult:
        return RefundResult("manual", refund.number)

    async def aclose(self) -> None:
        return None
