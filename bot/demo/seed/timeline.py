"""The past as a row of moments: what happens is planned in any order and done in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from services.shared.db import Tx

Act = Callable[[Tx], None]


class Timeline:
    """Does planned acts up to and including `until`; what lies after it never happens."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._planned: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def plan(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._planned, (at, next(self._numbers), act))

    def run(self, tx: Tx) -> None:
        """Does everything inside `tx`, each act at its own moment; an act may plan others after itself."""
        while self._planned and self._planned[0][0] <= self.until:
            at, _, act = heapq.heappop(self._planned)
            moment = Tx(tx.conn, at, tx.vault)
            act(moment)
            tx.topics |= moment.topics
