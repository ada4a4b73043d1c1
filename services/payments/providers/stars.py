"""Telegram Stars (XTR): the money for digital goods inside Telegram. The bot's own account is the book of record.

A payment whose message was lost is found in the account by its payload. Stars go back only as a whole payment
(`refundStarPayment`); a part of one is left to people.
"""

from __future__ import annotations

from datetime import UTC, date

from services.payments.provider import Accepts, NoBill, RefundResult, Refused
from services.payments.providers.star_account import StarAccount
from services.payments.providers.telegram_invoices import (
    STAR_CURRENCY,
    STARS,
    InvoiceGateway,
    Invoicing,
    charges,
    movement,
    paid,
)
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import Clock
from services.shared.money import Money

# Whole Stars for one invoice. Unverified: known from practice, and said to be higher for some.
_MOST = 10_000
# Telegram's word for a refund that it made before.
_DONE_BEFORE = "CHARGE_ALREADY_REFUNDED"


class Stars(Invoicing):
    code = STARS
    accepts = Accepts(currencies=frozenset({STAR_CURRENCY}), most=_MOST, kinds=frozenset({"digital"}))

    def __init__(self, gateway: InvoiceGateway, clock: Clock) -> None:
        super().__init__(gateway)
        self._clock = clock
        self._account = StarAccount(gateway)

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        move = await self._account.payment(attempt.number)
        if move is None or move.payer is None:
            return None
        return paid(attempt.number, Money(move.amount, STAR_CURRENCY), move.charge, move.payer, move.at)

    async def refund(self, refund: Refund) -> RefundResult:
        """Gives back the whole payment. A second payment of the same attempt is the one that goes back as "double".

        Left to people: a part of a payment, and what cannot be told apart.
        """
        known = charges(refund.attempt)
        if refund.amount != refund.attempt.amount or len(known) not in (1, 2):
            return RefundResult("manual", refund.number)
        charge, payer = known[-1] if refund.reason == "double" else known[0]
        try:
            await self.gateway.refund_stars(payer, charge)
        except Refused as refusal:
            if refusal.word != _DONE_BEFORE:
                return RefundResult("failed", refusal.word[:64])
        return RefundResult("succeeded", movement(charge))

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        """The account's lines of a UTC day that is over. A line that gives back has no number of ours."""
        if day >= self._clock.now().astimezone(UTC).date():
            raise NoBill()
        none = Money.zero(STAR_CURRENCY)
        return tuple(
            BillLine("capture" if move.incoming else "refund", move.payload if move.incoming else "",
                     movement(move.charge), Money(move.amount, STAR_CURRENCY), none, move.at)
            for move in await self._account.of_day(day)
        )
