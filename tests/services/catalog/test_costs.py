"""What the demo's goods cost, and what is known of a cost."""

from __future__ import annotations

from services.catalog import costs, service
from services.shared.db import Store


async def test_every_demo_sku_earns_something(store: Store, skus: dict[str, int]) -> None:
    paid = await store.read(costs.costs, skus.values())
    prices = await store.read(service.sku_facts, skus.values())
    shares = [paid[sku_id].amount * 10_000 // prices[sku_id].price.amount for sku_id in skus.values()]
    assert 5_400 <= min(shares) < 5_700 and 7_300 < max(shares) <= 7_500


async def test_an_unknown_cost_is_absent(store: Store) -> None:
    assert await store.read(costs.costs, [1, 2]) == {}
    assert await store.read(costs.costs, []) == {}
