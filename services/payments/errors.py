"""Why a payment is not started, confirmed or given back."""

from __future__ import annotations

from services.shared.errors import Refusal


class BadSignature(Refusal):
    """A notice is not from the provider, or too old: nothing of it is stored."""

    code = "bad-signature"


class NotPayable(Refusal):
    """The order needs no payment (any more). Facts: `number`."""

    code = "not-payable"


class MethodUnavailable(Refusal):
    """This way to pay is switched off, or does not fit the order. Facts: `method`."""

    code = "method-unavailable"


class ProviderUnavailable(Refusal):
    """The provider cannot be reached now; another method may do."""

    code = "provider-unavailable"


class TooSoon(Refusal):
    """The provider was asked a moment ago. Facts: `seconds` to wait."""

    code = "asked-just-now"


class RefundTooLarge(Refusal):
    """More than what was captured and not yet given back. Facts: `left` Money."""

    code = "refund-too-large"


class NotManual(Refusal):
    """The provider moves this refund by itself, or has: people have nothing to confirm."""

    code = "refund-not-manual"


class AlreadyDecided(Refusal):
    """Somebody else was first. Facts: `by`."""

    code = "already-decided"
