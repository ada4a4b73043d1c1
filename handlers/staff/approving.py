"""What is done when a second person agrees: a use case for each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# A use case `(tx, actor, approval_id)` that calls `approvals.take` first.
Executor = Callable[..., Any]

EXECUTORS: Mapping[str, Executor] = {}
