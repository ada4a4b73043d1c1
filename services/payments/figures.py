"""What came in, went back and was kept by providers, over stretches of time, from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.payments import figures_repository as repository
from services.shared.db import Tx
from services.shared.money import Money


def takings(tx: Tx, currency: str, edges: Sequence[datetime]) -> tuple[tuple[Money, Money], ...]:
    """(captured, refunded) in each stretch between two neighbouring `edges`, the first inside, the second outside."""
    return repository.takings(tx, currency, edges)


def takings_in_others(
    tx: Tx, currency: str, since: datetime, until: datetime
) -> tuple[tuple[Money, Money], ...]:
    """(captured, refunded) in [since, until) of each currency but `currency` in which money moved, by its code."""
    return repository.takings_in_others(tx, currency, since, until)


def fees(tx: Tx, currency: str, since: datetime, until: datetime) -> Money:
    """What providers kept in [since, until), less what they gave back."""
    return repository.fees(tx, currency, since, until)
