"""The payment sandbox: an outside system without real money, spoken to over HTTP like any provider.

Notices carry `X-Sandbox-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">`; older or newer than
300 seconds is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import aiohttp

from services.payments.errors import BadSignature
from services.payments.provider import Accepts, NoBill, RefundResult, Started, StartRequest, Unreachable
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import Clock
from services.shared.money import Money

CODE = "sandbox"
HEADER = "X-Sandbox-Signature"
TOLERANCE_SECONDS = 300
# More than any price, and far below what a database's integer holds.
_LARGEST_AMOUNT = 10**15
_LATEST_MOMENT = 10**11
_TIMEOUT = aiohttp.ClientTimeout(total=10)


def sign(secret: str, body: bytes, at: int) -> str:
    """The value of the signature header for `body` at `at` (unix seconds)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def verify(secret: str, header: str, body: bytes, now: datetime) -> None:
    """Raises BadSignature unless the header is genuine and at most 300 seconds from `now`; always for no secret."""
    parts = {name: value for name, _, value in (part.partition("=") for part in header.split(","))}
    stamp = parts.get("t", "")
    if not secret or not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        raise BadSignature()
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature()
    given = f"t={stamp},v1={parts.get('v1', '')}".encode(errors="replace")
    if not hmac.compare_digest(sign(secret, body, int(stamp)).encode(), given):
        raise BadSignature()


class Sandbox:
    """The shop's side of the sandbox at `base_url`."""

    code = CODE
    online = True
    # A place to try everything takes everything.
    accepts = Accepts(kinds=frozenset({"physical", "service", "digital"}))
    acknowledgement = ""

    def __init__(self, base_url: str, secret: str, clock: Clock) -> None:
        self._base_url = base_url
        self._clock = clock
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def start(self, request: StartRequest) -> Started:
        attempt = request.attempt
        answer = await self._post("payments", {
            "payment": attempt.number, "amount": attempt.amount.amount, "currency": attempt.amount.currency,
            "title": request.title, "language": request.language, "return_url": request.return_url,
            "expires": int(attempt.expires_at.timestamp()) if attempt.expires_at else None,
        })
        if not isinstance(answer.get("url"), str):
            raise Unreachable("payments: no address in the answer")
        return Started(answer["url"])

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        verify(self._secret, headers.get(HEADER, ""), body, now)
        try:
            return (_event(json.loads(body)),)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        answer = await self._post("query", {"payment": attempt.number})
        if answer.get("event") is None:
            return None
        try:
            event = _event(answer["event"])
        except ValueError as error:
            raise Unreachable("query: no sense in the answer") from error
        if event.number != attempt.number:
            raise Unreachable("query: an answer about another payment")
        return event

    async def close(self, attempt: Attempt) -> None:
        await self._post("close", {"payment": attempt.number})

    async def refund(self, refund: Refund) -> RefundResult:
        answer = await self._post("refunds", {
            "refund": refund.number, "payment": refund.attempt.number, "amount": refund.amount.amount,
            "currency": refund.amount.currency,
        })
        status, reference = answer.get("status"), answer.get("id")
        if status not in ("succeeded", "failed", "pending") or not isinstance(reference, str):
            raise Unreachable("refunds: no sense in the answer")
        return RefundResult(status, reference)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        raise NoBill()

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a signed call. Raises Unreachable unless it is 200 with a JSON object."""
        session = self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        raw = json.dumps(body).encode()
        headers = {HEADER: sign(self._secret, raw, int(self._clock.now().timestamp())),
                   "Content-Type": "application/json"}
        try:
            async with session.post(f"{self._base_url}/sandbox/api/{what}", data=raw, headers=headers) as answer:
                if answer.status != 200:
                    raise Unreachable(f"{what}: HTTP {answer.status}")
                known = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unreachable(what) from error
        if not isinstance(known, dict):
            raise Unreachable(f"{what}: no sense in the answer")
        return known


def _event(data: Any) -> PaymentEvent:
    """Raises ValueError for a body that is not an event."""
    if not isinstance(data, dict):
        raise ValueError("not an object")
    kind, _, status = _word(data, "type", 32).partition(".")
    if kind not in ("payment", "refund") or status not in ("succeeded", "failed"):
        raise ValueError("unknown type")
    currency = _word(data, "currency", 3)
    if not (len(currency) == 3 and currency.isalpha() and currency.isupper()):
        raise ValueError("not a currency")
    return PaymentEvent(
        CODE, _word(data, "id", 128), kind, status, _word(data, "payment", 32), _word(data, "provider_payment_id", 128),
        Money(_whole(data, "amount", _LARGEST_AMOUNT), currency),
        datetime.fromtimestamp(_whole(data, "created", _LATEST_MOMENT), UTC),
    )


def _word(data: dict[str, Any], key: str, most: int) -> str:
    """A field of 1 to `most` visible ASCII characters, which every database can keep."""
    value = data.get(key)
    if not isinstance(value, str) or not (0 < len(value) <= most and value.isascii() and value.isprintable()):
        raise ValueError(f"no sense in {key}")
    return value


def _whole(data: dict[str, Any], key: str, most: int) -> int:
    value = data.get(key)
    if type(value) is not int or not 0 < value <= most:
        raise ValueError(f"no sense in {key}")
    return value
