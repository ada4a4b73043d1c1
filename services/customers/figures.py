"""How many people came."""

from __future__ import annotations

from datetime import datetime

from services.customers import figures_repository as repository
from services.shared.db import Tx


def newcomers(tx: Tx, since: datetime, until: datetime) -> int:
    """People whose first contact was in [since, until)."""
    return repository.newcomers(tx, since, until)


def first_contact(tx: Tx) -> datetime | None:
    """When the first person of all came; None while nobody has."""
    return repository.first_contact(tx)
