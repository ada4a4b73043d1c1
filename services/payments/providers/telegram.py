"""Telegram Payments: an ordinary currency, taken by the payment provider behind a token of @BotFather.

Telegram has no call that asks about such a payment, closes it or gives it back: it tells of one once, in the chat, and
refunds are made with the provider's own tools under its charge number (`provider_charge` of the attempt's facts).
"""

from __future__ import annotations

from datetime import date

from services.payments.provider import Accepts, NoBill, RefundResult
from services.payments.providers.telegram_invoices import TELEGRAM, InvoiceGateway, Invoicing
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund


class TelegramPayments(Invoicing):
    """Takes `currencies`, which the payment provider behind the token must know."""

    code = TELEGRAM

    def __init__(self, gateway: InvoiceGateway, token: str, currencies: frozenset[str]) -> None:
        super().__init__(gateway, token)
        self.accepts = Accepts(currencies=currencies, kinds=frozenset({"physical", "service"}))

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        return None

    async def refund(self, refund: Refund) -> RefundResult:
        return RefundResult("manual", refund.number)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        raise NoBill()
