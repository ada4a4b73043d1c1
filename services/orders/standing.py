"""How an order stands, for the areas that move its money and its goods: no lines, nothing sealed."""

from __future__ import annotations

from services.orders import repository
from services.orders.types import Standing
from services.shared.db import Tx
from services.shared.errors import NotFound

__all__ = ["Standing", "lock", "read"]


def lock(tx: Tx, order_id: int) -> Standing:
    """The order's standing, which nobody else changes until this transaction ends. Raises NotFound."""
    return _known(repository.lock(tx, order_id))


def read(tx: Tx, order_id: int) -> Standing:
    """The order's standing now. Raises NotFound."""
    return _known(repository.standing(tx, order_id))


def _known(order: Standing | None) -> Standing:
    if order is None:
        raise NotFound()
    return order
