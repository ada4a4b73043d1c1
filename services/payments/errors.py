"""Why a payment is not started, confirmed or given back."""

from __future__ import annotations

from services.shared.errors import Refusal


class BadSignature(Refusal):
    """A notice is not from the provider, or too old: nothing of it is stored."""

    code = "bad-signature"


class SignatureProbe(BadSignature):
    """The provider sent a wrong signature on purpose, to see that it is refused; nobody attacks."""


class NotPayable(Refusal):
    """The order needs no payment (any more). Facts: `number`."""

    code = "not-payable"


class MethodUnavailable(Refusal):
    """This way to pay is switched off, or does not fit the order. Facts: `method`."""

    code = "method-unavailable"


class PhoneNeeded(Refusal):
    """Cash at the door is for those whose phone number Telegram vouches for."""

    code = "phone-needed"


class ProviderUnavailable(Refusal):
    """The provider cannot be reached now; another method may do."""

    code = "provider-unavailable"


class TooEarly(Refusal):
    """A provider tells of a refund before it told of the payment: it must tell again later."""

    code = "too-early"


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


class InvoiceRefused(Refusal):
    """An invoice in the chat cannot be paid now. Facts: `reason`, and `number` of the order for who ordered it."""

    code = "invoice"
