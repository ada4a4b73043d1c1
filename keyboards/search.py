"""Taps of the search."""

from __future__ import annotations

from keyboards.taps import Id, Tap


class SearchTap(Tap, prefix="1gu"):
    """Asks what to look for, in a category or (0) in the whole shop."""

    category: Id = 0
