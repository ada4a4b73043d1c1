"""What is done when a second person agrees: a use case for each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.campaigns import sending
from services.shipping import desk, refunds

# A use case `(tx, actor, approval_id)` that calls `approvals.take` first.
Executor = Callable[..., Any]

EXECUTORS: dict[str, Executor] = {sending.ACT: sending.send_approved, refunds.ACT: desk.refund_approved}
