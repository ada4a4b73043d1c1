"""Tells waiting pages that something was committed in this process; other processes are noticed by looking again."""

from __future__ import annotations

import asyncio

from services.outbox.service import TOPIC
from services.shared.db import Store

# How long a change made by another process may go unnoticed.
_LOOK_AGAIN = 3.0


class Changes:
    """Wakes everybody who waits whenever a transaction with consequences has committed."""

    def __init__(self, store: Store) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        store.listen(TOPIC, self._wake)

    async def next(self, seconds: float) -> None:
        """Returns at the next change, at the latest after `seconds` or three seconds."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(turn)
        try:
            async with asyncio.timeout(min(seconds, _LOOK_AGAIN)):
                await turn
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(turn)

    def _wake(self) -> None:
        for turn in self._waiting:
            if not turn.done():
                turn.set_result(None)
