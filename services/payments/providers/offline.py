"""Ways to pay that no machine confirms: cash on delivery and bank transfer. People confirm them and pay refunds out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.payments.errors import BadSignature
from services.payments.provider import Accepts, NoBill, RefundResult, Started, StartRequest
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund

CASH_ON_DELIVERY = "cash_on_delivery"
BANK_TRANSFER = "bank_transfer"


@dataclass(frozen=True, slots=True)
class Offline:
    """A provider without a machine behind it. `account` are the lines (label, value) that a payer needs."""

    code: str
    account: tuple[tuple[str, str], ...] = ()
    online: bool = False
    accepts: Accepts = Accepts()  # noqa: RUF009 - frozen itself
    acknowledgement: str = ""

    async def start(self, request: StartRequest) -> Started:
        return Started(None)

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        raise BadSignature()

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        return None

    async def close(self, attempt: Attempt) -> None:
        return None

    async def refund(self, refund: Refund) -> RefundResult:
        return RefundResult("manual", refund.number)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        raise NoBill()

    async def aclose(self) -> None:
        return None
