"""What Alipay's trade notices and query answers say, as events.

An event's id names the news, not the notice: Alipay keeps a `notify_id` over its repetitions, but nothing promises
another one for the next news of the same trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.payments.provider import Unreachable
from services.payments.providers.alipay_gateway import Answer
from services.payments.providers.alipay_values import fen, moment
from services.payments.types import Attempt, PaymentEvent
from services.shared.money import Money

CODE = "alipay"
CURRENCY = "CNY"
# Paid, both; the second can no more be refunded.
_PAID = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_CLOSED = "TRADE_CLOSED"
_WAITING = frozenset({"WAIT_BUYER_PAY", "TRADE_PENDING"})
_LONGEST_NUMBER = 40
_LONGEST_REQUEST = 64


@dataclass(frozen=True, slots=True)
class Returned:
    """That money went back: `request` is the refund's number where the notice has one (`out_biz_no`).

    `so_far` is all that ever went back of the trade, not the amount of this refund (`refund_fee`: "总退款金额" in
    Alipay's list of notice fields).
    """

    request: str
    so_far: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """News of a trade: its `payment`, and that money went back of it."""

    payment: PaymentEvent
    returned: Returned | None


def read(fields: Mapping[str, str], now: datetime) -> Notice | None:
    """What a genuine notice says; None when nothing of use. Raises ValueError for one without sense.

    A refund's notice says also that the payment came: its own notice may be lost or still on its way. A trade that was
    closed by a full refund has `refund_fee` or `gmt_refund`; one that nobody paid has not.
    """
    if fields.get("notify_type") != "trade_status_sync" or fields.get("trade_status") in _WAITING:
        return None
    status = fields.get("trade_status", "")
    if status not in _PAID and status != _CLOSED:
        raise ValueError("an unknown trade status")
    returned = _returned(fields, now)
    paid = status in _PAID or returned is not None
    at = _when(fields, ("gmt_payment", "notify_time") if paid else ("gmt_close", "notify_time"), now)
    payment = _payment(fields, _word(fields, "out_trade_no", _LONGEST_REQUEST), paid, at, "notice")
    # A trade is finished months after its last refund, and may still name it.
    return Notice(payment, None if status == "TRADE_FINISHED" else returned)


def refund_event(payment: PaymentEvent, returned: Returned, amount: Money) -> PaymentEvent:
    """The refund of `amount` under `returned.request` of a paid trade."""
    # Ours have numbers: one without any was made in the console, and is told apart by its time.
    number = returned.request or f"{returned.at:%Y%m%d%H%M%S}"
    reference = refund_reference(payment.provider_payment_id, number)
    return PaymentEvent(CODE, f"notice:{reference}:refunded", "refund", "succeeded", payment.number, reference, amount,
                        returned.at, refund_number=number)


def refund_reference(trade_no: str, number: str) -> str:
    """Names a refund at Alipay, which gives refunds no number of its own: ours is unique within the trade."""
    return f"{trade_no}:{number}"


def read_query(answer: Answer, attempt: Attempt, now: datetime) -> PaymentEvent | None:
    """What the answer to a query says about `attempt`; None while it is not decided. Raises Unreachable.

    A closed trade holds no money of the payer, whether nobody paid it or everything went back.
    """
    status = answer.text("trade_status")
    if answer.text("out_trade_no") != attempt.number:
        raise Unreachable("query: an answer about another payment")
    if status in _WAITING:
        return None
    if status not in _PAID and status != _CLOSED:
        raise Unreachable("query: an unknown trade status")
    fields = {name: answer.text(name) for name in ("trade_no", "total_amount", "send_pay_date")}
    try:
        return _payment(fields, attempt.number, status in _PAID, _when(fields, ("send_pay_date",), now), "query")
    except ValueError:
        raise Unreachable("query: no sense in the answer") from None


def _payment(fields: Mapping[str, str], number: str, paid: bool, at: datetime, source: str) -> PaymentEvent:
    trade_no = _word(fields, "trade_no", _LONGEST_NUMBER)
    amount = Money(fen(fields.get("total_amount")), CURRENCY)
    if amount.amount <= 0:
        raise ValueError("no amount")
    status = "succeeded" if paid else "failed"
    return PaymentEvent(CODE, f"{source}:{trade_no}:{status}", "payment", status, number, trade_no, amount, at,
                        facts={"trade_no": trade_no})


def _returned(fields: Mapping[str, str], now: datetime) -> Returned | None:
    # Alipay closes a paid trade only when all of it went back.
    everything = fields.get("gmt_refund") and fields.get("trade_status") == _CLOSED
    so_far = fen(fields.get("refund_fee") or (fields.get("total_amount") if everything else "0"))
    if so_far <= 0:
        return None
    request = _word(fields, "out_biz_no", _LONGEST_REQUEST) if fields.get("out_biz_no") else ""
    return Returned(request, Money(so_far, CURRENCY), _when(fields, ("gmt_refund", "notify_time"), now))


def _when(fields: Mapping[str, str], names: tuple[str, ...], now: datetime) -> datetime:
    """The first of these times that is told, otherwise `now`. Raises ValueError."""
    told = next((fields[name] for name in names if fields.get(name)), "")
    return moment(told) if told else now


def _word(fields: Mapping[str, str], name: str, most: int) -> str:
    """A field of 1 to `most` visible ASCII characters, which every database can keep."""
    value = fields.get(name, "")
    if not (0 < len(value) <= most and value.isascii() and value.isprintable()):
        raise ValueError(f"no sense in {name}")
    return value
