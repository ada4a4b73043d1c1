from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.payments.models import LedgerRow, PaymentAttemptRow, PaymentEventRow, PaymentLinkRow, RefundRow, SlipRow
from services.payments.provider import Started
from services.payments.types import Attempt, PaymentEvent, Refund, Slip
from services.shared.db import Tx
from services.shared.ids import random_code, token
from services.shared.money import Money

LINKS, ATTEMPTS, EVENTS, LEDGER, REFUNDS, SLIPS = (
    cast(Table, row.__table__)
    for row in (PaymentLinkRow, PaymentAttemptRow, PaymentEventRow, LedgerRow, RefundRow, SlipRow)
)

_NUMBER_LENGTH = 20
# Refunds in these states have taken, or may still take, money from what was captured.
LIVE_REFUNDS = ("requested", "pending", "manual", "external", "succeeded")

_LINK = select(LINKS.c.token).where(LINKS.c.order_id == bindparam("order_id"))
_NEW_LINK = {
    True: sqlite.insert(LINKS).on_conflict_do_nothing(index_elements=["order_id"]),
    False: postgresql.insert(LINKS).on_conflict_do_nothing(index_elements=["order_id"]),
}
_NEW_EVENT = {
    True: sqlite.insert(EVENTS).on_conflict_do_nothing().returning(EVENTS.c.id),
    False: postgresql.insert(EVENTS).on_conflict_do_nothing().returning(EVENTS.c.id),
}
_LINKED = select(LINKS.c.order_id).where(LINKS.c.token == bindparam("token"))
_ATTEMPT = select(ATTEMPTS).where(ATTEMPTS.c.id == bindparam("attempt_id"))
_BY_NUMBER = select(ATTEMPTS).where(ATTEMPTS.c.number == bindparam("number"))
_OF_ORDER = select(ATTEMPTS).where(ATTEMPTS.c.order_id == bindparam("order_id")).order_by(ATTEMPTS.c.id)
_NEW_ATTEMPT = insert(ATTEMPTS)
_SET_STARTED = (
    update(ATTEMPTS)
    .where(ATTEMPTS.c.id == bindparam("attempt_id"))
    .values(url=bindparam("new_url"), code=bindparam("new_code"), form=bindparam("new_form"),
            fresh_until=bindparam("until"), facts=bindparam("new_facts"))
)
_SET_FACTS = update(ATTEMPTS).where(ATTEMPTS.c.id == bindparam("attempt_id")).values(facts=bindparam("new_facts"))
_SET_STATUS = (
    update(ATTEMPTS)
    .where(ATTEMPTS.c.id == bindparam("attempt_id"), ATTEMPTS.c.status.in_(bindparam("leaves", expanding=True)))
    .values(status=bindparam("new_status"), next_poll_at=None)
)
# What is closed here may be open there: it is still asked about.
_CLOSE = (
    update(ATTEMPTS).where(ATTEMPTS.c.id == bindparam("attempt_id"), ATTEMPTS.c.status == "pending")
    .values(status="closed")
)
_ASKED = (
    update(ATTEMPTS)
    .where(ATTEMPTS.c.id == bindparam("attempt_id"))
    .where(ATTEMPTS.c.asked_at.is_(None) | (ATTEMPTS.c.asked_at <= bindparam("not_after")))
    .values(asked_at=bindparam("now"), next_poll_at=bindparam("again_at"))
)
_TO_POLL = (
    select(ATTEMPTS)
    .where(ATTEMPTS.c.status.in_(("pending", "closed")), ATTEMPTS.c.next_poll_at <= bindparam("now"))
    .order_by(ATTEMPTS.c.next_poll_at).limit(bindparam("most"))
)
_SET_POLL = update(ATTEMPTS).where(ATTEMPTS.c.id == bindparam("attempt_id")).values(next_poll_at=bindparam("at"))
_SET_OUTCOME = update(EVENTS).where(EVENTS.c.id == bindparam("row_id")).values(outcome=bindparam("word"))
_SET_RAW = update(EVENTS).where(EVENTS.c.id == bindparam("row_id")).values(raw=bindparam("sealed"))
_MOVED = select(func.coalesce(func.sum(LEDGER.c.amount), 0)).where(
    LEDGER.c.order_id == bindparam("order_id"), LEDGER.c.kind == bindparam("kind")
)
_CAPTURED = select(func.coalesce(func.sum(LEDGER.c.amount), 0)).where(
    LEDGER.c.attempt_id == bindparam("attempt_id"), LEDGER.c.kind == "capture"
)
_GIVEN_BACK = select(func.coalesce(func.sum(REFUNDS.c.amount), 0)).where(
    REFUNDS.c.attempt_id == bindparam("attempt_id"), REFUNDS.c.status.in_(LIVE_REFUNDS)
)
_TAKEN = case((LEDGER.c.kind == "dispute", LEDGER.c.amount), else_=-LEDGER.c.amount)
_DISPUTED = {
    column: select(func.coalesce(func.sum(_TAKEN), 0)).where(
        LEDGER.c[column] == bindparam("of"), LEDGER.c.kind.in_(("dispute", "dispute-return")))
    for column in ("order_id", "attempt_id")
}
_RETURNING = select(func.coalesce(func.sum(REFUNDS.c.amount), 0)).where(
    REFUNDS.c.order_id == bindparam("order_id"), REFUNDS.c.status.in_(LIVE_REFUNDS)
)
_NEW_REFUND = insert(REFUNDS)
_REFUND = select(REFUNDS).where(REFUNDS.c.id == bindparam("refund_id"))
_REFUNDS_OF_ORDER = select(REFUNDS).where(REFUNDS.c.order_id == bindparam("order_id")).order_by(REFUNDS.c.id)
_SETTLE = (
    update(REFUNDS)
    .where(REFUNDS.c.id == bindparam("refund_id"), REFUNDS.c.status.in_(bindparam("leaves", expanding=True)))
    .values(status=bindparam("new_status"), settled_at=bindparam("at"), settled_by=bindparam("who"))
)
_SET_REFERENCE = update(REFUNDS).where(REFUNDS.c.id == bindparam("refund_id")).values(reference=bindparam("new"))
_NEW_SLIP = insert(SLIPS)
_SLIP = select(SLIPS).where(SLIPS.c.id == bindparam("slip_id"))
_SLIPS_OF = select(SLIPS).where(SLIPS.c.attempt_id == bindparam("attempt_id")).order_by(SLIPS.c.id)
_SAME_PICTURE = select(func.count()).where(
    SLIPS.c.file_unique_id == bindparam("unique_id"), SLIPS.c.attempt_id != bindparam("attempt_id")
)
_DECIDE = (
    update(SLIPS)
    .where(SLIPS.c.id == bindparam("slip_id"), SLIPS.c.status == "waiting")
    .values(status=bindparam("new_status"), decided_by=bindparam("who"), decided_at=bindparam("now"))
)


