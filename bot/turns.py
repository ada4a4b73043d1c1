"""One person's updates are handled one at a time: by a lock in memory, or in Redis where there are more processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis.asyncio import Redis

# A handler that takes longer has lost its turn: the next tap must not wait for ever behind a dead process.
_LONGEST_TURN = 30.0


class LocalTurns:
    """A fair lock per person, kept while somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, person: int) -> AsyncIterator[None]:
        lock, users = self._locks.get(person, (asyncio.Lock(), 0))
        self._locks[person] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[person]
            if users == 1:
                del self._locks[person]
            else:
                self._locks[person] = (lock, users - 1)


class RedisTurns:
    """The same across the processes of one bot; a turn that is not given back ends after 30 seconds."""

    def __init__(self, redis: Redis, prefix: str = "") -> None:
        self._redis, self._prefix = redis, prefix

    @asynccontextmanager
    async def of(self, person: int) -> AsyncIterator[None]:
        lock = self._redis.lock(f"{self._prefix}turn:{person}", timeout=_LONGEST_TURN, sleep=0.02,
                                raise_on_release_error=False)
        async with lock:
            yield
