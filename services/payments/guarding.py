"""What keeps one provider's trouble away from the others: a time for each call, and a pause when nothing comes back.

A circuit breaker (M. Nygard, Release It!, 2007): after five calls in a row without an answer nobody asks for a while;
then one call tries, and its luck decides. The pause begins at ten seconds and doubles up to five minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from services.payments.provider import Accepts, Provider, RefundResult, Started, StartRequest, Unreachable
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import Clock

T = TypeVar("T")

_FAILURES = 5
_SHORTEST, _LONGEST = timedelta(seconds=10), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for one call. Somebody waits for a start; a notice must be answered before its sender gives up, which is
    five seconds at WeChat Pay."""

    start: float = 10
    ask: float = 10
    refund: float = 20
    bill: float = 90
    notice: float = 4


class Guarded:
    """A provider with time-outs and a breaker around it; what it cannot do in time is Unreachable."""

    def __init__(self, provider: Provider, clock: Clock, patience: Patience | None = None) -> None:
        self.provider = provider
        self._clock = clock
        self._patience = patience or Patience()
        self._failures = 0
        self._pause = _SHORTEST
        self._closed_until: datetime | None = None

    @property
    def code(self) -> str:
        return self.provider.code

    @property
    def online(self) -> bool:
        return self.provider.online

    @property
    def accepts(self) -> Accepts:
        return self.provider.accepts

    @property
    def acknowledgement(self) -> str:
        return self.provider.acknowledgement

    @property
    def healthy(self) -> bool:
        """False while nobody is to ask it. When the pause is over the next call tries."""
        return self._closed_until is None or self._clock.now() >= self._closed_until

    async def start(self, request: StartRequest) -> Started:
        return await self._call(self.provider.start(request), self._patience.start)

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        """Notices are read also in a pause: that one arrives shows that somebody is there."""
        try:
            async with asyncio.timeout(self._patience.notice):
                return await self.provider.read_events(headers, body, now)
        except TimeoutError as error:
            raise Unreachable("notice") from error

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        return await self._call(self.provider.query(attempt), self._patience.ask)

    async def close(self, attempt: Attempt) -> None:
        await self._call(self.provider.close(attempt), self._patience.ask)

    async def refund(self, refund: Refund) -> RefundResult:
        return await self._call(self.provider.refund(refund), self._patience.refund)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        return await self._call(self.provider.bill(day), self._patience.bill)

    async def aclose(self) -> None:
        await self.provider.aclose()

    async def _call(self, call: Awaitable[T], seconds: float) -> T:
        if not self.healthy:
            call.close()  # type: ignore[attr-defined]
            raise Unreachable("paused")
        if self._closed_until is not None:
            # This call tries; the others wait for what becomes of it.
            self._closed_until = self._clock.now() + self._pause
        try:
            async with asyncio.timeout(seconds):
                answer = await call
        except (Unreachable, TimeoutError) as error:
            self._note_failure()
            raise error if isinstance(error, Unreachable) else Unreachable("time-out") from error
        except Exception:
            # An answer that says no is an answer.
            self._note_answer()
            raise
        self._note_answer()
        return answer

    def _note_failure(self) -> None:
        self._failures += 1
        if self._closed_until is not None:
            self._pause = min(self._pause * 2, _LONGEST)
        if self._failures >= _FAILURES:
            self._closed_until = self._clock.now() + self._pause

    def _note_answer(self) -> None:
        self._failures, self._pause, self._closed_until = 0, _SHORTEST, None