def link(tx: Tx, order_id: int) -> str:
    """The token of the order's pay page, made at the first call."""
    known = known_link(tx, order_id)
    if not known:
        tx.execute(_NEW_LINK[tx.sqlite], {"order_id": order_id, "token": token()})
        known = known_link(tx, order_id)
    return known


def known_link(tx: Tx, order_id: int) -> str:
    """The token of the order's pay page; empty when there is none yet."""
    return tx.scalar(_LINK, {"order_id": order_id}) or ""


def order_behind(tx: Tx, page_token: str) -> int | None:
    return tx.scalar(_LINKED, {"token": page_token})


def add_attempt(tx: Tx, order_id: int, provider: str, amount: Money, expires_at: datetime | None,
                first_poll: datetime | None, channel: str = "") -> Attempt:
    row = {
        "number": random_code(_NUMBER_LENGTH), "order_id": order_id, "provider": provider, "amount": amount.amount,
        "currency": amount.currency, "status": "pending", "channel": channel, "url": None, "code": None, "form": None,
        "fresh_until": None, "facts": {}, "created_at": tx.now, "expires_at": expires_at, "asked_at": None,
        "next_poll_at": first_poll,
    }
    attempt_id = tx.insert(_NEW_ATTEMPT, row)
    return Attempt(attempt_id, row["number"], order_id, provider, amount, "pending", None, tx.now, expires_at,
                   channel=channel)


def attempt(tx: Tx, attempt_id: int) -> Attempt | None:
    row = tx.first(_ATTEMPT, {"attempt_id": attempt_id})
    return None if row is None else read_attempt(row)


def attempt_by_number(tx: Tx, number: str) -> Attempt | None:
    row = tx.first(_BY_NUMBER, {"number": number})
    return None if row is None else read_attempt(row)


