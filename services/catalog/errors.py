from __future__ import annotations

from services.shared.errors import Refusal


class BadCategory(Refusal):
    """A category cannot stand there. Facts: `code`, `reason` ("depth" or "cycle")."""

    code = "bad-category"


class UnknownCode(Refusal):
    """A category, tag or product is named that does not exist. Facts: `what`, `name`."""

    code = "unknown-code"
