from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Row, Select, bindparam, cast, func, insert, select, update

from services.shared.db import Tx
from services.staff.models import ApprovalRow
from services.staff.types import Approval

APPROVALS = ApprovalRow.__table__

_ADD = insert(APPROVALS)
_FIND = select(APPROVALS).where(APPROVALS.c.id == bindparam("approval_id"))
_WAITING = select(APPROVALS).where(APPROVALS.c.state == "waiting").order_by(APPROVALS.c.id)
_FIND_WAITING = _WAITING.where(APPROVALS.c.act == bindparam("act"), APPROVALS.c.subject == bindparam("subject"))
_DECIDE = (
    update(APPROVALS).where(APPROVALS.c.id == bindparam("approval_id"), APPROVALS.c.state == "waiting")
    .values(state=bindparam("new_state"), decided_by=bindparam("who"), decided_name=bindparam("name"),
            decided_at=bindparam("now"))
)


def subjects(act: str, prefix: str) -> Select[Any]:
    """The ids after `prefix` ("order:") in the subjects of the requests for `act` that wait."""
    number = cast(func.substr(APPROVALS.c.subject, len(prefix) + 1), BigInteger)
    return select(number).where(APPROVALS.c.act == act, APPROVALS.c.state == "waiting")


def add(tx: Tx, row: dict[str, Any]) -> int:
    return tx.insert(_ADD, row)


def find(tx: Tx, approval_id: int) -> Approval | None:
    row = tx.first(_FIND, {"approval_id": approval_id})
    return None if row is None else _approval(row)


def find_waiting(tx: Tx, act: str, subject: str) -> Approval | None:
    row = tx.first(_FIND_WAITING, {"act": act, "subject": subject})
    return None if row is None else _approval(row)


def waiting(tx: Tx) -> tuple[Approval, ...]:
    return tuple(_approval(row) for row in tx.rows(_WAITING))


def decide(tx: Tx, approval_id: int, state: str, who: int, name: str) -> bool:
    """False when somebody was first."""
    return tx.changed(_DECIDE, {
        "approval_id": approval_id, "new_state": state, "who": who, "name": name, "now": tx.now,
    }) == 1


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        id=row.id, act=row.act, subject=row.subject, facts=row.facts, state=row.state, requested_by=row.requested_by,
        requested_name=row.requested_name, requested_at=row.requested_at, decided_by=row.decided_by,
        decided_name=row.decided_name, decided_at=row.decided_at,
    )
