"""The shop's books of money: append-only, by double entry.

The journal (`payment_ledger`) has one entry for each movement; two postings move its amount from one account to
another, so that every account is the sum of its postings and all of them together are nothing. Accounts: "provider:…"
is money at a provider, in the bank or in the till, "orders" what is owed against goods (below zero), "fees" and
"disputes" what was lost to them. The database refuses to change or remove either row (`models.LEDGER_DDL`): a wrong
entry gets another one against it.

Each function books once: the same reference again breaks a key. The caller holds the order's lock.
"""

from __future__ import annotations

from datetime import datetime

from services.payments import ledger_repository as repository
from services.payments.ledger_types import (
    CAPTURE,
    DISPUTE,
    DISPUTE_RETURN,
    FEE,
    FEE_RETURN,
    REFUND,
    Entry,
    Movement,
)
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.actors import SYSTEM
from services.shared.db import Tx
from services.shared.money import Money

balances, movement, takings = repository.balances, repository.movement, repository.takings
named, moved_in, fees_about = repository.named, repository.moved_in, repository.fees_about


def capture(
    tx: Tx, paid: Attempt, amount: Money, reference: str, actor: str, event: PaymentEvent | None = None
) -> None:
    """Money came for an attempt; `event` is the provider's word about it, None where a person says so."""
    _book(tx, CAPTURE, paid, amount, reference, actor, paid.number, event)


def refund(tx: Tx, back: Refund, actor: str, event: PaymentEvent | None = None) -> None:
    """A refund is done. Its provider's number is the event's, else the one that it has; one of the provider's console
    moved when it was heard of, however late people book it."""
    moved_at = back.created_at if back.reason == "external" else None
    _book(tx, REFUND, back.attempt, back.amount, back.number, actor, back.number, event, back.reference or "", moved_at)


def dispute(tx: Tx, paid: Attempt, event: PaymentEvent) -> None:
    """The payer's bank took money back until it is decided whose it is; booked once however often it is told."""
    if repository.movement(tx, DISPUTE, paid.id, event.provider_payment_id) is None:
        _book(tx, DISPUTE, paid, event.amount, event.provider_payment_id, SYSTEM.label, paid.number, event)


def dispute_won(tx: Tx, paid: Attempt, event: PaymentEvent) -> bool:
    """What a dispute took has come back, all of it; False when it took nothing, or gave it back before."""
    taken = repository.movement(tx, DISPUTE, paid.id, event.provider_payment_id)
    if taken is None or repository.movement(tx, DISPUTE_RETURN, paid.id, event.provider_payment_id) is not None:
        return False
    _book(tx, DISPUTE_RETURN, paid, taken.amount, event.provider_payment_id, SYSTEM.label, paid.number, event)
    return True


def fee(tx: Tx, about: Entry, total: Money, moved_at: datetime) -> bool:
    """Brings what a movement cost to `total` (below zero where more was given back than taken), by one entry for the
    difference; False when it stands there already. Two who do so at the same moment book it once."""
    booked = [(kind, amount) for kind, amount in repository.fees_of(tx, about.id) if amount.currency == total.currency]
    so_far = sum(amount.amount if kind == FEE else -amount.amount for kind, amount in booked)
    missing = total.amount - so_far
    if not missing:
        return False
    return repository.add_once(tx, Movement(
        FEE if missing > 0 else FEE_RETURN, about.provider, Money(abs(missing), total.currency),
        f"{about.id}.{total.currency}.{len(booked)}", SYSTEM.label, moved_at, about.order_id, about.attempt_id,
        about.number, about.provider_number, about.id,
    ))


def lone_fee(tx: Tx, provider: str, amount: Money, reference: str, provider_number: str, moved_at: datetime) -> bool:
    """Something that a provider charges beside the movements (below zero: gives back); False when `reference` is booked
    already."""
    return repository.add_once(tx, Movement(
        FEE if amount.amount > 0 else FEE_RETURN, provider, Money(abs(amount.amount), amount.currency), reference,
        SYSTEM.label, moved_at, provider_number=provider_number))


def _book(
    tx: Tx, kind: str, paid: Attempt, amount: Money, reference: str, actor: str, number: str,
    event: PaymentEvent | None, provider_number: str = "", known: datetime | None = None,
) -> None:
    moved_at = event.created if event is not None else known or tx.now
    named = event.provider_payment_id if event is not None else provider_number
    entry_id = repository.add(tx, Movement(
        kind, paid.provider, amount, reference, actor, moved_at, paid.order_id, paid.id, number, named))
    if event is not None and event.fee is not None and event.fee:
        fee(tx, Entry(entry_id, paid.order_id, paid.id, paid.provider, kind, reference, number, named, amount, tx.now,
                      moved_at), event.fee, moved_at)
