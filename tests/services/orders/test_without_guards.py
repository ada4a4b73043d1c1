"""What placing would do without its guards: the races beside this file can fail."""

from types import SimpleNamespace
from typing import Any

import pytest

from services.orders import checkout, checkout_repository, placing
from services.shared.db import Store, Tx
from tests.services.orders import rows, shop


async def test_without_the_replay_check_two_submits_are_two_orders(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    view = await shop.look(any_store, actor, await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1))
    lock = checkout_repository.lock

    def forgetful(tx: Tx, checkout_id: int) -> Any:
        row = lock(tx, checkout_id)
        assert row is not None
        return SimpleNamespace(**(dict(row._mapping) | {"order_id": None}))

    monkeypatch.setattr(checkout_repository, "lock", forgetful)
    monkeypatch.setattr(checkout_repository, "ordered", lambda tx, checkout_id, order_id: True)
    numbers = {(await shop.submit(any_store, actor, view)).number for _ in range(2)}
    assert len(numbers) == 2
    assert (await any_store.read(rows.traces))["orders"] == 2


async def test_without_the_comparison_a_risen_price_would_be_charged(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    view = await shop.look(any_store, actor, await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1))
    await any_store.write(shop.put_product, "P3", shop.yuan(1399), 10)
    monkeypatch.setattr(placing, "differences", lambda shown, now: ())
    placed = await shop.submit(any_store, actor, view)
    assert placed.total == view.total + shop.yuan(100)
