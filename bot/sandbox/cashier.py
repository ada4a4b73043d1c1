"""What can be done at the sandbox's cashier: pay, pay late, pay twice, pay a wrong amount, fail, delay the notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.sandbox import records
from bot.sandbox.records import FAILED, PAID, Payment
from services.shared.db import Tx
from services.shared.money import Money

# How long after the end of the order a late payment arrives.
_LATE_BY = timedelta(minutes=1)


def act(tx: Tx, session: str, what: str, amount: int, delay: int) -> Payment | None:
    """Does `what` (a key of `ACTS`) for the payment of `session`; None when there is no such payment or act."""
    payment = records.payment(tx, session=session)
    if payment is None or what not in ACTS:
        return None
    ACTS[what](tx, payment, amount, delay)
    return payment


def _pay(tx: Tx, payment: Payment, _amount: int, _delay: int) -> None:
    if _open(tx, payment):
        records.notify(tx, payment.number, PAID, payment.amount)


def _pay_late(tx: Tx, payment: Payment, _amount: int, _delay: int) -> None:
    """Money that was on its way already: nothing keeps it from arriving, not even that the shop has closed."""
    after = payment.expires_at + _LATE_BY if payment.expires_at is not None else tx.now
    records.notify(tx, payment.number, PAID, payment.amount, happened_at=max(after, tx.now))


def _pay_twice(tx: Tx, payment: Payment, _amount: int, _delay: int) -> None:
    for _ in range(0 if payment.closed else 2):
        records.notify(tx, payment.number, PAID, payment.amount)


def _pay_wrong(tx: Tx, payment: Payment, amount: int, _delay: int) -> None:
    if amount > 0 and not payment.closed:
        records.notify(tx, payment.number, PAID, Money(amount, payment.amount.currency))


def _fail(tx: Tx, payment: Payment, _amount: int, _delay: int) -> None:
    if _open(tx, payment):
        records.notify(tx, payment.number, FAILED, payment.amount)


def _delay_notice(tx: Tx, payment: Payment, _amount: int, delay: int) -> None:
    """The money moves now; the shop hears of it later, unless it asks."""
    if _open(tx, payment):
        records.notify(tx, payment.number, PAID, payment.amount, due_at=tx.now + timedelta(seconds=max(0, delay)))


def _open(tx: Tx, payment: Payment) -> bool:
    """Whether an honest payer can still pay: nobody has, and the shop has not closed the payment."""
    known = records.outcome(tx, payment.number)
    return not payment.closed and (known is None or known.type != PAID)


ACTS: dict[str, Callable[[Tx, Payment, int, int], None]] = {
    "pay": _pay, "pay-late": _pay_late, "pay-twice": _pay_twice, "pay-wrong": _pay_wrong, "fail": _fail,
    "delay": _delay_notice,
}
