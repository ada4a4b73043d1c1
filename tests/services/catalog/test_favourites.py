from __future__ import annotations

from dataclasses import replace

import pytest

from bot.demo.catalogue import load_catalogue
from bot.demo.seed.catalogue import put_catalogue
from services.catalog import editing, favourites, service
from services.customers import service as customers
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import NotFound
from services.shared.money import Money


@pytest.fixture
async def anna(store: Store) -> Actor:
    person, _ = await store.write(customers.enter, 1001, "Anna", None, "en")
    return customer(person.id)


async def product_of(store: Store, sku_id: int) -> int:
    return (await store.read(service.sku_facts, [sku_id]))[sku_id].product_id


async def test_a_saved_product_tells_what_it_costs_less_since(
    store: Store, skus: dict[str, int], anna: Actor
) -> None:
    product_id = await product_of(store, skus["HY-P3M"])
    assert await store.write(favourites.toggle, anna, product_id) is True
    catalogue = load_catalogue()
    cheaper = tuple(
        replace(product, price=49900, skus=tuple(replace(sku, price=49900) for sku in product.skus))
        if product.code == "HY-P3M" else product
        for product in catalogue.products
    )
    await store.write(put_catalogue, SYSTEM, replace(catalogue, products=cheaper))
    [saved] = await store.read(favourites.saved, anna)
    assert (saved.product_id, saved.cheaper) == (product_id, Money(10000, "CNY"))
    assert await store.write(favourites.toggle, anna, product_id) is False
    assert await store.read(favourites.saved, anna) == ()


async def test_what_leaves_the_shelf_is_said_and_can_be_cleared(
    store: Store, skus: dict[str, int], anna: Actor
) -> None:
    product_id = await product_of(store, skus["HY-P3M"])
    await store.write(favourites.toggle, anna, product_id)
    await store.write(editing.publish, SYSTEM, product_id, None)
    assert [each.item for each in await store.read(favourites.saved, anna)] == [None]
    assert await store.write(favourites.clear_gone, anna) == 1
    assert await store.read(favourites.ids, anna) == frozenset()


async def test_only_what_exists_can_be_saved(store: Store, anna: Actor) -> None:
    with pytest.raises(NotFound):
        await store.write(favourites.toggle, anna, 999)


async def test_viewed_products_come_latest_first_and_once(
    store: Store, skus: dict[str, int], anna: Actor, clock: MovableClock
) -> None:
    first, second = [await product_of(store, skus[code]) for code in ("HY-P3M", "HY-P5")]
    for product_id in (first, second, first):
        clock.move(1)
        await store.write(favourites.note_viewed, anna, product_id)
    assert [item.product_id for item in await store.read(favourites.viewed, anna)] == [first, second]
