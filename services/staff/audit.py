"""The log of what members of staff did: each entry's hash covers the one before, so that no change goes unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff import audit_repository as repository
from services.staff.types import AUDIT_VIEW, AuditEntry

# What the first entry follows.
START = "0" * 64
_SEALED = ("actor", "name", "act", "subject", "facts")


def record(tx: Tx, actor: Actor, act: str, subject: str, facts: Mapping[str, Any] | None = None) -> None:
    """Notes that a member of staff did `act` ("orders.refund") to `subject` ("order:17") in this transaction.

    `facts` are plain values without personal data. Customers and the system itself leave no entry.
    """
    if actor.kind != "staff":
        return
    text = json.dumps(facts or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    tx.at_end(lambda tx: _append(tx, {
        "at": tx.now, "actor": actor.label, "name": actor.name, "act": act, "subject": subject, "facts": text,
    }))


def entries(
    tx: Tx, actor: Actor, *, before: int | None = None, by: str | None = None, area: str | None = None,
    subject: str | None = None, since: datetime | None = None, until: datetime | None = None, most: int = 8,
) -> tuple[AuditEntry, ...]:
    """The newest entries with a smaller id than `before`, of one actor ("staff:7"), area ("orders") or subject, in
    [since, until). Raises NotAllowed."""
    actor.require(AUDIT_VIEW)
    return repository.entries(tx, before, by, area, subject, since, until, most)


def seal(previous: str, entry_id: int, row: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256 over the previous hash and every column."""
    parts = [previous, entry_id, row["at"].isoformat(), *(row[name] for name in _SEALED)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _append(tx: Tx, row: Mapping[str, Any]) -> None:
    last_id, last_hash = repository.lock_head(tx) or (0, START)
    entry_id = last_id + 1
    sealed = seal(last_hash, entry_id, row)
    repository.append(tx, dict(row) | {"id": entry_id, "hash": sealed})
    repository.move_head(tx, entry_id, sealed, first=last_id == 0)
