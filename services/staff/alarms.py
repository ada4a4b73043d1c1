"""Faults of the program: one alarm for each cause and hour, with the reference that people were shown."""

from __future__ import annotations

from datetime import timedelta

from services.outbox import service as outbox
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import alarms_repository as repository
from services.staff.types import Alarm

ALARM_JOB = "staff.alarm"
WINDOW = timedelta(hours=1)
# A flood of faults changes the owners' message so often at most.
_COUNT_EVERY = timedelta(minutes=1)


def ring(tx: Tx, cause: str, reference: str) -> str:
    """Counts a fault. The first of its cause within an hour alarms the owners under `reference`; later ones take over
    the reference of that alarm. Returns the reference to show. `cause` is a class and a place, nothing of anybody's.
    """
    open_alarm = repository.lock(tx, cause, tx.now - WINDOW)
    if open_alarm is None:
        alarm_id = repository.add(tx, cause, reference)
        outbox.enqueue(tx, ALARM_JOB, {"alarm_id": alarm_id}, key=f"{ALARM_JOB}:{alarm_id}")
        return reference
    repository.count(tx, open_alarm.id)
    minute = int(tx.now.timestamp() // _COUNT_EVERY.total_seconds())
    outbox.enqueue(tx, ALARM_JOB, {"alarm_id": open_alarm.id}, key=f"{ALARM_JOB}:{open_alarm.id}:{minute}",
                   at=tx.now + _COUNT_EVERY)
    return open_alarm.reference


def require(tx: Tx, alarm_id: int) -> Alarm:
    """Raises NotFound."""
    found = repository.find(tx, alarm_id)
    if found is None:
        raise NotFound()
    return found
