"""One clock for the whole program: aware UTC, injected, movable in tests and in the demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment as an aware datetime in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """The real clock moved forward by `offset` seconds, or one that stands still at `at` until it is moved."""

    def __init__(self, offset: float = 0, at: datetime | None = None) -> None:
        self.offset = float(offset)
        self._at = at

    def now(self) -> datetime:
        return (self._at or datetime.now(UTC)) + timedelta(seconds=self.offset)

    def move(self, seconds: float) -> None:
        """Moves forward; time never runs backwards, for leases and deadlines rely on it."""
        if seconds < 0:
            raise ValueError("the clock moves forward only")
        self.offset += seconds
