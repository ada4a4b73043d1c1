"""Facts of pushes: every person of a push is counted once, and nobody is left waiting by one that has ended."""

from __future__ import annotations

from sqlalchemy import func, select

from services.campaigns.models import PushRecipientRow, PushRow
from services.campaigns.types import ASKED, DONE, DRAFT, DROPPED, STOPPED
from services.shared.db import Tx
from services.shared.violations import Violation

PUSHES, RECIPIENTS = PushRow.__table__, PushRecipientRow.__table__

_COUNTED = (
    select(PUSHES.c.id, PUSHES.c.people, func.count(RECIPIENTS.c.customer_id).label("rows"))
    .outerjoin(RECIPIENTS, RECIPIENTS.c.push_id == PUSHES.c.id).group_by(PUSHES.c.id, PUSHES.c.people)
    .having(PUSHES.c.people != func.count(RECIPIENTS.c.customer_id))
)
_LEFT_BEHIND = (
    select(RECIPIENTS.c.push_id, RECIPIENTS.c.customer_id, RECIPIENTS.c.state, PUSHES.c.state.label("of"))
    .join(PUSHES, PUSHES.c.id == RECIPIENTS.c.push_id)
    .where(
        (RECIPIENTS.c.state == "planned") & PUSHES.c.state.in_((DONE, STOPPED, DRAFT, ASKED, DROPPED))
        | (RECIPIENTS.c.state == "sending") & PUSHES.c.state.in_((DONE, DRAFT, ASKED, DROPPED))
        | (RECIPIENTS.c.state == "unsent") & (PUSHES.c.state != STOPPED)
    )
)
_NEVER = select(RECIPIENTS.c.push_id, RECIPIENTS.c.customer_id, RECIPIENTS.c.state).where(
    RECIPIENTS.c.state.in_(("sent", "sending", "doubt")) & RECIPIENTS.c.sent_at.is_(None)
    | RECIPIENTS.c.state.in_(("planned", "unsent", "skipped")) & RECIPIENTS.c.sent_at.is_not(None)
)


def violations(tx: Tx) -> list[Violation]:
    counted = [
        Violation("every person of a push has a row", f"push {row.id}", f"{row.people} planned, {row.rows} rows")
        for row in tx.rows(_COUNTED)
    ]
    behind = [
        Violation("a push ends with everybody settled", f"push {row.push_id}, customer {row.customer_id}",
                  f"{row.state} of a push that is {row.of}")
        for row in tx.rows(_LEFT_BEHIND)
    ]
    moments = [
        Violation("who was told has the moment of it", f"push {row.push_id}, customer {row.customer_id}", row.state)
        for row in tx.rows(_NEVER)
    ]
    return counted + behind + moments
