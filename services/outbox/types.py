from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Lanes: a lower number goes first. What a person waits for, then notices, then what may take its time.
URGENT, NORMAL, BULK = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Job:
    """A leased job. `attempts` counts this one."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a job is due, and the names of the duties that are."""

    jobs: bool
    duties: frozenset[str]


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """Where a live message stands; `shown` is the fingerprint of what it shows now."""

    id: int
    kind: str
    subject: int
    chat_id: int
    message_id: int
    shown: str
