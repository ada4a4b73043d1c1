"""The topics of the staff group, one of each kind, so that they are made once."""

from __future__ import annotations

from services.shared.db import Tx
from services.shipping import topics_repository as repository

ORDERS, MONEY, STOCK, ALERTS = "orders", "money", "stock", "alerts"


def find(tx: Tx, chat_id: int, kind: str) -> int | None:
    """The topic of a kind in a group; None when none was made yet."""
    return repository.find(tx, chat_id, kind)


def remember(tx: Tx, chat_id: int, kind: str, thread_id: int) -> None:
    """The topic of a kind is this one from now on."""
    repository.put(tx, chat_id, kind, thread_id)


def forget(tx: Tx, chat_id: int, kind: str, thread_id: int) -> None:
    """The topic was deleted; one that took its place meanwhile stays."""
    repository.remove(tx, chat_id, kind, thread_id)
