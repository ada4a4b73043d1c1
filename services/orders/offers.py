"""What promotions and coupons brought: the orders that they took part in, counted from these orders themselves."""

from __future__ import annotations

from collections.abc import Mapping
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


def brought(tx: Tx, actor: Actor, sources: Mapping[str, str]) -> dict[str, Brought]:
    """By the source of an order's adjustment ("coupon:3"), in minor units of the currency that is named beside it.

    A percentage may take part in orders of several currencies; those of others are not counted, since their amounts
    cannot be added. Raises NotAllowed.
    """
    actor.require(PROMOTIONS_VIEW)
    found = repository.brought(tx, sources) if sources else {}
    return {source: Brought(*found.get((source, currency), (0, 0, 0))) for source, currency in sources.items()}


def pieces(tx: Tx, actor: Actor, source: str, currency: str) -> dict[int, int]:
    """How many pieces of each SKU were sold in these orders of one currency. Raises NotAllowed."""
    actor.require(PROMOTIONS_VIEW)
    return repository.pieces(tx, source, currency)


def margin(sales: Money, sold: Mapping[int, int], costs: Mapping[int, Money]) -> Money | None:
    """What is left of `sales` after today's cost of what was `sold`; None while the cost of a SKU is not known in their
    currency."""
    if any(sku_id not in costs or costs[sku_id].currency != sales.currency for sku_id in sold):
        return None
    return sales - sum((costs[sku_id] * count for sku_id, count in sold.items()), Money.zero(sales.currency))
