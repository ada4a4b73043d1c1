"""What came in and went back, over stretches of time, from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.payments import figures_repository as repository
from services.shared.db import Tx
from services.shared.money import Money


def takings(tx: Tx, currency: str, edges: Sequence[datetime]) -> tuple[tuple[Money, Money], ...]:
    """(captured, refunded) in each stretch between two neighbouring `edges`, the first inside, the second outside."""
    return repository.takings(tx, currency, edges)
