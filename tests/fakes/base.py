"""What every fake provider has: routes, faults to inject, notices that are sent when asked to, and acts of its people.

A fake shares no code with the shop's side of a provider: it signs, encrypts and checks with its own.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import aiohttp
from aiohttp import web

from bot.payments.base import ProviderSettings
from services.shared.clock import Clock

# What a fake can do beside paying, as its `supports` says; the real provider decides.
CAPABILITIES = frozenset({
    "fail", "console-refund-notice", "pending-refund", "wrong-amount", "pay-after-close", "second-payment", "bill",
})


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it goes over the wire. `about` is the number of the attempt or the refund."""

    about: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Faults:
    """What goes wrong at the next calls: for each act a queue of faults, one for each call.

    down: HTTP 503 and nothing done. hang-after: done, then no answer (the connection is cut).
    garbage: an answer without sense. badsig: the right answer, wrongly signed.
    """

    waiting: dict[str, deque[str]] = field(default_factory=dict)

    def next(self, act: str, *faults: str) -> None:
        self.waiting.setdefault(act, deque()).extend(faults)

    def take(self, act: str) -> str:
        """The fault of this call, "" for none."""
        queue = self.waiting.get(act)
        return queue.popleft() if queue else ""


class Fake(ABC):
    """A provider on this machine. `clock` is the shop's, so that tests move both."""

    code: ClassVar[str]
    supports: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.faults = Faults()
        self.notices: list[Notice] = []
        self.base_url = ""

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """Its API and pages, all below /fake/<code>/."""

    @abstractmethod
    def settings(self, base_url: str) -> ProviderSettings:
        """Settings of a shop whose provider this fake at `base_url` (scheme, host, port) is."""

    @abstractmethod
    async def pay(self, number: str, amount: int | None = None) -> None:
        """A buyer pays the attempt, or another amount than asked for (minor units); its notice waits."""

    async def fail(self, number: str) -> None:
        raise NotImplementedError

    @abstractmethod
    def forge(self, notice: Notice) -> Notice:
        """The same notice as somebody without the provider's key would sign it."""

    async def console_refund(self, number: str, amount: int) -> None:
        """The merchant gives back `amount` in the provider's own console."""
        raise NotImplementedError

    async def finish_refund(self, refund_number: str, *, ok: bool = True) -> None:
        """A refund that is under way gets its fate; its notice waits, if the provider sends one."""
        raise NotImplementedError

    @abstractmethod
    def captured(self, number: str) -> int:
        """What the provider took for an attempt, in minor units."""

    @abstractmethod
    def refunded(self, number: str) -> int:
        """What the provider gave back of an attempt, in minor units."""

    async def deliver(self, index: int = 0) -> int:
        """Sends the waiting notice at `index`; returns the HTTP status. Only what was accepted waits no more."""
        return await self._try(self.notices[index])

    async def deliver_all(self) -> list[int]:
        """Sends what waits, in order, once each."""
        return [await self._try(notice) for notice in list(self.notices)]

    def stamped(self, notice: Notice) -> Notice:
        """The notice as it goes out now, where the provider signs each try anew."""
        return notice

    async def _try(self, notice: Notice) -> int:
        status = await send(self.stamped(notice))
        if status < 300 and notice in self.notices:
            self.notices.remove(notice)
        return status


async def send(notice: Notice) -> int:
    """Posts a notice; returns the HTTP status."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(notice.url, data=notice.body, headers=dict(notice.headers), allow_redirects=False) as answer,
    ):
        await answer.read()
        return answer.status


async def cut(request: web.Request) -> web.StreamResponse:
    """Answers a request by closing the connection: the caller never learns what became of it."""
    assert request.transport is not None
    request.transport.close()
    await asyncio.sleep(0)
    return web.Response(status=500)
