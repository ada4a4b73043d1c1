"""What people are told of their own rights, and by whom it is done."""

from __future__ import annotations

from services.outbox import service as outbox
from services.shared.db import Tx

# Tells a person what became of their rights and brings the commands of their chat up to date.
CHANGED_JOB = "staff.changed"
JOINED, ROLE, CODE, REVOKED = "joined", "role", "code", "revoked"


def tell(tx: Tx, telegram_id: int, what: str) -> None:
    """After this transaction the person hears what has changed: JOINED, ROLE, CODE or REVOKED."""
    outbox.enqueue(tx, CHANGED_JOB, {"telegram_id": telegram_id, "what": what})
