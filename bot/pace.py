"""Keeps what the bot sends below Telegram's limits, and waits when Telegram says so.

About 30 messages a second in all, one a second to a chat with short bursts, 20 a minute to a group (core.telegram.org,
Bots FAQ); `retry_after` is obeyed. Each limit is a generic cell rate algorithm: one number per key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.turns import LocalTurns

log = logging.getLogger(__name__)

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


class Pace(BaseRequestMiddleware):
    """Middleware of the bot's session: delays sends to fit the limits and repeats a call refused with 429.

    A chat's calls go one after another, and its limit is booked at the moment a call leaves: what piled up behind the
    overall limit or a pause does not leave in one heap. A pause holds up its own chat only.
    """

    def __init__(
        self, now: Callable[[], float] | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        group: Rate | None = None,
    ) -> None:
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        # One per cent below the cap, so that no window of a second ever holds 31.
        self._all = Rate(1 / 29.7, 1)
        self._private = Rate(1.0, 5)
        self._group = group or Rate(5.0, 8)
        self._lanes = LocalTurns()
        self._paused_until: dict[int, float] = {}

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        chat_id = getattr(method, "chat_id", None)
        for attempt in range(_MOST_RETRIES + 1):
            if isinstance(chat_id, int) and (_sends(method) or _is_edit_in_group(method, chat_id)):
                await self._admit(chat_id, method)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if attempt == _MOST_RETRIES:
                    raise
                log.warning("%s refused for %s s", type(method).__name__, error.retry_after)
                await self._pause(chat_id, error.retry_after)
        raise AssertionError("unreachable")

    async def _admit(self, chat_id: int, method: TelegramMethod[Any]) -> None:
        """Returns when the call may leave, and books it."""
        rate, count = self._group if chat_id < 0 else self._private, _count(method)
        async with self._lanes.of(chat_id):
            while (wait := self._hold(chat_id, rate)) > 0:
                await self._sleep(wait)
            if _sends(method):
                await self._sleep(self._all.reserve("all", self._now(), count))
            rate.take(chat_id, self._now(), count)

    def _hold(self, chat_id: int, rate: Rate) -> float:
        now = self._now()
        return max(rate.wait(chat_id, now), self._paused_until.get(chat_id, now) - now)

    async def _pause(self, chat_id: Any, seconds: float) -> None:
        if not isinstance(chat_id, int):
            await self._sleep(seconds)
            return
        now = self._now()
        self._paused_until = {each: until for each, until in self._paused_until.items() if until > now}
        self._paused_until[chat_id] = now + seconds
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
