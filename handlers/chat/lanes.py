"""In which lane a call to Telegram goes: what people wait for goes before what was sent to many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

NOTICES, CAMPAIGNS = 0, 1


@dataclass(slots=True)
class Lane:
    """A lower `level` goes first. `refused` counts calls that Telegram refused for coming too fast; `left` says that a
    call is on its way: nobody knows any more whether it arrives."""

    level: int = NOTICES
    refused: int = 0
    left: bool = False


_current: ContextVar[Lane | None] = ContextVar("lane", default=None)


def current() -> Lane:
    """The lane of the running task; notices, if nobody chose one."""
    return _current.get() or Lane()


@contextmanager
def campaigns() -> Iterator[Lane]:
    """What is sent inside goes behind everything else."""
    lane = Lane(CAMPAIGNS)
    token = _current.set(lane)
    try:
        yield lane
    finally:
        _current.reset(token)
