"""What a push brought: clicks, orders, revenue, and who wanted no more; and the list of it all as a file.

An order counts for a push when it was placed within seven days after the person got it (or after their first click
of it, counted apart) and was paid for. Refunds are taken off. One order may count for two pushes.
"""

from __future__ import annotations

from services.campaigns import drafts, push_repository
from services.campaigns.types import PushResult, Sales
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money
from services.staff import audit, mfa
from services.staff.types import EXPORTS, PUSHES_VIEW


def result(tx: Tx, actor: Actor, push_id: int) -> PushResult:
    """Raises NotAllowed, NotFound."""
    actor.require(PUSHES_VIEW)
    push = drafts.require(tx, push_id)
    clicks, unsubscribed = push_repository.reactions(tx, push_id)
    return PushResult(push, clicks, unsubscribed, _sales(tx, push_id, "clicked"), _sales(tx, push_id, "sent"))


def table(tx: Tx, actor: Actor, push_id: int) -> tuple[str, list[tuple[str, ...]]]:
    """The name of a push, and a row for each of its people: customer's number, language, state, reason, and when they
    were sent it, clicked and unsubscribed (UTC). Raises NotAllowed, Locked, NotFound."""
    actor.require(EXPORTS)
    mfa.require_unlocked(tx, actor)
    push = drafts.require(tx, push_id)
    rows = [
        (str(row.customer_id), row.language, row.state, row.reason or "",
         *(_moment(each) for each in (row.sent_at, row.clicked_at, row.unsubscribed_at)))
        for row in push_repository.everybody(tx, push_id)
    ]
    return push.name, rows


def note_export(tx: Tx, actor: Actor, push_id: int) -> None:
    """The file was handed out."""
    actor.require(EXPORTS)
    audit.record(tx, actor, "pushes.export", f"push:{push_id}")


def _sales(tx: Tx, push_id: int, since: str) -> Sales:
    rows = push_repository.sales(tx, push_id, f"{since}_at", f"{since}_until")
    return Sales(sum(row.orders for row in rows), tuple(Money(int(row.amount), row.currency) for row in rows))


def _moment(moment: object) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"
