"""What staff type about stock, as values: "+10", "-3 broken", "=50 counted"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CHANGE = re.compile(r"([+\-=])\s*(\d{1,7})(?!\S)\s*(.*)", re.DOTALL)
_COUNT = re.compile(r"(\d{1,7})(?!\S)\s*(.*)", re.DOTALL)
_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class Change:
    """`sign` "+", "-" or "=", the pieces, and why."""

    sign: str
    pieces: int
    reason: str


def parse_change(text: str) -> Change | None:
    """None for anything else; the sign is needed, since "10" may mean ten more or ten in all."""
    found = _CHANGE.fullmatch(_folded(text))
    return None if found is None else Change(found.group(1), int(found.group(2)), found.group(3).strip())


def parse_count(text: str) -> tuple[int, str] | None:
    """A number ≥ 0 and what was written behind it."""
    found = _COUNT.fullmatch(_folded(text))
    return None if found is None else (int(found.group(1)), found.group(2).strip())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
