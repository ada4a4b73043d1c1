"""The payment sandbox: an outside system without real money, spoken to over HTTP like any provider.

Notices carry `X-Sandbox-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">`; older or newer than
300 seconds is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp

from services.payments.errors import BadSignature
from services.payments.provider import RefundResult, Started, StartRequest, Unreachable
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.clock import Clock
from services.shared.money import Money

CODE = "sandbox"
HEADER = "X-Sandbox-Signature"
TOLERANCE_SECONDS = 300
_TIMEOUT = aiohttp.ClientTimeout(total=10)


def sign(secret: str, body: bytes, at: int) -> str:
    """The value of the signature header for `body` at `at` (unix seconds)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def verify(secret: str, header: str, body: bytes, now: datetime) -> None:
    """Raises BadSignature unless the header is genuine and at most 300 seconds from `now`."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    stamp = parts.get("t", "")
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        raise BadSignature()
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature()
    if not hmac.compare_digest(sign(secret, body, int(stamp)).encode(), f"t={stamp},v1={parts.get('v1', '')}".encode()):
        raise BadSignature()


class Sandbox:
    """The shop's side of the sandbox at `base_url`."""

    code = CODE
    online = True

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
        return Started(answer["url"])

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentEvent:
        verify(self._secret, headers.get(HEADER, ""), body, now)
        return self._event(json.loads(body))

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        answer = await self._post("query", {"payment": attempt.number})
        return self._event(answer["event"]) if answer["event"] is not None else None

    async def close(self, attempt: Attempt) -> None:
        await self._post("close", {"payment": attempt.number})

    async def refund(self, refund: Refund) -> RefundResult:
        answer = await self._post("refunds", {
            "refund": refund.number, "payment": refund.attempt.number, "amount": refund.amount.amount,
            "currency": refund.amount.currency,
        })
        return RefundResult(answer["status"], answer["id"])

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, what: str, body: dict[str, Any]) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        raw = json.dumps(body).encode()
        headers = {HEADER: sign(self._secret, raw, int(self._clock.now().timestamp())),
                   "Content-Type": "application/json"}
        try:
            async with self._session.post(f"{self._base_url}/sandbox/api/{what}", data=raw, headers=headers) as answer:
                if answer.status != 200:
                    raise Unreachable(f"{what}: HTTP {answer.status}")
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(what) from error

    def _event(self, data: Any) -> PaymentEvent:
        """Raises ValueError for a body that is not an event."""
        try:
            kind, _, status = data["type"].partition(".")
            if kind not in ("payment", "refund") or status not in ("succeeded", "failed"):
                raise ValueError("unknown type")
            amount, created = data["amount"], data["created"]
            if type(amount) is not int or amount <= 0 or type(created) is not int:
                raise ValueError("bad amount or date")
            return PaymentEvent(
                CODE, str(data["id"])[:128], kind, status, str(data["payment"])[:32],
                str(data["provider_payment_id"])[:128], Money(amount, str(data["currency"])[:3]),
                datetime.fromtimestamp(created, UTC),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not an event") from error
