"""Refusals of imports."""

from __future__ import annotations

from services.shared.errors import Refusal


class BadColumns(Refusal):
    """The file's first row names no column that is needed. Facts: `reason` "sku" or "twice"."""

    code = "import-columns"


class BadArchive(Refusal):
    """A ZIP file cannot be used. Facts: `reason` "broken", "sheet" (none, or several, inside) or "large"."""

    code = "import-archive"


class Busy(Refusal):
    """Another import is under way. Facts: `name` (of whoever runs it)."""

    code = "import-busy"


class WrongMoment(Refusal):
    """The import is not where the tap believes it is. Facts: `reason`, its state."""

    code = "import-moment"


class RowFault(Exception):
    """One row cannot be used: the `column` at fault and why. Never leaves the area."""

    def __init__(self, number: int, column: str, reason: str, **facts: object) -> None:
        super().__init__(number, column, reason)
        self.number, self.column, self.reason, self.facts = number, column, reason, facts
