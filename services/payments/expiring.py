"""Orders whose time to pay is over."""

from __future__ import annotations

from services.orders import steps
from services.outbox import service as outbox
from services.payments import repository
from services.shared.db import Tx


def expire(tx: Tx, order_id: int) -> bool:
    """Cancels an unpaid order whose time is over, and has its providers take no more money; False for any other.

    The attempts stay pending: a provider that cannot close, or closes a moment too late, is still asked about them.
    """
    if not steps.expire(tx, order_id):
        return False
    for attempt in repository.attempts(tx, order_id):
        if attempt.status == "pending":
            key = f"payments.close:{attempt.id}:expired"
            outbox.enqueue(tx, "payments.close", {"attempt_id": attempt.id}, key=key)
    return True
