"""What a look at the shop's surroundings found: each a fact, or a trouble that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names the words (`team-found-<code>`), filled with `facts`; `fine` is False for a trouble."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    fine: bool = True


@dataclass(frozen=True, slots=True)
class Configured:
    """A setting as people may see it: its name, and its value, or the last two symbols of a secret ("…7F")."""

    name: str
    value: str
    secret: bool = False
