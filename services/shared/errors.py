"""Refusals. A refusal is an expected answer, not a crash: a small class with a code and facts.

The code is also the key of the words for people (`error-<code>`), filled with the facts; no text lives here.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """The use case did nothing, for a reason that the person can be told."""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class NotFound(Refusal):
    """There is no such thing, or it belongs to somebody else: both look the same from outside."""

    code = "not-found"


class NotAllowed(Refusal):
    """The actor lacks the permission. Facts: `permission`."""

    code = "not-allowed"


class Stale(Refusal):
    """The screen or button was drawn for a state that has passed; the present state must be shown instead."""

    code = "stale"


class InvalidInput(Refusal):
    """Something typed cannot be accepted. Facts: `field`, `reason` (a message key suffix)."""

    code = "invalid-input"


class ChangedSince(Refusal):
    """It cannot be undone any more: somebody changed the thing later. Facts: `name` (of whoever did), `at`."""

    code = "changed-since"
