"""Telegram as a taker of money: what `InvoiceGateway` promises, by the bot's own connection."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LabeledPrice,
    StarTransaction,
    TransactionPartnerUser,
)

from services.payments.provider import Refused, Unreachable
from services.payments.providers.telegram_invoices import Invoice, StarMove

T = TypeVar("T")

_NO = (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound, TelegramUnauthorizedError)
# What Telegram calls a refusal, such as CURRENCY_TOTAL_AMOUNT_INVALID.
_WORD = re.compile(r"[A-Z]{2,}(?:_[A-Z0-9]+)+")
_SECONDS = 8


class BotInvoices:
    """The gateway over a bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def link(self, invoice: Invoice) -> str:
        return await _answer(self._bot.create_invoice_link(
            title=invoice.title, description=invoice.description, payload=invoice.payload,
            currency=invoice.amount.currency, prices=_prices(invoice), provider_token=invoice.token,
            request_timeout=_SECONDS,
        ))

    async def send(self, chat_id: int, invoice: Invoice, button: str, start_parameter: str) -> None:
        pay = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=button, pay=True)]])
        await _answer(self._bot.send_invoice(
            chat_id, title=invoice.title, description=invoice.description, payload=invoice.payload,
            currency=invoice.amount.currency, prices=_prices(invoice), provider_token=invoice.token,
            start_parameter=start_parameter, reply_markup=pay, request_timeout=_SECONDS,
        ))

    async def refund_stars(self, payer: int, charge: str) -> None:
        await _answer(self._bot.refund_star_payment(payer, charge, request_timeout=_SECONDS))

    async def star_moves(self, offset: int, limit: int) -> tuple[StarMove, ...]:
        page = await _answer(self._bot.get_star_transactions(offset=offset, limit=limit, request_timeout=_SECONDS))
        return tuple(_move(line) for line in page.transactions)


def _prices(invoice: Invoice) -> list[LabeledPrice]:
    return [LabeledPrice(label=invoice.label, amount=invoice.amount.amount)]


def _move(line: StarTransaction) -> StarMove:
    incoming = line.source is not None
    partner = line.source or line.receiver
    payer, payload = None, ""
    if isinstance(partner, TransactionPartnerUser):
        payer, payload = partner.user.id, partner.invoice_payload or ""
    return StarMove(line.id, line.amount, line.date, incoming, payer, payload)


async def _answer(call: Awaitable[T]) -> T:
    """Raises Refused with Telegram's word, Unreachable where nobody knows what became of the call."""
    try:
        return await call
    except _NO as error:
        # The text around the word may name a person.
        found = _WORD.search(error.message)
        raise Refused(found[0] if found else type(error).__name__) from None
    except TelegramAPIError as error:
        raise Unreachable(type(error).__name__) from error
