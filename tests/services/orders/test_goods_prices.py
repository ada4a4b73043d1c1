"""A price is changed in the back office while somebody stands in checkout: they must confirm the new one."""

from __future__ import annotations

import pytest

from services.catalog import drafts, repository
from services.inventory import goods
from services.orders import checkout
from services.orders.errors import CheckoutChanged
from services.shared.db import Store
from tests.services.orders import shop
from tests.services.staff.roster import staff_actor

WANG = staff_actor("products")


async def test_nobody_pays_an_old_price_unknowingly(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    view = await shop.look(any_store, actor, await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1))
    product_id = (await any_store.read(repository.sku_facts, [stall.skus["P3"]]))[stall.skus["P3"]].product_id
    draft = await any_store.write(drafts.edit, WANG, product_id)
    await any_store.write(drafts.set_column, WANG, draft.id, "price", {0: 139900})
    await any_store.write(goods.save, WANG, draft.id, None, keep_shelf=True)
    with pytest.raises(CheckoutChanged):
        await shop.submit(any_store, actor, view)
    seen = await shop.look(any_store, actor, view.id)
    assert seen.total == view.total + shop.yuan(100)
    assert (await shop.submit(any_store, actor, seen)).total == seen.total
