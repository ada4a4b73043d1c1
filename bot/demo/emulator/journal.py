"""The log of what went over the wire, and what looked wrong in it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.demo.emulator.state import Json

Direction = Literal["out", "in", "web"]
LENIENT = frozenset({"flood", "unknown_field", "repeat_message"})
"""Kinds of problems that a bot may be forgiven: they depend on what people did, or harm nobody."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``out``: a call of the bot; ``in``: an update to it; ``web``: a webhook of somebody else."""

    n: int
    at: float
    direction: Direction
    what: str
    chat: int | str | None
    status: int
    ms: int
    body: Json
    reply: Json
    notes: tuple[str, ...] = ()

    def json(self) -> Json:
        return {
            "n": self.n,
            "at": int(self.at * 1000),
            "dir": self.direction,
            "what": self.what,
            "chat": self.chat,
            "status": self.status,
            "ms": self.ms,
            "body": self.body,
            "reply": self.reply,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Problem:
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


@dataclass(slots=True)
class Journal:
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=500))
    problems: deque[Problem] = field(default_factory=lambda: deque(maxlen=1000))
    on_entry: Callable[[Entry], None] | None = None
    _count: int = 0

    def add(
        self,
        at: float,
        direction: Direction,
        what: str,
        *,
        chat: int | str | None = None,
        status: int = 200,
        seconds: float = 0.0,
        body: Json | None = None,
        reply: Json | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        self._count += 1
        entry = Entry(
            self._count, at, direction, what, chat, status, round(seconds * 1000), body or {}, reply or {}, tuple(notes)
        )
        self.entries.append(entry)
        if self.on_entry is not None:
            self.on_entry(entry)

    def problem(self, kind: str, detail: str) -> None:
        self.problems.append(Problem(kind, detail))

    def clear(self) -> None:
        self.entries.clear()
        self.problems.clear()


def not_allowed(problems: Iterable[Problem], allow: Iterable[str], lenient: Iterable[str]) -> list[Problem]:
    """Problems but those of a lenient kind or matching one of the patterns ``allow`` (on "kind: detail")."""
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in allow]
    forgiven = frozenset(lenient)
    return [
        problem
        for problem in problems
        if problem.kind not in forgiven and not any(pattern.search(str(problem)) for pattern in patterns)
    ]
