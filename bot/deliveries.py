"""Telegram delivers an update again until it hears 2xx: what was handled is remembered, and waited for if under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update
from redis.asyncio import Redis

_REMEMBERED = 20_000
_LIFE_SECONDS = 48 * 3600


class Deliveries(BaseMiddleware):
    """An outer middleware of the dispatcher that lets each `update_id` through once.

    In memory for one process; with Redis across all of them. What must happen once in spite of a lost memory carries
    a nonce that is unique in the database.
    """

    def __init__(self, redis: Redis | None = None) -> None:
        self._redis = redis
        self._seen: OrderedDict[int, asyncio.Future[Any]] = OrderedDict()

    async def __call__(
        self, handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        assert isinstance(event, Update)
        if (under_way := self._seen.get(event.update_id)) is not None:
            return await asyncio.shield(under_way)
        if self._redis is not None and not await self._redis.set(
            f"update:{event.update_id}", 1, nx=True, ex=_LIFE_SECONDS
        ):
            return None
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._seen[event.update_id] = outcome
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        try:
            result = await handler(event, data)
        except BaseException:
            del self._seen[event.update_id]
            outcome.set_result(None)
            if self._redis is not None:
                await self._redis.delete(f"update:{event.update_id}")
            raise
        outcome.set_result(result)
        return result