def attempts(tx: Tx, order_id: int) -> list[Attempt]:
    """All tries to pay an order, oldest first."""
    return [read_attempt(row) for row in tx.rows(_OF_ORDER, {"order_id": order_id})]


def set_started(tx: Tx, paid: Attempt, started: Started) -> None:
    """Keeps what opens the payment; what was known of it before stays known."""
    values = {"attempt_id": paid.id, "new_url": started.url, "new_code": started.code, "until": started.fresh_until,
              "new_form": dict(started.form) if started.form is not None else None,
              "new_facts": {**paid.facts, **started.facts}}
    tx.execute(_SET_STARTED, values)


def add_facts(tx: Tx, paid: Attempt, facts: Mapping[str, str]) -> None:
    """Keeps what a provider told about an attempt. The order must be locked."""
    if new := {name: value for name, value in facts.items() if paid.facts.get(name) != value}:
        tx.execute(_SET_FACTS, {"attempt_id": paid.id, "new_facts": {**paid.facts, **new}})


def set_status(tx: Tx, attempt_id: int, status: str, leaves: tuple[str, ...]) -> bool:
    return tx.changed(_SET_STATUS, {"attempt_id": attempt_id, "new_status": status, "leaves": leaves}) == 1


def set_closed(tx: Tx, attempt_id: int) -> bool:
    """Whether a pending attempt is closed now. Its provider goes on being asked about it."""
    return tx.changed(_CLOSE, {"attempt_id": attempt_id}) == 1


def note_asked(tx: Tx, attempt_id: int, not_after: datetime, again_at: datetime) -> bool:
    """Whether the provider may be asked now: the payer did not ask after `not_after`. Polls go on at `again_at`."""
    values = {"attempt_id": attempt_id, "not_after": not_after, "now": tx.now, "again_at": again_at}
    return tx.changed(_ASKED, values) == 1


def to_poll(tx: Tx, most: int) -> list[Attempt]:
    """Attempts that may still bring money and whose next query is due, the longest overdue first."""
    return [read_attempt(row) for row in tx.rows(_TO_POLL, {"now": tx.now, "most": most})]


def set_poll(tx: Tx, attempt_id: int, at: datetime | None) -> None:
    tx.execute(_SET_POLL, {"attempt_id": attempt_id, "at": at})


def add_event(tx: Tx, event: PaymentEvent, attempt_id: int) -> int | None:
    """Stores an event; None when this event, or this payment's same news, is stored already."""
    row = {
        "provider": event.provider, "event_id": event.event_id, "kind": event.kind, "status": event.status,
        "attempt_id": attempt_id, "provider_payment_id": event.provider_payment_id, "amount": event.amount.amount,
        "currency": event.amount.currency, "outcome": "", "raw": "", "received_at": tx.now,
    }
    return tx.scalar(_NEW_EVENT[tx.sqlite], row)


def set_outcome(tx: Tx, event_row: int, word: str) -> None:
    tx.execute(_SET_OUTCOME, {"row_id": event_row, "word": word})


def set_raw(tx: Tx, event_row: int, notice: bytes) -> None:
    """Keeps the notice behind an event as it came, sealed: providers put names and accounts of payers into it."""
    sealed = tx.vault.seal(notice.decode(errors="surrogateescape"), f"payment_events.raw:{event_row}")
    tx.execute(_SET_RAW, {"row_id": event_row, "sealed": sealed})


def moved(tx: Tx, order_id: int, kind: str) -> int:
    """The sum of an order's captures or refunds in minor units."""
    return int(tx.scalar(_MOVED, {"order_id": order_id, "kind": kind}))


def returning(tx: Tx, order_id: int) -> int:
    """The sum of an order's refunds that are done or may still be, in minor units."""
    return int(tx.scalar(_RETURNING, {"order_id": order_id}))


def disputed(tx: Tx, order_id: int) -> int:
    """What payers' banks have taken back of an order and not returned, in minor units."""
    return int(tx.scalar(_DISPUTED["order_id"], {"of": order_id}))


def refundable(tx: Tx, paid: Attempt) -> Money:
    """What was captured by an attempt and is neither given back, nor on its way back, nor taken by a dispute."""
    captured = int(tx.scalar(_CAPTURED, {"attempt_id": paid.id}))
    gone = int(tx.scalar(_GIVEN_BACK, {"attempt_id": paid.id})) + int(
        tx.scalar(_DISPUTED["attempt_id"], {"of": paid.id}))
    return Money(max(captured - gone, 0), paid.amount.currency)


