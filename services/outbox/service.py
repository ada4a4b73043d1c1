"""The outbox: rows written in the business transaction, done after it, retried with back-off, never done twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from services.outbox import repository
from services.outbox.types import NORMAL, Due, Job, LiveMessage
from services.shared.db import Tx

TOPIC = "outbox"
MAX_ATTEMPTS = 12
# Waits that Telegram orders (429) do not count as failures, a worker that dies at a job does not report one.
MOST_LEASES = 100
_FIRST_DELAY, _LONGEST_DELAY = 2, 3600


def enqueue(
    tx: Tx, kind: str, payload: dict[str, Any], *, key: str | None = None, at: datetime | None = None,
    lane: int = NORMAL,
) -> None:
    """Adds a job to be done at `at` (now by default) after this transaction commits.

    `kind` is "area.verb". A `key` makes the job unique for ever: the same key again adds nothing.
    """
    row = {
        "kind": kind, "key": key, "payload": payload, "lane": lane, "state": "waiting", "due_at": at or tx.now,
        "leased_until": None, "attempts": 0, "error": None, "created_at": tx.now, "done_at": None,
    }
    repository.add(tx, row)
    tx.after_commit(TOPIC)


def claim(tx: Tx, most: int, lease: timedelta) -> list[Job]:
    """Leases up to `most` due jobs, lane by lane, oldest first; a lease that runs out makes the job due again.

    A job whose workers died at it time and again is buried instead.
    """
    jobs = repository.lease_due(tx, most, tx.now + lease)
    for job in jobs:
        if job.attempts > MOST_LEASES:
            repository.close(tx, job.id, "dead", "lease ran out too often")
    return [job for job in jobs if job.attempts <= MOST_LEASES]


def finish(tx: Tx, job: Job) -> bool:
    """Marks a job done. False when it was cancelled or finished meanwhile."""
    return repository.close(tx, job.id, "done", None)


def fail(tx: Tx, job: Job, reason: str, *, delay: float | None = None) -> bool:
    """Puts a failed job off (2 s, doubling up to an hour, or `delay` seconds); after the last attempt buries it.

    Returns whether it will be tried again.
    """
    if job.attempts >= MAX_ATTEMPTS and delay is None:
        repository.close(tx, job.id, "dead", reason)
        return False
    wait = delay if delay is not None else min(_FIRST_DELAY * 2 ** (job.attempts - 1), _LONGEST_DELAY)
    repository.postpone(tx, job, tx.now + timedelta(seconds=wait), reason)
    return True


def cancel(tx: Tx, key: str) -> bool:
    """Withdraws a job that has not been done yet."""
    return repository.cancel(tx, key)


def withdraw_all(tx: Tx, reason: str) -> int:
    """Withdraws every job that waits and returns how many; `reason` stays with them.

    For a store whose past was written afterwards (the demo, a migration): nobody may be told today what happened then.
    """
    return repository.withdraw_all(tx, reason)


def next_due(tx: Tx) -> datetime | None:
    """When the earliest waiting job is due."""
    return repository.next_due(tx)


def due(tx: Tx, duties: Iterable[str]) -> Due:
    """What is due now: whether any job, and which of the periodic duties. Reads only; the claim decides."""
    return Due(repository.any_due(tx), frozenset(duties) - repository.later_ticks(tx))


def extend(tx: Tx, jobs: Iterable[Job], lease: timedelta) -> None:
    """Prolongs the leases of jobs that are still being done."""
    for job in jobs:
        repository.extend(tx, job, tx.now + lease)


def remember_message(tx: Tx, kind: str, subject: int, chat_id: int, message_id: int, shown: str) -> None:
    """Notes which message shows `subject` (one for each kind, subject and chat) and a fingerprint of what it shows."""
    row = {"kind": kind, "subject": subject, "chat_id": chat_id, "message_id": message_id, "shown": shown,
           "updated_at": tx.now}
    repository.put_live_message(tx, row)


def live_messages(tx: Tx, kind: str, subject: int) -> list[LiveMessage]:
    return repository.live_messages(tx, kind, subject)


def take_turn(tx: Tx, name: str, every: timedelta) -> bool:
    """Whether the periodic duty `name` is this caller's now; of all callers in one period only one hears True."""
    return repository.move_tick(tx, name, tx.now + every)
