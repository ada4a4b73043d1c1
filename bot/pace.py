"""Keeps what the bot sends below Telegram's limits, and waits when Telegram says so.

About 30 messages a second in all, one a second to a chat with short bursts, 20 a minute to a group (core.telegram.org,
Bots FAQ); `retry_after` is obeyed. Each limit is a generic cell rate algorithm: one number per key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod

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

    def reserve(self, key: Any, now: float) -> float:
        """Books the next slot of `key` and returns the seconds to wait for it."""
        slot = max(self._next.get(key, now), now)
        self._next[key] = slot + self._interval
        if len(self._next) > _MOST_KEYS:
            self._next = {each: at for each, at in self._next.items() if at > now}
        return max(0.0, slot - self._slack - now)


class Pace(BaseRequestMiddleware):
    """Middleware of the bot's session: delays sends to fit the limits and repeats a call refused with 429."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._all = Rate(1 / 30, 1)
        self._private = Rate(1.0, 5)
        self._group = Rate(5.0, 8)
        self._paused_until = 0.0

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        for attempt in range(_MOST_RETRIES + 1):
            await self._wait(method)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if attempt == _MOST_RETRIES:
                    raise
                log.warning("%s refused for %s s", type(method).__name__, error.retry_after)
                self._paused_until = self._now() + error.retry_after
        raise AssertionError("unreachable")

    async def _wait(self, method: TelegramMethod[Any]) -> None:
        delay = self.delay(type(method).__name__, getattr(method, "chat_id", None))
        if delay > 0:
            await asyncio.sleep(delay)

    def delay(self, method: str, chat_id: Any) -> float:
        """Seconds until this call may go out. Edits count in groups only; answers to taps never wait."""
        now = self._now()
        is_group = isinstance(chat_id, int) and chat_id < 0
        sends = method.startswith(_SENDING) and method != "SendChatAction"
        delay = 0.0
        if chat_id is not None and (sends or (is_group and method.startswith("Edit"))):
            delay = (self._group if is_group else self._private).reserve(chat_id, now)
        if sends:
            delay = max(delay, self._all.reserve("all", now))
        return max(delay, self._paused_until - now) if method != "AnswerCallbackQuery" else 0.0
