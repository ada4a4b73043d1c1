"""How far something has got, as a line of text."""

from __future__ import annotations

_CELLS = 10


def bar(done: int, total: int) -> str:
    """Ten cells, full ones first: "▓▓▓▓▓▓░░░░". Full only when everything is done; empty only when nothing is."""
    if total <= 0 or done >= total:
        return "▓" * _CELLS
    full = max(done * _CELLS // total, min(done, 1))
    return "▓" * full + "░" * (_CELLS - full)


def percent(done: int, total: int) -> int:
    """Whole per cent, rounded down: 100 only when everything is done."""
    return 100 if total <= 0 else min(done, total) * 100 // total
