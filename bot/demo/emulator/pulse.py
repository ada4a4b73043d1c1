"""A bell that rings at every change, so that nobody has to sleep and look again."""

import asyncio


class Pulse:
    """Rings with ``beat``; ``next`` waits for the next ring."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def next(self, seconds: float | None) -> bool:
        """Waits at most ``seconds`` (None: for ever); False when nothing changed in that time."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True
