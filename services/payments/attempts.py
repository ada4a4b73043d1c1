"""Tries to pay: one open attempt for each order and method, with a number of its own and a frozen amount."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from services.orders import standing, steps
from services.orders.arcs import CANCELLED, PLACED
from services.orders.standing import Standing
from services.orders.types import BANK_TRANSFER, CASH_ON_DELIVERY, Terms
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import repository
from services.payments.closing import close, close_all
from services.payments.errors import MethodUnavailable, NotPayable, PhoneNeeded, TooSoon
from services.payments.methods import for_order
from services.payments.provider import Provider, Started
from services.payments.receiving import owed
from services.payments.types import Attempt, PaymentState
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money

# "I've paid" asks the provider at most this often for one attempt.
ASK_EVERY = timedelta(seconds=5)
# A provider is asked by ourselves 30 s after the start or 5 s after "I've paid", then at double the time, and
# for the last time after a week.
FIRST_POLL = timedelta(seconds=30)
POLLED_FOR = timedelta(days=7)


def open_attempt(
    tx: Tx, actor: Actor, order_id: int, method: str, providers: Mapping[str, Provider], terms: Terms,
    channel: str | None = None,
) -> Attempt:
    """The pending attempt to pay the rest of an own order by `method`, made if there is none for this amount.

    One of another `channel` of the same provider is another attempt: providers take one number for one product. None
    goes on with whichever is open.

    Raises NotFound for another's order, NotPayable, MethodUnavailable. Attempts by other methods are closed at their
    providers afterwards; should one be paid all the same, the money counts. Cash has no attempt before it is taken.
    """
    order = _own(tx, actor, order_id)
    due = _payable(tx, order)
    # Whether the provider answers today is not known before it is asked.
    if method == CASH_ON_DELIVERY or method not in (each.code for each in for_order(tx, actor, order_id, providers)):
        raise MethodUnavailable(method=method)
    if channel and channel not in providers[method].accepts.channels:
        raise MethodUnavailable(method=method)
    if order.payment_method == CASH_ON_DELIVERY and order.state != PLACED:
        # The parcel leaves on the word that its carrier takes the money.
        raise NotPayable(number=order.number)
    current = None
    for attempt in repository.attempts(tx, order_id):
        if attempt.status != "pending":
            continue
        same = (attempt.provider, attempt.amount) == (method, due) and channel in (None, attempt.channel)
        if same:
            current = attempt
        else:
            close(tx, attempt)
    if current is not None:
        return current
    if method != order.payment_method:
        steps.set_method(tx, order_id, method, terms)
    expires_at = standing.read(tx, order_id).expires_at
    first_poll = None if method == BANK_TRANSFER else tx.now + FIRST_POLL
    return repository.add_attempt(tx, order_id, method, due, expires_at, first_poll, channel or "")


def choose_cash(tx: Tx, actor: Actor, order_id: int, providers: Mapping[str, Provider], terms: Terms) -> None:
    """An own order will be paid at the door; attempts by other methods are closed.

    Raises NotFound for another's order, NotPayable, MethodUnavailable, PhoneNeeded.
    """
    order = _own(tx, actor, order_id)
    _payable(tx, order)
    offered = [each for each in for_order(tx, actor, order_id, providers) if each.code == CASH_ON_DELIVERY]
    if not offered:
        raise MethodUnavailable(method=CASH_ON_DELIVERY)
    if offered[0].obstacle:
        raise PhoneNeeded()
    if order.payment_method != CASH_ON_DELIVERY:
        steps.set_method(tx, order_id, CASH_ON_DELIVERY, terms)
    close_all(tx, order_id)


def page_token(tx: Tx, actor: Actor, order_id: int) -> str:
    """The token of the pay page of an own order, made at the first call."""
    _own(tx, actor, order_id)
    return repository.link(tx, order_id)


def note_started(tx: Tx, attempt_id: int, started: Started) -> Attempt:
    """Keeps what opens the payment: the provider's page, a code, a form."""
    standing.lock(tx, require(tx, attempt_id).order_id)
    repository.set_started(tx, require(tx, attempt_id), started)
    return require(tx, attempt_id)


def give_up(tx: Tx, attempt_id: int) -> None:
    """The provider does not take this attempt: the next try has a number of its own."""
    attempt = require(tx, attempt_id)
    standing.lock(tx, attempt.order_id)
    repository.set_status(tx, attempt_id, "failed", ("pending",))


def note_switched(tx: Tx, actor: Actor, order_id: int, before: str) -> None:
    """If the way to pay an own order is another one than `before`, the pay screen in the chat follows."""
    order = _own(tx, actor, order_id)
    if order.payment_method != before:
        outbox.enqueue(tx, "payments.follow", {"order_id": order_id, "method": order.payment_method}, lane=URGENT)


def state(tx: Tx, actor: Actor, order_id: int) -> PaymentState:
    """What the pay screen of an own order shows. Raises NotFound for another's."""
    order = standing.read(tx, order_id)
    actor.require_own(order.customer_id)
    return _state(tx, order)


def state_by_token(tx: Tx, token: str) -> PaymentState:
    """What the pay page behind `token` shows; whoever has the link may see it. Raises NotFound."""
    order_id = repository.order_behind(tx, token)
    if order_id is None:
        raise NotFound()
    return _state(tx, standing.read(tx, order_id))


def ask_now(tx: Tx, attempt_id: int) -> None:
    """The payer says that they have paid: polls begin anew. Raises TooSoon when that was said in the last seconds."""
    if not repository.note_asked(tx, attempt_id, tx.now - ASK_EVERY, tx.now + ASK_EVERY):
        raise TooSoon(seconds=int(ASK_EVERY.total_seconds()))


def due_polls(tx: Tx, most: int) -> tuple[Attempt, ...]:
    """Attempts to ask their providers about now, each put off to its next turn (see `POLLED_FOR`)."""
    found = repository.to_poll(tx, most)
    for attempt in found:
        begun = attempt.asked_at or attempt.created_at
        waited = tx.now - begun
        again_at = min(tx.now + waited, begun + POLLED_FOR) if waited < POLLED_FOR else None
        repository.set_poll(tx, attempt.id, again_at)
    return tuple(found)


def require(tx: Tx, attempt_id: int) -> Attempt:
    attempt = repository.attempt(tx, attempt_id)
    if attempt is None:
        raise NotFound()
    return attempt


def _payable(tx: Tx, order: Standing) -> Money:
    """What is due for an order that can still be paid. Raises NotPayable."""
    due = owed(tx, order)
    over = order.expires_at is not None and order.expires_at <= tx.now
    if order.state == CANCELLED or over or due.amount <= 0:
        raise NotPayable(number=order.number)
    return due


def _own(tx: Tx, actor: Actor, order_id: int) -> Standing:
    order = standing.lock(tx, order_id)
    actor.require_own(order.customer_id)
    return order


def _state(tx: Tx, order: Standing) -> PaymentState:
    tried = repository.attempts(tx, order.id)
    newest = tried[-1] if tried else None
    received = Money(repository.moved(tx, order.id, "capture"), order.total.currency)
    refunds = tuple(repository.refunds(tx, order.id))
    slips = tuple(repository.slips(tx, newest.id)) if newest is not None else ()
    return PaymentState(order.id, repository.known_link(tx, order.id), newest, received, refunds, slips)
