"""Migrations, numbered in their order: `versions/0001_first.py` has the revision "0001"."""

from __future__ import annotations

from pathlib import Path


def revisions() -> tuple[str, ...]:
    """The numbers of all layouts that this program knows, oldest first."""
    versions = Path(__file__).parent / "versions"
    return tuple(sorted(path.name.partition("_")[0] for path in versions.glob("[0-9]*_*.py")))
