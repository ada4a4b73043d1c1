from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.outbox.models import JobRow, LiveMessageRow, TickRow
from services.outbox.types import Job, LiveMessage
from services.shared.db import Tx

JOBS, LIVE, TICKS = JobRow.__table__, LiveMessageRow.__table__, TickRow.__table__

_INSERT = insert(JOBS)
_INSERT_ONCE = {
    True: sqlite.insert(JOBS).on_conflict_do_nothing(index_elements=["key"]),
    False: postgresql.insert(JOBS).on_conflict_do_nothing(index_elements=["key"]),
}
_DUE = (
    select(JOBS.c.id, JOBS.c.kind, JOBS.c.payload, JOBS.c.attempts)
    .where(JOBS.c.state == "waiting", JOBS.c.due_at <= bindparam("now"))
    .where((JOBS.c.leased_until.is_(None)) | (JOBS.c.leased_until <= bindparam("now")))
    .order_by(JOBS.c.lane, JOBS.c.due_at, JOBS.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(JOBS)
    .where(JOBS.c.id.in_(bindparam("job_ids", expanding=True)))
    .values(leased_until=bindparam("until"), attempts=JOBS.c.attempts + 1)
)
# `attempts` fences: whoever lost the lease must not take it from the one who has it now.
_EXTEND = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("job_id"), JOBS.c.attempts == bindparam("attempt"), JOBS.c.state == "waiting")
    .values(leased_until=bindparam("until"))
)
_CLOSE = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("job_id"), JOBS.c.state == "waiting")
    .values(state=bindparam("new_state"), done_at=bindparam("now"), leased_until=None, error=bindparam("reason"))
)
_RETRY = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("job_id"), JOBS.c.attempts == bindparam("attempt"), JOBS.c.state == "waiting")
    .values(due_at=bindparam("at"), leased_until=None, error=bindparam("reason"))
)
_CANCEL = (
    update(JOBS)
    .where(JOBS.c.key == bindparam("job_key"), JOBS.c.state == "waiting")
    .values(state="cancelled", done_at=bindparam("now"))
)
_WITHDRAW_ALL = (
    update(JOBS).where(JOBS.c.state == "waiting")
    .values(state="cancelled", done_at=bindparam("now"), error=bindparam("reason"))
)
_NEXT = select(JOBS.c.due_at).where(JOBS.c.state == "waiting").order_by(JOBS.c.due_at).limit(1)
_ANY_DUE = (
    select(JOBS.c.id)
    .where(JOBS.c.state == "waiting", JOBS.c.due_at <= bindparam("now"))
    .where((JOBS.c.leased_until.is_(None)) | (JOBS.c.leased_until <= bindparam("now")))
    .limit(1)
)
_LATER_TICKS = select(TICKS.c.name).where(TICKS.c.due_at > bindparam("now"))
_FIND_LIVE = select(LIVE).where(LIVE.c.kind == bindparam("kind"), LIVE.c.subject == bindparam("subject"))
_MOVE_TICK = (
    update(TICKS).where(TICKS.c.name == bindparam("tick"), TICKS.c.due_at <= bindparam("now"))
    .values(due_at=bindparam("next_at"))
)


def add(tx: Tx, row: dict[str, Any]) -> None:
    tx.execute(_INSERT if row["key"] is None else _INSERT_ONCE[tx.sqlite], row)


def lease_due(tx: Tx, most: int, until: datetime) -> list[Job]:
    rows = tx.rows(_DUE, {"now": tx.now, "most": most})
    if rows:
        tx.execute(_LEASE, {"job_ids": [row.id for row in rows], "until": until})
    return [Job(row.id, row.kind, row.payload, row.attempts + 1) for row in rows]


def close(tx: Tx, job_id: int, state: str, reason: str | None) -> bool:
    return tx.changed(_CLOSE, {"job_id": job_id, "new_state": state, "now": tx.now, "reason": reason}) == 1


def postpone(tx: Tx, job: Job, at: datetime, reason: str) -> None:
    tx.execute(_RETRY, {"job_id": job.id, "attempt": job.attempts, "at": at, "reason": reason})


def extend(tx: Tx, job: Job, until: datetime) -> bool:
    return tx.changed(_EXTEND, {"job_id": job.id, "attempt": job.attempts, "until": until}) == 1


def cancel(tx: Tx, key: str) -> bool:
    return tx.changed(_CANCEL, {"job_key": key, "now": tx.now}) == 1


def withdraw_all(tx: Tx, reason: str) -> int:
    return tx.changed(_WITHDRAW_ALL, {"now": tx.now, "reason": reason})


def next_due(tx: Tx) -> datetime | None:
    return tx.scalar(_NEXT)


def any_due(tx: Tx) -> bool:
    return tx.first(_ANY_DUE, {"now": tx.now}) is not None


def later_ticks(tx: Tx) -> set[str]:
    return {row.name for row in tx.rows(_LATER_TICKS, {"now": tx.now})}


def live_messages(tx: Tx, kind: str, subject: int) -> list[LiveMessage]:
    rows = tx.rows(_FIND_LIVE, {"kind": kind, "subject": subject})
    return [LiveMessage(r.id, r.kind, r.subject, r.chat_id, r.message_id, r.shown) for r in rows]


def put_live_message(tx: Tx, row: dict[str, Any]) -> None:
    dialect = sqlite if tx.sqlite else postgresql
    statement = dialect.insert(LIVE).values(row)
    changes = {name: statement.excluded[name] for name in ("message_id", "shown", "updated_at")}
    tx.execute(statement.on_conflict_do_update(index_elements=["kind", "subject", "chat_id"], set_=changes))


def move_tick(tx: Tx, name: str, next_at: datetime) -> bool:
    dialect = sqlite if tx.sqlite else postgresql
    if tx.changed(_MOVE_TICK, {"tick": name, "now": tx.now, "next_at": next_at}):
        return True
    # The first time ever: the one whose insert goes through has the duty.
    fresh = dialect.insert(TICKS).values(name=name, due_at=next_at).on_conflict_do_nothing(index_elements=["name"])
    return tx.scalar(fresh.returning(TICKS.c.name)) is not None
