"""Crypto Pay (@CryptoBot): invoices in the shop's currency that are paid in coins, inside Telegram.

There is no idempotency key, so that an invoice whose answer was lost is looked for before another one is made; and no
refund, so that people pay back by hand. Marked `unverified` is what nobody could yet try against the API itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import aiohttp
from babel.numbers import get_currency_precision

from services.payments.errors import BadSignature
from services.payments.provider import Accepts, NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.amounts import text
from services.shared.clock import Clock
from services.shared.money import Money

CODE = "cryptopay"
MAIN, TEST = "https://pay.crypt.bot", "https://testnet-pay.crypt.bot"
HEADER = "crypto-pay-api-signature"
CURRENCIES = frozenset({
    "USD", "EUR", "RUB", "BYN", "UAH", "GBP", "CNY", "KZT", "UZS", "GEL", "TRY", "AMD", "THB", "INR", "BRL", "IDR",
    "AZN", "AED", "PLN", "ILS",
})
# Notices are repeated for three days. Whether each try has a new date is unverified: a window that holds them all lets
# no payment go missing, and an event counts once however often it is played again.
OLDEST, NEWEST = timedelta(days=4), timedelta(minutes=10)

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LONGEST_LIFE = 2_678_400  # seconds, what expires_in takes
_PAGE = 1000  # what getInvoices gives at most
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,8})?")
_NUMBER = re.compile(r"[0-9A-Z]{20}")
_WORD = re.compile(r"[0-9A-Z_]{1,64}")


@dataclass(frozen=True, slots=True)
class App:
    """An app of @CryptoBot: its token, where its API is, and the coins it takes ("" for all that there are)."""

    token: str = field(repr=False)
    url: str = MAIN
    assets: str = ""


class CryptoPay:
    """The shop's side of Crypto Pay."""

    code = CODE
    online = True
    accepts = Accepts(CURRENCIES)
    acknowledgement = "ok"

    def __init__(self, app: App, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def start(self, request: StartRequest) -> Started:
        invoice = await self._find(request.attempt)
        if invoice is None or invoice["status"] == "expired":
            invoice = await self._call("createInvoice", self._invoice(request))
        try:
            invoice_id, url = _invoice_id(invoice), invoice["bot_invoice_url"]
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable("createInvoice: no sense in the answer") from error
        return Started(url, facts={"invoice_id": invoice_id})

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        verify(self._app.token, headers.get(HEADER, ""), body)
        update = _parse(body)
        if not isinstance(update, dict):
            raise ValueError("not an object")
        at = datetime.fromisoformat(_text(update, "request_date"))
        if at.tzinfo is None or not -NEWEST <= now - at <= OLDEST:
            raise BadSignature()
        invoice = update.get("payload")
        if update.get("update_type") != "invoice_paid" or not isinstance(invoice, dict) or not invoice.get("payload"):
            # Another kind of news, or an invoice that somebody made by hand.
            return ()
        event = _event(invoice, self._clock.now())
        return () if event is None else (event,)

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        try:
            invoice = await self._find(attempt, "paid")
            event = None if invoice is None else _event(invoice, self._clock.now())
        except (Refused, ValueError) as error:
            raise Unreachable("getInvoices") from error
        if event is not None and event.number != attempt.number:
            raise Unreachable("getInvoices: an answer about another payment")
        return event

    async def close(self, attempt: Attempt) -> None:
        """Deletes the invoice while it is unpaid."""
        try:
            invoice = await self._find(attempt)
            if invoice is not None and invoice["status"] == "active":
                await self._call("deleteInvoice", {"invoice_id": int(_invoice_id(invoice))})
        except (Refused, ValueError) as error:
            # Paid in this moment, perhaps: the next try sees it.
            raise Unreachable("deleteInvoice") from error

    async def refund(self, refund: Refund) -> RefundResult:
        """People pay back: coins have no way back to where they came from."""
        return RefundResult("manual", refund.number)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        raise NoBill()

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _invoice(self, request: StartRequest) -> dict[str, Any]:
        attempt, amount = request.attempt, request.attempt.amount
        asked: dict[str, Any] = {
            "currency_type": "fiat", "fiat": amount.currency, "amount": text(amount.amount, amount.currency),
            "description": request.title[:1024], "payload": attempt.number, "allow_comments": False,
        }
        if self._app.assets:
            asked["accepted_assets"] = self._app.assets
        if request.return_url.startswith("https://"):
            asked |= {"paid_btn_name": "callback", "paid_btn_url": request.return_url}
        if attempt.expires_at is not None:
            left = int((attempt.expires_at - self._clock.now()).total_seconds())
            asked["expires_in"] = min(max(left, 1), _LONGEST_LIFE)
        return asked

    async def _find(self, attempt: Attempt, or_status: str = "") -> dict[str, Any] | None:
        """The attempt's invoice; where its number was not kept, among all open ones, and then those of `or_status`.

        Unverified: that the newest invoices come first; more than a thousand open ones are looked at page by page.
        """
        if known := attempt.facts.get("invoice_id"):
            return next(iter(await self._list({"invoice_ids": known})), None)
        for status in filter(None, ("active", or_status)):
            for offset in range(0, 10 * _PAGE, _PAGE):
                page = await self._list({"status": status, "offset": offset, "count": _PAGE})
                for invoice in page:
                    if invoice.get("payload") == attempt.number:
                        return invoice
                if len(page) < _PAGE or status != "active":
                    break
        return None

    async def _list(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        answer = await self._call("getInvoices", asked)
        items = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(items, list) or not all(isinstance(item, dict) and "status" in item for item in items):
            raise Unreachable("getInvoices: no sense in the answer")
        return items

    async def _call(self, method: str, asked: dict[str, Any]) -> Any:
        """The result of a method. Raises Unreachable, and Refused when the answer is a clear no.

        A POST, which no layer below repeats by itself; that it is taken like the GET of the SDKs is unverified.
        """
        session = self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        url, headers = f"{self._app.url}/api/{method}", {"Crypto-Pay-API-Token": self._app.token}
        try:
            async with session.post(url, json=asked, headers=headers, allow_redirects=False) as reply:
                if reply.status >= 500 or reply.status == 429:
                    raise Unreachable(f"{method}: HTTP {reply.status}")
                answer = _parse(await reply.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unreachable(method) from error
        if isinstance(answer, dict) and answer.get("ok") is True and answer.get("result"):
            return answer["result"]
        fault = answer.get("error") if isinstance(answer, dict) and answer.get("ok") is False else None
        if not isinstance(fault, dict):
            raise Unreachable(f"{method}: no sense in the answer")
        name = fault.get("name")
        raise Refused(name if isinstance(name, str) and _WORD.fullmatch(name) else "unknown")


def verify(token: str, signature: str, body: bytes) -> None:
    """Raises BadSignature unless `signature` is the hex HMAC-SHA256 of the raw body by the SHA-256 of the token."""
    expected = hmac.new(hashlib.sha256(token.encode()).digest(), body, hashlib.sha256).hexdigest()
    if not token or not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        raise BadSignature()


def _event(invoice: Mapping[str, Any], now: datetime) -> PaymentEvent | None:
    """None while it is not paid. Raises ValueError for one that the shop cannot have made.

    The fee is in a coin, which the shop's books do not know, so that none is told.
    """
    if invoice.get("status") != "paid":
        return None
    currency, number = _text(invoice, "fiat"), _text(invoice, "payload")
    if invoice.get("currency_type") != "fiat" or currency not in CURRENCIES or not _NUMBER.fullmatch(number):
        raise ValueError("not an invoice of the shop")
    invoice_id = _invoice_id(invoice)
    return PaymentEvent(CODE, f"{invoice_id}:paid", "payment", "succeeded", number, invoice_id,
                        _money(invoice.get("amount"), currency), now, facts={"invoice_id": invoice_id})


def _money(amount: Any, currency: str) -> Money:
    """From a string or a JSON number; never through a float. Raises ValueError for parts of a minor unit."""
    number = isinstance(amount, (int, Decimal)) and not isinstance(amount, bool)
    if not number and not (isinstance(amount, str) and _AMOUNT.fullmatch(amount)):
        raise ValueError("no sense in the amount")
    value = Decimal(amount)
    # Within what a decimal keeps exactly.
    if not (0 < value < 10**15 and value == round(value, 8)):
        raise ValueError("no sense in the amount")
    minor = value.scaleb(get_currency_precision(currency))
    if minor != int(minor):
        raise ValueError("finer than the currency")
    return Money(int(minor), currency)


def _invoice_id(invoice: Mapping[str, Any]) -> str:
    value = invoice.get("invoice_id")
    if type(value) is not int or not 0 < value < 10**18:
        raise ValueError("no sense in the invoice's number")
    return str(value)


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise ValueError(f"no sense in {key}")
    return value


def _parse(body: bytes) -> Any:
    """JSON whose numbers are exact. Raises ValueError."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
