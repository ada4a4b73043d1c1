from __future__ import annotations

from services.shared.errors import Refusal


class NotDigital(Refusal):
    """Only digital goods are codes."""

    code = "not-digital"


class BadCodes(Refusal):
    """A list of codes cannot be taken. Facts: `reason` (empty, long, many, text, encoding), and the number `line`."""

    code = "bad-codes"
