"""Which ways of delivery lead to a region, and what each costs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row

from services.delivery import repository
from services.delivery.types import DeliveryOption, Zone
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money

# Kinds of goods that travel; a service is given on the spot, a digital good arrives in the chat.
DELIVERED_KINDS = frozenset({"physical"})


def needs_delivery(kinds: Collection[str]) -> bool:
    """Whether anything among these kinds of goods has to be brought to an address."""
    return not DELIVERED_KINDS.isdisjoint(kinds)


def options(
    tx: Tx, region: str, subtotal: Money, weight_g: int, kinds: Collection[str]
) -> tuple[DeliveryOption, ...]:
    """The ways of delivery on offer, in the merchant's order.

    `region` is a province's code, or a country's outside the home country; `subtotal` is that of the goods before
    reductions. Those without a fee in its currency are not on offer. Empty where the region is not served for this
    weight, or where nothing has to be delivered.
    """
    if not needs_delivery(kinds):
        return ()
    return tuple(
        DeliveryOption(
            row.code, row.name, _fee(row, subtotal, weight_g), (row.days_least, row.days_most), row.takes_cash
        )
        for row in repository.methods_for(tx, region)
        if row.currency == subtotal.currency and (row.most_g is None or weight_g <= row.most_g)
    )


def currencies(tx: Tx, region: str, weight_g: int, kinds: Collection[str]) -> tuple[str, ...]:
    """The currencies in which there is a way of delivery: another order could go where this one cannot."""
    if not needs_delivery(kinds):
        return ()
    return tuple(dict.fromkeys(
        row.currency for row in repository.methods_for(tx, region) if row.most_g is None or weight_g <= row.most_g
    ))


def put_zone(tx: Tx, actor: Actor, zone: Zone) -> None:
    """Stores a zone with its regions and methods, by its code; a region named here leaves the zone it was in."""
    actor.require("delivery.edit")
    repository.put_zone(tx, zone)


def _fee(row: Row[Any], subtotal: Money, weight_g: int) -> Money:
    if row.free_from is not None and subtotal.amount >= row.free_from:
        return Money.zero(row.currency)
    kilograms = max(0, -(-(weight_g - row.first_g) // 1000))
    return Money(row.fee + kilograms * row.fee_per_kg, row.currency)
