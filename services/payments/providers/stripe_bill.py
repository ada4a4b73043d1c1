"""A day of the account's movements ("balance transactions") as lines of a bill.

A movement is in the currency of the shop's bank account; its line has the amount of the payment or the refund behind
it, in the currency of the order, and the fee in the currency in which Stripe keeps it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

from services.payments.providers import stripe_notices
from services.payments.providers.stripe_amounts import from_stripe
from services.payments.providers.stripe_calls import Calls, Data
from services.payments.types import BillLine
from services.shared.money import Money

NumberOf = Callable[[str], Awaitable[str | None]]

_CAPTURES = ("charge", "payment")
_REFUNDS = ("refund", "payment_refund")
# A refund whose money came back from the payer's bank: both movements together are nothing.
_TAKEN_BACK = ("refund_failure", "payment_failure_refund")
# Money that a dispute takes or brings back; of interest here is what Stripe charges for it.
_DISPUTES = ("adjustment",)
_FEES = ("stripe_fee", "stripe_fx_fee", "tax_fee")


async def lines(calls: Calls, day: date, number_of: NumberOf) -> tuple[BillLine, ...]:
    """The payments and refunds of `day` (UTC) that carry our numbers, and the fees that Stripe charges for itself.

    `number_of` says whose a payment is, for a refund made in Stripe's dashboard carries nothing; payouts and what
    belongs to another business of the account are left out. Raises Unreachable, Refused, ValueError.
    """
    first = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    wanted = {"created": {"gte": first, "lt": first + int(timedelta(days=1).total_seconds())},
              "expand": ["data.source"]}
    moved = [item async for item in calls.pages(lambda v1, page: v1.balance_transactions.list_async(page), wanted)]
    undone = {_source(item).get("id") for item in moved if item.get("type") in _TAKEN_BACK}
    found = [await _line(item, number_of) for item in moved if _source(item).get("id") not in undone or _is_fee(item)]
    return tuple(line for line in found if line is not None)


async def _line(moved: Data, number_of: NumberOf) -> BillLine | None:
    currency, at = stripe_notices.word(moved, "currency"), stripe_notices.moment(moved, "created")
    if _is_fee(moved):
        kept = from_stripe(-stripe_notices.whole(moved, "amount"), currency)
        return BillLine("fee", "", stripe_notices.word(moved, "id"), Money(abs(kept.amount), kept.currency), kept, at)
    source, kind = _source(moved), moved.get("type")
    payment = stripe_notices.id_of(source, "payment_intent") if kind in _CAPTURES + _REFUNDS + _DISPUTES else None
    number = None if payment is None else stripe_notices.our_number(source) or await number_of(payment)
    if payment is None or number is None:
        return None
    fee = from_stripe(stripe_notices.whole(moved, "fee"), currency)
    if kind in _DISPUTES:
        named = stripe_notices.word(moved, "id")
        return BillLine("fee", "", named, Money(abs(fee.amount), fee.currency), fee, at) if fee else None
    amount = stripe_notices.amount(source, "amount")
    if kind in _CAPTURES:
        return BillLine("capture", number, payment, amount, fee, at)
    number = stripe_notices.our_number(source, stripe_notices.REFUND) or ""
    return BillLine("refund", number, stripe_notices.word(source, "id"), amount, fee, at)


def _is_fee(moved: Data) -> bool:
    return moved.get("type") in _FEES


def _source(moved: Data) -> Data:
    source = moved.get("source")
    return source if isinstance(source, dict) else {}
