"""One person's updates, and what is told to them, are handled one at a time."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Turns(Protocol):
    def of(self, person: int) -> AbstractAsyncContextManager[None]:
        """Waits for this person's turn and holds it."""
        ...
