"""What payments inside Telegram share: an invoice, the gateway that hands it over, and the words of a paid one.

An invoice's payload is the attempt's number. Money has come when the chat says `successful_payment`, and only then.
Sources: core.telegram.org/bots/payments, /bots/payments-stars and /bots/api (limits of `createInvoiceLink`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.payments.errors import BadSignature
from services.payments.provider import Provider, Started, StartRequest
from services.payments.types import Attempt, PaymentEvent
from services.shared.money import Money

STARS, TELEGRAM = "stars", "telegram"
STAR_CURRENCY = "XTR"
# The ways to pay whose money comes as a message of the chat.
CODES = (TELEGRAM, STARS)
# Before the number in the deep link of a forwarded invoice.
START = "inv_"

_TITLE, _DESCRIPTION, _LABEL = 32, 255, 64
# What a row of an event has room for. How long a charge's number can be is written nowhere.
_LONGEST_NAME = 120
# Before the number of a charge in the facts of an attempt; the value is "<unix seconds>:<payer's Telegram id>".
_CHARGE = "charge:"


@dataclass(frozen=True, slots=True)
class Invoice:
    """`token` is that of the payment provider behind Telegram, "" for Stars; `payload` comes back with the money."""

    title: str
    description: str
    payload: str
    label: str
    amount: Money
    token: str = ""


@dataclass(frozen=True, slots=True)
class StarMove:
    """A line of the bot's Star account: `amount` whole Stars, `incoming` or given back.

    `payer` and `payload` are those of an invoice's payment, None and "" for any other movement. A line that gives back
    has the `charge` number of the payment.
    """

    charge: str
    amount: int
    at: datetime
    incoming: bool
    payer: int | None
    payload: str


class InvoiceGateway(Protocol):
    """Telegram, as far as it takes money. All raise Unreachable, and Refused with Telegram's own word."""

    async def link(self, invoice: Invoice) -> str:
        """An address that opens the payment inside Telegram; whoever has it may try to pay, also again."""
        ...

    async def send(self, chat_id: int, invoice: Invoice, button: str, start_parameter: str) -> None:
        """Shows the invoice in a chat. A forwarded copy leads to the bot's `/start <start_parameter>` instead."""
        ...

    async def refund_stars(self, payer: int, charge: str) -> None:
        """Gives all Stars of a payment back."""
        ...

    async def star_moves(self, offset: int, limit: int) -> tuple[StarMove, ...]:
        """A page of the account, in Telegram's order of time."""
        ...


class Invoicing:
    """The part of a provider that is the same for ordinary money and for Stars."""

    code: str
    online = True
    acknowledgement = ""

    def __init__(self, gateway: InvoiceGateway, token: str = "") -> None:
        self.gateway = gateway
        self._token = token

    async def start(self, request: StartRequest) -> Started:
        return Started(await self.gateway.link(self._invoice(request)))

    async def show(self, chat_id: int, request: StartRequest, button: str) -> None:
        """Sends the invoice itself into the payer's chat. Raises Unreachable, Refused."""
        await self.gateway.send(chat_id, self._invoice(request), button, f"{START}{request.attempt.number}")

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        """Nothing genuine comes this way: Telegram tells of payments in the chat."""
        raise BadSignature()

    async def close(self, attempt: Attempt) -> None:
        """A link cannot be taken back: whoever opens it is refused before they pay, for the attempt is closed."""

    async def aclose(self) -> None:
        """The bot's own connection is used."""

    def _invoice(self, request: StartRequest) -> Invoice:
        attempt = request.attempt
        return Invoice(_cut(request.short or request.title, _TITLE), _cut(request.title, _DESCRIPTION), attempt.number,
                       _cut(request.title, _LABEL), attempt.amount, self._token)


def in_chat(provider: Provider | None) -> Invoicing | None:
    """The provider that can show an invoice in a chat, out of what is wrapped around it; None for any other."""
    inner = getattr(provider, "provider", provider)
    return inner if isinstance(inner, Invoicing) else None


def provider_of(currency: str) -> str:
    """Which way of paying an amount inside Telegram belongs to."""
    return STARS if currency == STAR_CURRENCY else TELEGRAM


def paid(number: str, amount: Money, charge: str, payer: int, at: datetime, provider_charge: str = "") -> PaymentEvent:
    """The event of a `successful_payment`, or of the same in the bot's Star account: both name one movement."""
    facts = {_CHARGE + charge: f"{int(at.timestamp())}:{payer}"}
    if provider_charge:
        facts["provider_charge"] = provider_charge
    name = movement(charge)
    return PaymentEvent(
        provider_of(amount.currency), name, "payment", "succeeded", number, name, amount, at, facts=facts)


def refunded(number: str, amount: Money, charge: str, at: datetime) -> PaymentEvent:
    """The event of a `refunded_payment`."""
    name = movement(charge)
    return PaymentEvent(
        provider_of(amount.currency), f"refund:{name}", "refund", "succeeded", number, name, amount, at)


def movement(charge: str) -> str:
    """The number of a charge as events and refunds name it; one that is too long by its digest."""
    if len(charge) <= _LONGEST_NAME:
        return charge
    return f"sha256:{hashlib.sha256(charge.encode()).hexdigest()}"


def charges(attempt: Attempt) -> list[tuple[str, int]]:
    """The charges of an attempt with their payers' Telegram ids, the first one first."""
    found = []
    for name, value in attempt.facts.items():
        if name.startswith(_CHARGE):
            at, _, payer = value.partition(":")
            found.append((int(at), name.removeprefix(_CHARGE), int(payer)))
    return [(charge, payer) for _, charge, payer in sorted(found)]


def _cut(text: str, most: int) -> str:
    """The end of what is too long: the order's number stands there."""
    return text if len(text) <= most else "…" + text[1 - most :].lstrip()
