"""Due jobs: a dictionary from kind to handler, and what a handler works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.chat.renderer import Renderer
from handlers.chat.shop import Shop

JobHandler = Callable[["JobContext", dict[str, Any]], Awaitable[None]]
DutyHandler = Callable[["JobContext"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a due job works with. A job that raises is tried again later."""

    shop: Shop
    renderer: Renderer


class Jobs:
    """Handlers of jobs by kind ("area.verb"), and periodic duties by name."""

    def __init__(self) -> None:
        self.handlers: dict[str, JobHandler] = {}
        self.duties: dict[str, tuple[timedelta, DutyHandler]] = {}

    def on(self, kind: str) -> Callable[[JobHandler], JobHandler]:
        def add(handler: JobHandler) -> JobHandler:
            if kind in self.handlers:
                raise ValueError(f"handled twice: {kind}")
            self.handlers[kind] = handler
            return handler

        return add

    def every(self, period: timedelta, name: str) -> Callable[[DutyHandler], DutyHandler]:
        """A duty done once per period by one of all workers."""

        def add(handler: DutyHandler) -> DutyHandler:
            if name in self.duties:
                raise ValueError(f"handled twice: {name}")
            self.duties[name] = (period, handler)
            return handler

        return add

    def merge(self, other: Jobs) -> None:
        if clash := (self.handlers.keys() & other.handlers.keys()) | (self.duties.keys() & other.duties.keys()):
            raise ValueError(f"handled twice: {sorted(clash)}")
        self.handlers.update(other.handlers)
        self.duties.update(other.duties)
