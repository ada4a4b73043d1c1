"""Stripe's notices ("events"): whether they are genuine, and what objects of the API come to in the port's terms.

Source: stripe 16.1 (`stripe.WebhookSignature`, objects as of 2026-10-28.endive). Objects without our metadata are
those of another business of the same account.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import stripe

from services.payments.errors import BadSignature
from services.payments.providers.stripe_amounts import from_stripe
from services.payments.providers.stripe_calls import Data
from services.payments.types import PaymentEvent
from services.shared.money import Money

CODE = "stripe"
HEADER = "Stripe-Signature"
TOLERANCE_SECONDS = 300
# Our numbers, in the metadata of sessions, payments and refunds.
ATTEMPT, REFUND = "shop_attempt", "shop_refund"

_NUMBER = re.compile(r"[0-9A-Z]{8,32}")
_LATEST_MOMENT = 10**11
# What Stripe says of a refund. One that needs an act of the payer's is under way for us.
REFUND_STATUS = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed", "pending": "pending",
                 "requires_action": "pending"}
# An inquiry ("warning") moves no money; one that is over has come to nothing, and so has a dispute that was prevented.
_DISPUTE_STATUS = {"won": "won", "lost": "lost", "warning_closed": "won", "prevented": "won",
                   "warning_needs_response": "asked", "warning_under_review": "asked"}
# Where a payment by a slow method ends that did not go through.
_FAILED_PAYMENT = ("requires_payment_method", "canceled")


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    type: str
    created: datetime
    about: Data


def verify(secret: str, header: str, body: bytes, now: datetime) -> None:
    """Raises BadSignature unless one of the header's v1 values is genuine and its moment is at most 300 seconds from
    `now`; always for no secret.

    The SDK compares; it knows nothing of our clock and lets moments in the future pass, so the window is ours.
    """
    stamps = [part[2:] for part in header.split(",") if part.startswith("t=")]
    if not secret or len(stamps) != 1 or not re.fullmatch(r"[0-9]{1,12}", stamps[0]) or not header.isascii():
        raise BadSignature()
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE_SECONDS:
        raise BadSignature()
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        raise BadSignature() from None


def read(body: bytes, live: bool) -> Notice:
    """Raises ValueError for what is no event, or one of the other mode (test, live) than the secret key."""
    try:
        data = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    about = _object(_object(data, "data") if isinstance(data, dict) else {}, "object")
    if data.get("object") != "event" or data.get("livemode") is not live:
        raise ValueError("no event, or one of the other mode")
    return Notice(word(data, "id"), word(data, "type"), moment(data, "created"), about)


def of_session(
    session: Data, event_id: str, created: datetime, *, failed: bool = False, fee: Money | None = None
) -> PaymentEvent | None:
    """What a session says: paid, over without money, or nothing yet (None). `failed` when a slow payment did not go
    through.

    What Stripe calls paid without a payment (a total of nothing) cannot be one of ours. Raises ValueError.
    """
    number = our_number(session)
    if number is None or session.get("mode") != "payment":
        return None
    payment = id_of(session, "payment_intent")
    if session.get("payment_status") == "paid" and payment:
        status, moved = "succeeded", payment
    elif session.get("status") == "expired":
        status, moved = "failed", word(session, "id")
    elif failed or _has_failed(session):
        status, moved = "failed", payment or word(session, "id")
    else:
        return None
    facts = {"session": word(session, "id")} | ({"payment_intent": payment} if payment else {})
    return PaymentEvent(CODE, event_id or f"query:{moved}:{status}", "payment", status, number, moved,
                        amount(session, "amount_total"), created, fee=fee, facts=facts)


def of_refund(refund: Data, event_id: str, created: datetime, number: str) -> PaymentEvent | None:
    """A refund of attempt `number` that is done or has failed; one under way is no news. Raises ValueError."""
    status = REFUND_STATUS.get(word(refund, "status"), "pending")
    if status == "pending":
        return None
    return PaymentEvent(CODE, event_id, "refund", status, number, word(refund, "id"), amount(refund, "amount"), created,
                        refund_number=our_number(refund, REFUND) or "")


def of_dispute(dispute: Data, event_id: str, created: datetime, number: str) -> PaymentEvent:
    """How a dispute about attempt `number` stands, whichever of its events tells. Raises ValueError."""
    status = _DISPUTE_STATUS.get(word(dispute, "status"), "opened")
    return PaymentEvent(CODE, event_id, "dispute", status, number, word(dispute, "id"), amount(dispute, "amount"),
                        created)


def fee_of(payment: Data) -> Money | None:
    """What Stripe keeps of a payment whose `latest_charge.balance_transaction` was asked for too; None while it is
    not known, or where it is in the currency of the shop's bank account instead of the payment's."""
    charge = payment.get("latest_charge")
    booked = charge.get("balance_transaction") if isinstance(charge, dict) else None
    if not isinstance(booked, dict) or booked.get("currency") != payment.get("currency"):
        return None
    return from_stripe(whole(booked, "fee"), word(booked, "currency"))


def our_number(about: Data, key: str = ATTEMPT) -> str | None:
    """The number of ours that an object carries; None for what is not ours."""
    metadata = about.get("metadata")
    number = metadata.get(key) if isinstance(metadata, dict) else None
    return number if isinstance(number, str) and _NUMBER.fullmatch(number) else None


def id_of(about: Data, key: str) -> str | None:
    """The id in a field that may hold the object itself, or nothing. Raises ValueError."""
    value = about.get(key)
    if value is None:
        return None
    return word(value, "id") if isinstance(value, dict) else word(about, key)


def word(data: Data, key: str) -> str:
    """A field of 1 to 128 visible ASCII characters, which every database can keep. Raises ValueError."""
    value = data.get(key)
    if not isinstance(value, str) or not (0 < len(value) <= 128 and value.isascii() and value.isprintable()):
        raise ValueError(f"no sense in {key}")
    return value


def whole(data: Data, key: str) -> int:
    value = data.get(key)
    if type(value) is not int or abs(value) > _LATEST_MOMENT:
        raise ValueError(f"no sense in {key}")
    return value


def moment(data: Data, key: str) -> datetime:
    seconds = whole(data, key)
    if not 0 < seconds < _LATEST_MOMENT:
        raise ValueError(f"no sense in {key}")
    return datetime.fromtimestamp(seconds, UTC)


def amount(data: Data, key: str) -> Money:
    """An amount > 0 with the currency beside it. Raises ValueError."""
    value = whole(data, key)
    if value <= 0:
        raise ValueError(f"no sense in {key}")
    return from_stripe(value, word(data, "currency"))


def _has_failed(session: Data) -> bool:
    payment = session.get("payment_intent")
    return (session.get("status") == "complete" and session.get("payment_status") == "unpaid"
            and isinstance(payment, dict) and payment.get("status") in _FAILED_PAYMENT)


def _object(data: Data, key: str) -> Data:
    value = data.get(key)
    if not isinstance(value, dict):
        raise ValueError(f"no sense in {key}")
    return value
