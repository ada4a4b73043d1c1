"""Deadlines and the pace at which a bot may send.

The service's real limits are unpublished. ``Limits.strict()`` has the numbers of its FAQ: one message a second in a
private chat (bursts tolerated), twenty a minute in a group, thirty a second over all. The default is more patient with
a person who clicks fast.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bot.demo.emulator.errors import FloodWait
from bot.demo.emulator.state import Chat


@dataclass(slots=True)
class Limits:
    """All durations are seconds."""

    flood: bool = True
    overall_per_second: float = 30
    private_per_second: float = 5
    private_burst: float = 40
    group_per_minute: int = 120
    callback_answer: float = 15
    inline_answer: float = 30
    checkout_answer: float = 10
    callback_update: float = 150
    checkout_update: float = 150
    inline_update: float = 30
    chosen_update: float = 600
    update: float = 24 * 3600
    delete: float = 48 * 3600
    accessible: float = 48 * 3600
    retry_first: float = 1
    retry_longest: float = 60
    webhook_timeout: float = 60
    duplicate_window: float = 3

    @classmethod
    def strict(cls) -> Limits:
        return cls(private_per_second=1, private_burst=5, group_per_minute=20)

    def answer_lifetime(self, kind: str) -> float:
        """How long the service waits for the bot's answer to a query."""
        return {"callback_query": self.callback_answer, "inline_query": self.inline_answer}.get(
            kind, self.checkout_answer)

    def update_lifetime(self, kind: str) -> float:
        return {
            "callback_query": self.callback_update,
            "inline_query": self.inline_update,
            "pre_checkout_query": self.checkout_update,
            "shipping_query": self.checkout_update,
            "chosen_inline_result": self.chosen_update,
        }.get(kind, self.update)


@dataclass(slots=True)
class Bucket:
    """A token bucket."""

    burst: float
    per_second: float
    level: float
    at: float

    def wait_for(self, count: int, now: float) -> float:
        """Seconds until ``count`` tokens are there; more than a full bucket is never asked for."""
        self.level = min(self.burst, self.level + max(0.0, now - self.at) * self.per_second)
        self.at = now
        return max(0.0, (min(count, self.burst) - self.level) / self.per_second)


@dataclass(slots=True)
class FloodGate:
    """Counts what the bot sends and refuses what is too fast."""

    limits: Limits
    _overall: Bucket | None = None
    _private: dict[int, Bucket] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)

    def admit(self, chat: Chat, count: int, now: float) -> None:
        """Takes ``count`` messages to ``chat`` at time ``now``; raises FloodWait when that is too fast."""
        if not self.limits.flood:
            return
        overall = self._bucket_overall(now)
        wait = overall.wait_for(count, now)
        private = self._bucket_private(chat, now) if chat.private else None
        sent = self._sent_to_group(chat, now)
        if private is not None:
            wait = max(wait, private.wait_for(count, now))
        elif len(sent) + count > self.limits.group_per_minute:
            wait = max(wait, 60 - (now - sent[0]) if sent else 60)
        if wait > 0:
            raise FloodWait(max(1, math.ceil(wait)))
        overall.level -= count
        if private is not None:
            private.level -= count
        else:
            sent.extend([now] * count)

    def _bucket_overall(self, now: float) -> Bucket:
        if self._overall is None:
            rate = self.limits.overall_per_second
            self._overall = Bucket(rate, rate, rate, now)
        return self._overall

    def _bucket_private(self, chat: Chat, now: float) -> Bucket:
        burst = self.limits.private_burst
        return self._private.setdefault(chat.id, Bucket(burst, self.limits.private_per_second, burst, now))

    def _sent_to_group(self, chat: Chat, now: float) -> deque[float]:
        sent = self._groups.setdefault(chat.id, deque())
        while sent and now - sent[0] >= 60:
            sent.popleft()
        return sent
