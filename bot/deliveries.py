"""Telegram delivers an update again until it hears 2xx: what was handled is remembered, and waited for if under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

if TYPE_CHECKING:
    from redis.asyncio import Redis

_REMEMBERED = 20_000
# A process that dies at an update leaves this mark behind: so long the update cannot be handled by another one.
_UNDER_WAY_SECONDS = 60
_DONE_SECONDS = 48 * 3600
_POLL_SECONDS = 0.1
_LONGEST_FINISH = 10.0
_UNDER_WAY, _DONE = b"under way", b"done"

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Deliveries(BaseMiddleware):
    """An outer middleware of the dispatcher that lets each `update_id` of a bot through once.

    A second delivery waits for the first one under way, so that Telegram hears 2xx only of what was handled; where the
    first fails or its process dies, the second is handled itself. In memory for one process; with Redis across all of
    them, under keys that begin with `prefix`. What must happen once in spite of a lost memory carries a nonce that is
    unique in the database.
    """

    def __init__(self, redis: Redis | None = None, prefix: str = "") -> None:
        self._redis, self._prefix = redis, prefix
        self._seen: OrderedDict[int, asyncio.Future[bool]] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)
        while (handled := self._seen.get(event.update_id)) is not None:
            if await asyncio.shield(handled):
                return None
        handled = asyncio.get_running_loop().create_future()
        self._seen[event.update_id] = handled
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        try:
            result = await self._across_processes(handler, event, data)
        except BaseException:
            self._seen.pop(event.update_id, None)
            handled.set_result(False)
            raise
        handled.set_result(True)
        return result

    async def finish(self) -> None:
        """Waits for the updates under way, ten seconds at most: nothing they use may be closed before."""
        if under_way := [handled for handled in self._seen.values() if not handled.done()]:
            await asyncio.wait(under_way, timeout=_LONGEST_FINISH)

    async def _across_processes(self, handler: Handler, event: Update, data: dict[str, Any]) -> Any:
        if self._redis is None:
            return await handler(event, data)
        key = f"{self._prefix}update:{event.update_id}"
        while not await self._redis.set(key, _UNDER_WAY, nx=True, ex=_UNDER_WAY_SECONDS):
            if await self._redis.get(key) == _DONE:
                return None
            await asyncio.sleep(_POLL_SECONDS)
        try:
            result = await handler(event, data)
        except BaseException:
            await self._redis.delete(key)
            raise
        await self._redis.set(key, _DONE, ex=_DONE_SECONDS)
        return result
