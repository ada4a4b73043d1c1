"""What promotions and coupons brought: the orders that they took part in, counted from these orders themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.orders import offers_repository as repository
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money
from services.staff.types import PROMOTIONS_VIEW


@dataclass(frozen=True, slots=True)
class Brought:
    """Of the orders that were not cancelled: how many, what was taken off when they were placed, and what their goods
    came to after all reductions (`sales`, without shipping and without pieces that were given back)."""

    orders: int
    discount: int
    sales: int


NOTHING = Brought(0, 0, 0)


def brought(tx: Tx, actor: Actor, sources: Collection[str]) -> dict[str, Brought]:
    """By the source of an order's adjustment ("coupon:3"), in minor units. Raises NotAllowed."""
    actor.require(PROMOTIONS_VIEW)
    found = repository.brought(tx, sources) if sources else {}
    return {source: Brought(*found[source]) if source in found else NOTHING for source in sources}


def pieces(tx: Tx, actor: Actor, source: str) -> dict[int, int]:
    """How many pieces of each SKU were sold in these orders. Raises NotAllowed."""
    actor.require(PROMOTIONS_VIEW)
    return repository.pieces(tx, source)


def margin(sales: Money, sold: Mapping[int, int], costs: Mapping[int, Money]) -> Money | None:
    """What is left of `sales` after today's cost of what was `sold`; None while the cost of a SKU is not known."""
    if any(sku_id not in costs for sku_id in sold):
        return None
    return sales - sum((costs[sku_id] * count for sku_id, count in sold.items()), Money.zero(sales.currency))
