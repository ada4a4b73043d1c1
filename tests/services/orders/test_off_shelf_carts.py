"""A product taken off the shelf by a batch while it lies in carts: they show it, and checkout goes on without it."""

from __future__ import annotations

from services.cart import service as cart
from services.catalog import service as catalog
from services.catalog import shelving
from services.catalog.shelving import Scope
from services.orders import checkout, choosing
from services.shared.db import Store
from tests.services.orders import shop
from tests.services.staff.roster import staff_actor

LI = staff_actor("products", 51, "小李")


async def test_three_carts_show_it_unavailable_and_checkout_leaves_it_out(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    p3, f1 = stall.skus["P3"], stall.skus["F1"]
    buyers = [await shop.buyer(any_store, 1001 + number) for number in range(3)]
    for buyer in buyers:
        await shop.carry(any_store, buyer, (p3, 1), (f1, 2))
    opened = await any_store.write(checkout.open_cart, buyers[0])
    await shop.look(any_store, buyers[0], opened)

    product_id = (await any_store.read(catalog.sku_facts, [f1]))[f1].product_id
    batch = await any_store.write(shelving.draft, LI, Scope("products", (product_id,)), False)
    await any_store.write(shelving.set_reason, LI, batch.id, shelving.RECTIFY)
    await any_store.write(shelving.run, LI, batch.id)

    for buyer in buyers:
        inside = await any_store.read(cart.cart, buyer)
        assert [line.sku.sku_code for line in inside.lines] == ["P3"]
        assert [(line.sku.sku_code, line.problem, line.counts) for line in inside.invalid] == [
            ("F1", "delisted", False),
        ]
        assert inside.quote is not None and inside.quote.subtotal == shop.yuan(1299)
    # Who had the checkout open is asked, and goes on without it.
    seen = await shop.look(any_store, buyers[0], opened)
    assert seen.missing == "short"
    await any_store.write(choosing.drop_missing, buyers[0], opened)
    rest = await shop.look(any_store, buyers[0], opened)
    assert ([line.quantity for line in rest.lines], rest.missing) == ([1], None)
    placed = await shop.submit(any_store, buyers[0], rest)
    assert placed.total == shop.yuan(1299)

    await any_store.write(shelving.undo, LI, batch.id)
    again = await any_store.read(cart.cart, buyers[1])
    assert ([line.sku.sku_code for line in again.lines], again.invalid) == (["P3", "F1"], ())
