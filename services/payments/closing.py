"""No more money is wanted for an attempt."""

from __future__ import annotations

from services.outbox import service as outbox
from services.payments import repository
from services.payments.types import Attempt
from services.shared.db import Tx


def close(tx: Tx, attempt: Attempt) -> None:
    """Closes a pending attempt; its provider is told after the commit. Should it be paid all the same, that counts:
    a code that nobody has scanned yet cannot be closed at every provider, so they are asked for a while longer."""
    if repository.set_closed(tx, attempt.id):
        outbox.enqueue(tx, "payments.close", {"attempt_id": attempt.id}, key=f"payments.close:{attempt.id}")


def close_all(tx: Tx, order_id: int) -> None:
    """Closes every pending attempt of an order."""
    for attempt in repository.attempts(tx, order_id):
        close(tx, attempt)
