"""Keeps what the bot sends below Telegram's limits, and waits when Telegram says so.

About 30 messages a second in all, one a second to a chat with short bursts, 20 a minute to a group (core.telegram.org,
Bots FAQ); `retry_after` is obeyed. A chat's limit is a generic cell rate algorithm: one number per key. The limit of
all together is a gate of evenly spaced slots, which notices of orders pass before campaigns.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.turns import LocalTurns
from handlers.chat import lanes

log = logging.getLogger(__name__)

# What Telegram takes of one bot in a second.
PER_SECOND = 30
# One per cent below it, evenly: what the network bunches up still fits.
_SHARE = 0.99
# A timer that rings late may be made up for as far as this.
_LATE = 0.05
_SENDING = ("Send", "Copy", "Forward")
_MOST_RETRIES = 3
_MOST_KEYS = 10_000


class Rate:
    """At most `burst` at once and one more every `interval` seconds: ≤ burst + t / interval in any t seconds."""

    def __init__(self, interval: float, burst: int) -> None:
        self._interval = interval
        self._slack = interval * (burst - 1)
        self._next: dict[Any, float] = {}

    def wait(self, key: Any, now: float) -> float:
        """Seconds until `key` may go; books nothing."""
        return max(0.0, self._next.get(key, now) - self._slack - now)

    def take(self, key: Any, now: float, count: int = 1) -> None:
        """Books `count` at `now`."""
        self._next[key] = max(self._next.get(key, now), now) + self._interval * count
        if len(self._next) > _MOST_KEYS:
            self._next = {each: at for each, at in self._next.items() if at > now}

    def reserve(self, key: Any, now: float, count: int = 1) -> float:
        """Books the next slot of `key` and returns the seconds to wait for it."""
        wait = self.wait(key, now)
        self.take(key, now, count)
        return wait


@dataclass(order=True, slots=True)
class _Ticket:
    """Somebody who waits at the gate: lane by lane, then in the order of coming."""

    level: int
    number: int
    turn: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class Gate:
    """Lets `per_second` messages through in any second as Telegram counts it, whatever the network does between.

    There are as many slots; one is free again a second after its call was answered, so that a second which holds one
    more cannot be. Even spacing keeps the slots from being used up at once.
    """

    def __init__(self, per_second: float, now: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._now, self._sleep = now, sleep
        self._interval = 1 / (per_second * _SHARE)
        self._slots = [float("-inf")] * int(per_second)
        self._next = float("-inf")
        self._waiting: list[_Ticket] = []
        self._numbers = count()
        self._returned = asyncio.Event()

    async def enter(self, level: int, slots: int) -> None:
        """Returns when a call of so many messages may leave; a lower `level` goes first. `leave` must follow."""
        slots = min(slots, max(1, int(1 / self._interval)))
        ticket = _Ticket(level, next(self._numbers))
        heapq.heappush(self._waiting, ticket)
        try:
            while True:
                if self._waiting[0] is not ticket:
                    ticket.turn.clear()
                    await ticket.turn.wait()
                elif (wait := self._wait(slots)) is None:
                    self._returned.clear()
                    await self._returned.wait()
                elif wait > 0:
                    await self._sleep(wait)
                else:
                    break
            self._take(slots)
        finally:
            self._waiting.remove(ticket)
            heapq.heapify(self._waiting)
            if self._waiting:
                self._waiting[0].turn.set()

    def leave(self, slots: int) -> None:
        """The call was answered, or given up."""
        free_at = self._now() + 1
        for _ in range(slots):
            heapq.heappush(self._slots, free_at)
        self._returned.set()

    def _wait(self, slots: int) -> float | None:
        """Seconds until so many slots are free; None while too many calls have no answer yet."""
        if len(self._slots) < slots:
            return None
        now = self._now()
        return max(0.0, self._next - now, heapq.nsmallest(slots, self._slots)[-1] - now)

    def _take(self, slots: int) -> None:
        for _ in range(slots):
            heapq.heappop(self._slots)
        now = self._now()
        begun = self._next if now - self._next <= _LATE else now
        self._next = begun + self._interval * slots


class Pace(BaseRequestMiddleware):
    """Middleware of the bot's session: delays sends to fit the limits and repeats a call refused with 429.

    A chat's calls go one after another, and its limit is booked at the moment a call leaves: what piled up behind the
    overall limit or a pause does not leave in one heap. A pause holds up its own chat only, and for campaigns all of
    their lane.
    """

    def __init__(
        self, now: Callable[[], float] | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        group: Rate | None = None, private: Rate | None = None, per_second: float = PER_SECOND,
    ) -> None:
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._gate = Gate(per_second, self._now, sleep)
        self._private = private or Rate(1.0, 5)
        self._group = group or Rate(5.0, 8)
        self._lanes = LocalTurns()
        self._paused_until: dict[int, float] = {}
        self._campaigns_until = 0.0

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        chat_id = getattr(method, "chat_id", None)
        lane = lanes.current()
        for attempt in range(_MOST_RETRIES + 1):
            slots = await self._admit(chat_id, method, lane.level) if isinstance(chat_id, int) else 0
            lane.left = True
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                lane.refused, lane.left = lane.refused + 1, False
                if attempt == _MOST_RETRIES:
                    raise
                log.warning("%s refused for %s s", type(method).__name__, error.retry_after)
                pause, level = error.retry_after, lane.level
            finally:
                self._gate.leave(slots)
            await self._pause(chat_id, pause, level)
        raise AssertionError("unreachable")

    async def _admit(self, chat_id: int, method: TelegramMethod[Any], level: int) -> int:
        """Returns when the call may leave, and books it; how many slots of the gate it has taken."""
        if not _sends(method) and not _is_edit_in_group(method, chat_id):
            return 0
        rate, messages = self._group if chat_id < 0 else self._private, _count(method)
        async with self._lanes.of(chat_id):
            while (wait := self._hold(chat_id, rate, level)) > 0:
                await self._sleep(wait)
            if _sends(method):
                await self._gate.enter(level, messages)
            rate.take(chat_id, self._now(), messages)
        return messages if _sends(method) else 0

    def _hold(self, chat_id: int, rate: Rate, level: int) -> float:
        now = self._now()
        pause = self._campaigns_until if level == lanes.CAMPAIGNS else now
        return max(rate.wait(chat_id, now), self._paused_until.get(chat_id, now) - now, pause - now)

    async def _pause(self, chat_id: Any, seconds: float, level: int) -> None:
        if not isinstance(chat_id, int):
            await self._sleep(seconds)
            return
        now = self._now()
        self._paused_until = {each: until for each, until in self._paused_until.items() if until > now}
        self._paused_until[chat_id] = now + seconds
        if level == lanes.CAMPAIGNS:
            self._campaigns_until = max(self._campaigns_until, now + seconds)
        await self._sleep(seconds)


def _sends(method: TelegramMethod[Any]) -> bool:
    name = type(method).__name__
    return name.startswith(_SENDING) and name != "SendChatAction"


def _count(method: TelegramMethod[Any]) -> int:
    """An album is as many messages as it has pictures."""
    media = getattr(method, "media", None)
    return len(media) if isinstance(media, list) else 1


def _is_edit_in_group(method: TelegramMethod[Any], chat_id: int) -> bool:
    """Edits count in groups only; answers to taps never wait."""
    return chat_id < 0 and type(method).__name__.startswith("Edit")
