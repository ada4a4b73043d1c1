from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as every screen needs them. `is_new` is true only in the moment of the first contact."""

    id: int
    telegram_id: int
    language: str
    first_name: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class ChatState:
    """Where a person's chat stands: the step that waits for typed input, its draft, and the live screen's message."""

    step: str | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    screen_message_id: int | None = None
