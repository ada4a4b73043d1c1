"""Acts above a limit wait for a second person: who asked cannot be the one who agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.outbox import service as outbox
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import approvals_repository as repository
from services.staff import audit
from services.staff.errors import AlreadyDecided, SamePerson
from services.staff.types import APPROVALS_DECIDE, Approval

WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"
CARD_JOB, DECIDED_JOB = "staff.approval", "staff.decided"


def request(tx: Tx, actor: Actor, act: str, subject: str, facts: Mapping[str, Any]) -> Approval:
    """Asks for a second person's consent to `act` on `subject`; the caller has checked the actor's own right to it.

    The same act on the same subject waits once: asked again, the open request is returned as it is.
    """
    waiting = repository.find_waiting(tx, act, subject)
    if waiting is not None:
        return waiting
    made = repository.add(tx, {
        "act": act, "subject": subject, "facts": dict(facts), "state": WAITING, "requested_by": actor.id,
        "requested_name": actor.name, "requested_at": tx.now,
    })
    audit.record(tx, actor, "approvals.request", subject, {"act": act, "approval": made})
    _draw(tx, made, WAITING)
    return require(tx, made)


def take(tx: Tx, actor: Actor, approval_id: int, act: str) -> Approval:
    """The actor agrees; the caller does the act in this same transaction.

    Raises NotAllowed, NotFound, SamePerson, and AlreadyDecided with the name of whoever was first.
    """
    return _decide(tx, actor, approval_id, APPROVED, act)


def refuse(tx: Tx, actor: Actor, approval_id: int) -> Approval:
    """The actor says no; nothing is done. Raises what `take` raises."""
    return _decide(tx, actor, approval_id, REFUSED, None)


def require(tx: Tx, approval_id: int) -> Approval:
    """The request as it stands. Raises NotFound."""
    found = repository.find(tx, approval_id)
    if found is None:
        raise NotFound()
    return found


def open_for(tx: Tx, act: str, subject: str) -> Approval | None:
    """The request for `act` on `subject` that nobody has decided yet, for areas that show that it waits."""
    return repository.find_waiting(tx, act, subject)


def waiting(tx: Tx, actor: Actor) -> tuple[Approval, ...]:
    """What waits for somebody to decide, oldest first. Raises NotAllowed."""
    actor.require(APPROVALS_DECIDE)
    return repository.waiting(tx)


def _decide(tx: Tx, actor: Actor, approval_id: int, state: str, act: str | None) -> Approval:
    actor.require(APPROVALS_DECIDE)
    found = require(tx, approval_id)
    if act is not None and found.act != act:
        raise NotFound()
    if found.requested_by == actor.id:
        raise SamePerson()
    if not repository.decide(tx, approval_id, state, actor.id, actor.name):
        decided = require(tx, approval_id)
        raise AlreadyDecided(reason=decided.state, name=decided.decided_name)
    audit.record(tx, actor, f"approvals.{state}", found.subject, {"act": found.act, "approval": approval_id})
    _draw(tx, approval_id, state)
    outbox.enqueue(tx, DECIDED_JOB, {"approval_id": approval_id}, key=f"{DECIDED_JOB}:{approval_id}")
    return require(tx, approval_id)


def _draw(tx: Tx, approval_id: int, state: str) -> None:
    outbox.enqueue(tx, CARD_JOB, {"approval_id": approval_id}, key=f"{CARD_JOB}:{approval_id}:{state}")
