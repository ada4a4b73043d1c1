from __future__ import annotations

from services.shared.errors import Refusal


class AlreadyExplained(Refusal):
    """Somebody said why before. Facts: `by`."""

    code = "already-explained"
