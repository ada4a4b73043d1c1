from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from services.shared.db import Tx
from services.staff.models import AlarmRow
from services.staff.types import Alarm

ALARMS = AlarmRow.__table__

_FIND = select(ALARMS).where(ALARMS.c.id == bindparam("alarm_id"))
_LOCK = (
    select(ALARMS).where(ALARMS.c.cause == bindparam("cause"), ALARMS.c.first_at > bindparam("since"))
    .order_by(ALARMS.c.id.desc()).limit(1).with_for_update()
)
_ADD = insert(ALARMS)
_COUNT = (
    update(ALARMS).where(ALARMS.c.id == bindparam("alarm_id"))
    .values(times=ALARMS.c.times + 1, last_at=bindparam("now"))
)


def lock(tx: Tx, cause: str, since: datetime) -> Alarm | None:
    """The alarm of this cause that began after `since`."""
    row = tx.first(_LOCK, {"cause": cause, "since": since})
    return None if row is None else _alarm(row)


def find(tx: Tx, alarm_id: int) -> Alarm | None:
    row = tx.first(_FIND, {"alarm_id": alarm_id})
    return None if row is None else _alarm(row)


def add(tx: Tx, cause: str, reference: str) -> int:
    return tx.insert(_ADD, {"cause": cause, "reference": reference, "times": 1, "first_at": tx.now, "last_at": tx.now})


def count(tx: Tx, alarm_id: int) -> None:
    tx.execute(_COUNT, {"alarm_id": alarm_id, "now": tx.now})


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(row.id, row.cause, row.reference, row.times, row.first_at, row.last_at)