def add_refund(
    tx: Tx, paid: Attempt, amount: Money, reason: str, actor: str, status: str = "requested",
    reference: str | None = None,
) -> Refund:
    row = {
        "number": random_code(_NUMBER_LENGTH), "order_id": paid.order_id, "attempt_id": paid.id,
        "amount": amount.amount, "currency": amount.currency, "reason": reason, "status": status,
        "reference": reference, "actor": actor, "created_at": tx.now, "settled_at": None, "settled_by": "", "note": "",
    }
    refund_id = tx.insert(_NEW_REFUND, row)
    return Refund(refund_id, row["number"], paid.order_id, paid, amount, reason, status, tx.now, reference=reference)


def refund(tx: Tx, refund_id: int) -> Refund | None:
    row = tx.first(_REFUND, {"refund_id": refund_id})
    return None if row is None else _refund(tx, row)


def refunds(tx: Tx, order_id: int) -> list[Refund]:
    return [_refund(tx, row) for row in tx.rows(_REFUNDS_OF_ORDER, {"order_id": order_id})]


def refund_behind(tx: Tx, event: PaymentEvent, order_id: int, attempt_id: int) -> Refund | None:
    """The refund that an event names, by our number or by the provider's."""
    names = {event.refund_number, event.provider_payment_id} - {""}
    rows = [row for row in tx.rows(_REFUNDS_OF_ORDER, {"order_id": order_id}) if row.attempt_id == attempt_id]
    named = [row for row in rows if row.number in names] or [row for row in rows if row.reference in names]
    return _refund(tx, named[0]) if named else None


def settle_refund(tx: Tx, refund_id: int, status: str, leaves: tuple[str, ...], who: str = "") -> bool:
    at = tx.now if status in ("succeeded", "failed") else None
    values = {"refund_id": refund_id, "new_status": status, "leaves": leaves, "at": at, "who": who}
    return tx.changed(_SETTLE, values) == 1


def set_refund_reference(tx: Tx, refund_id: int, reference: str) -> None:
    tx.execute(_SET_REFERENCE, {"refund_id": refund_id, "new": reference})


def add_slip(tx: Tx, attempt_id: int, file_id: str, unique_id: str, is_document: bool) -> int:
    row = {"attempt_id": attempt_id, "file_id": file_id, "file_unique_id": unique_id, "is_document": is_document,
           "status": "waiting", "created_at": tx.now, "decided_by": None, "decided_at": None}
    return tx.insert(_NEW_SLIP, row)


def slip(tx: Tx, slip_id: int) -> Slip | None:
    row = tx.first(_SLIP, {"slip_id": slip_id})
    return None if row is None else _slip(tx, row)


def slips(tx: Tx, attempt_id: int) -> list[Slip]:
    return [_slip(tx, row) for row in tx.rows(_SLIPS_OF, {"attempt_id": attempt_id})]


def decide_slip(tx: Tx, slip_id: int, status: str, who: str) -> bool:
    return tx.changed(_DECIDE, {"slip_id": slip_id, "new_status": status, "who": who, "now": tx.now}) == 1


def decider(tx: Tx, slip_id: int) -> str:
    row = tx.first(_SLIP, {"slip_id": slip_id})
    return "" if row is None else row.decided_by or ""


def read_attempt(row: Any) -> Attempt:
    return Attempt(row.id, row.number, row.order_id, row.provider, Money(row.amount, row.currency), row.status, row.url,
                   row.created_at, row.expires_at, row.asked_at, row.channel, row.code, row.form, row.fresh_until,
                   row.facts)


def _refund(tx: Tx, row: Any) -> Refund:
    paid = attempt(tx, row.attempt_id)
    assert paid is not None
    return Refund(row.id, row.number, row.order_id, paid, Money(row.amount, row.currency), row.reason, row.status,
                  row.created_at, row.settled_by, row.reference, row.note)


def _slip(tx: Tx, row: Any) -> Slip:
    paid = attempt(tx, row.attempt_id)
    assert paid is not None
    same = tx.scalar(_SAME_PICTURE, {"unique_id": row.file_unique_id, "attempt_id": row.attempt_id})
    return Slip(row.id, paid, row.file_id, row.is_document, row.status, bool(same))
