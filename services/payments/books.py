"""What the areas above may read of the books: refunds that wait, and when refunds were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.payments import books_repository as repository
from services.payments.types import Refund
from services.shared.db import Tx


def refunds_begun(tx: Tx, numbers: Sequence[str]) -> tuple[datetime, ...]:
    """When the refunds with these numbers of ours were asked for."""
    return repository.begun(tx, numbers)


def outstanding(tx: Tx, skipped: int, most: int) -> tuple[Refund, ...]:
    """Refunds that wait for people or for their provider: those for people first, oldest first."""
    return repository.outstanding(tx, skipped, most)


def outstanding_counts(tx: Tx) -> tuple[int, int]:
    """(refunds made in a provider's console that wait for a decision, all that wait)."""
    return repository.outstanding_counts(tx)
