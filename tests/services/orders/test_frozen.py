"""A stopped shop takes no new order; one that was placed already is still found."""

from __future__ import annotations

import pytest

from services.orders import checkout
from services.shared import marks
from services.shared.db import Store
from services.staff.errors import Frozen
from tests.services.orders import rows, shop


async def test_no_order_is_placed_while_the_shop_is_stopped(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    first = await shop.look(any_store, actor, await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1))
    placed = await shop.submit(any_store, actor, first)
    second = await shop.look(any_store, actor, await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1))
    await any_store.write(marks.put, "frozen", "yes")
    with pytest.raises(Frozen):
        await shop.submit(any_store, actor, second)
    # Tapped again, the order that was placed before is answered with.
    assert (await shop.submit(any_store, actor, first)).number == placed.number
    assert (await any_store.read(rows.traces))["orders"] == 1
    await any_store.write(marks.put, "frozen", "")
    assert (await shop.submit(any_store, actor, second)).number != placed.number
