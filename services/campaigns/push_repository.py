from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from services.campaigns.models import PushRecipientRow, PushRow
from services.campaigns.rows import push_of
from services.campaigns.types import Push
from services.customers.segments_repository import CUSTOMERS
from services.orders import segments_repository as orders
from services.shared.db import Tx

PUSHES, RECIPIENTS = PushRow.__table__, PushRecipientRow.__table__

_ADD = insert(PUSHES)
_ONE = select(PUSHES).where(PUSHES.c.id == bindparam("row_id"))
_LOCKED = _ONE.with_for_update()
_TALLY = (
    select(RECIPIENTS.c.state, func.count().label("people"), func.sum(RECIPIENTS.c.retries).label("retries"))
    .where(RECIPIENTS.c.push_id == bindparam("push_id")).group_by(RECIPIENTS.c.state)
)
_CLICKED = (
    update(RECIPIENTS)
    .where(RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.customer_id == bindparam("who"),
           RECIPIENTS.c.clicked_at.is_(None), RECIPIENTS.c.sent_at.is_not(None))
    .values(clicked_at=bindparam("now", type_=RECIPIENTS.c.clicked_at.type),
            clicked_until=bindparam("until", type_=RECIPIENTS.c.clicked_until.type))
)
_UNSUBSCRIBED = (
    update(RECIPIENTS)
    .where(RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.customer_id == bindparam("who"))
    .values(unsubscribed_at=bindparam("at", type_=RECIPIENTS.c.unsubscribed_at.type))
)
_IS_RECIPIENT = select(RECIPIENTS.c.customer_id).where(
    RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.customer_id == bindparam("who"),
    RECIPIENTS.c.sent_at.is_not(None),
)
_REACTIONS = select(
    func.count(RECIPIENTS.c.clicked_at).label("clicks"), func.count(RECIPIENTS.c.unsubscribed_at).label("unsubscribed"),
).where(RECIPIENTS.c.push_id == bindparam("push"))
_EVERYBODY = (
    select(RECIPIENTS, CUSTOMERS.c.language, CUSTOMERS.c.telegram_id)
    .join(CUSTOMERS, CUSTOMERS.c.id == RECIPIENTS.c.customer_id)
    .where(RECIPIENTS.c.push_id == bindparam("push")).order_by(RECIPIENTS.c.customer_id)
)


def add(tx: Tx, row: dict[str, Any]) -> int:
    return tx.insert(_ADD, row)


def find(tx: Tx, push_id: int, *, locked: bool = False) -> Push | None:
    """The push with its tally; `locked` holds its row until the end of the transaction."""
    row = tx.first(_LOCKED if locked else _ONE, {"row_id": push_id})
    return None if row is None else push_of(row, tally(tx, push_id))


def tally(tx: Tx, push_id: int) -> dict[str, int]:
    rows = tx.rows(_TALLY, {"push_id": push_id})
    return {row.state: row.people for row in rows} | {"retries": sum(int(row.retries) for row in rows)}


def change(tx: Tx, push_id: int, leaving: Sequence[str], **values: Any) -> bool:
    """Changes the push if it is in one of these states; every change of what it says counts its version up."""
    if {"content", "buttons", "groups", "fallback"} & values.keys():
        values["version"] = PUSHES.c.version + 1
    statement = update(PUSHES).where(PUSHES.c.id == push_id, PUSHES.c.state.in_(leaving))
    return tx.changed(statement.values(updated_at=tx.now, **values)) == 1


def page(tx: Tx, states: Sequence[str], before: int, most: int) -> list[Row[Any]]:
    return list(tx.rows(
        select(PUSHES).where(PUSHES.c.state.in_(states), PUSHES.c.id < before).order_by(PUSHES.c.id.desc()).limit(most)
    ))


def counts(tx: Tx) -> dict[str, int]:
    rows = tx.rows(select(PUSHES.c.state, func.count().label("many")).group_by(PUSHES.c.state))
    return {row.state: row.many for row in rows}


def click(tx: Tx, push_id: int, customer_id: int, until: datetime) -> bool:
    """False for a second click, and for who was not sent the push."""
    return tx.changed(_CLICKED, {"push": push_id, "who": customer_id, "now": tx.now, "until": until}) == 1


def note_unsubscribed(tx: Tx, push_id: int, customer_id: int, at: datetime | None) -> None:
    tx.execute(_UNSUBSCRIBED, {"push": push_id, "who": customer_id, "at": at})


def is_recipient(tx: Tx, push_id: int, customer_id: int) -> bool:
    return tx.first(_IS_RECIPIENT, {"push": push_id, "who": customer_id}) is not None


def reactions(tx: Tx, push_id: int) -> tuple[int, int]:
    """How many people clicked, and how many unsubscribed."""
    row = tx.first(_REACTIONS, {"push": push_id})
    return (0, 0) if row is None else (row.clicks, row.unsubscribed)


def sales(tx: Tx, push_id: int, since: str, until: str) -> Sequence[Row[Any]]:
    """The orders between two moments of each recipient's row, by currency."""
    windows = (
        select(RECIPIENTS.c.customer_id, RECIPIENTS.c[since].label("begins"), RECIPIENTS.c[until].label("ends"))
        .where(RECIPIENTS.c.push_id == push_id, RECIPIENTS.c[until].is_not(None)).subquery()
    )
    return tx.rows(orders.sales(windows))


def everybody(tx: Tx, push_id: int) -> Sequence[Row[Any]]:
    return tx.rows(_EVERYBODY, {"push": push_id})
