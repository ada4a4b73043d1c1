from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from services.shared.db import Tx
from services.staff.models import AuditEntryRow, AuditHeadRow
from services.staff.types import AuditEntry

ENTRIES, HEAD = AuditEntryRow.__table__, AuditHeadRow.__table__

_HEAD = select(HEAD.c.entry_id, HEAD.c.hash)
_LOCK_HEAD = _HEAD.with_for_update()
_APPEND = insert(ENTRIES)
_FIRST_HEAD = insert(HEAD)
_MOVE_HEAD = update(HEAD).values(entry_id=bindparam("new_id"), hash=bindparam("new_hash"))
_ALL = select(ENTRIES).order_by(ENTRIES.c.id)


def lock_head(tx: Tx) -> tuple[int, str] | None:
    """Id and hash of the last entry, which nobody else follows until this transaction ends."""
    row = tx.first(_LOCK_HEAD)
    return None if row is None else (row.entry_id, row.hash)


def head(tx: Tx) -> tuple[int, str] | None:
    row = tx.first(_HEAD)
    return None if row is None else (row.entry_id, row.hash)


def append(tx: Tx, row: dict[str, Any]) -> None:
    tx.execute(_APPEND, row)


def move_head(tx: Tx, entry_id: int, sealed: str, *, first: bool) -> None:
    if first:
        tx.execute(_FIRST_HEAD, {"id": 1, "entry_id": entry_id, "hash": sealed})
    else:
        tx.execute(_MOVE_HEAD, {"new_id": entry_id, "new_hash": sealed})


def entries(
    tx: Tx, before: int | None, by: str | None, area: str | None, subject: str | None, since: datetime | None,
    until: datetime | None, most: int,
) -> tuple[AuditEntry, ...]:
    wanted = select(ENTRIES).order_by(ENTRIES.c.id.desc()).limit(most)
    if before is not None:
        wanted = wanted.where(ENTRIES.c.id < before)
    if by is not None:
        wanted = wanted.where(ENTRIES.c.actor == by)
    if area is not None:
        wanted = wanted.where(ENTRIES.c.act.like(f"{area}.%"))
    if subject is not None:
        wanted = wanted.where(ENTRIES.c.subject == subject)
    if since is not None:
        wanted = wanted.where(ENTRIES.c.at >= since)
    if until is not None:
        wanted = wanted.where(ENTRIES.c.at < until)
    return tuple(_entry(row) for row in tx.rows(wanted))


def every(tx: Tx) -> Iterator[Row[Any]]:
    """All rows, oldest first, for checking the chain."""
    yield from tx.execute(_ALL)


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.id, row.at, row.actor, row.name, row.act, row.subject, json.loads(row.facts))
