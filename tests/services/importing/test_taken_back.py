"""What an import leaves alone when it is taken back: what customers hold by then."""

from __future__ import annotations

import pytest

from services.cart import service as cart
from services.catalog import bulk, loading, repository
from services.customers import service as customers
from services.importing import service
from services.importing.types import UNDONE
from services.invariants import violations
from services.shared.actors import Actor, customer
from services.shared.db import Store, Tx
from tests.services.catalog import shelf
from tests.services.importing import files
from tests.services.importing.files import LI, check, csv, run, take_back

HEADING = ("product", "sku", "name_en", "category", "options", "price", "stock", "shelf")


@pytest.fixture
async def lin(any_store: Store) -> Actor:
    await files.open_shop(any_store)
    person, _ = await any_store.write(customers.enter, 7, "Lin", None, "zh")
    return customer(person.id)


async def test_what_lies_in_a_cart_never_turns_into_another_product(any_store: Store, lin: Actor) -> None:
    batch = await run(any_store, (await check(any_store, csv(HEADING, [
        ("", "KEEP", "Keep", "air", "", "10", "5", "yes"), ("", "GONE", "Gone", "air", "", "10", "5", "yes"),
    ])))[0])
    held = await any_store.read(_sku, "KEEP", "KEEP")
    await any_store.write(cart.add, lin, held)
    undone = await take_back(any_store, batch)
    assert (undone.state, undone.kept) == (UNDONE, 1)
    assert await any_store.read(service.kept, LI, batch.id) == [("KEEP", "in-use")]
    kept = await any_store.read(_product, "KEEP")
    assert kept.published_at is None
    # Whoever comes next gets an id of its own, so that the cart still says what it held.
    await any_store.write(lambda tx: shelf.put(tx, "NEXT", "phones"))
    shown = await any_store.read(cart.cart, lin)
    assert [(line.sku.sku_code, line.problem) for line in shown.invalid] == [("KEEP", "delisted")]
    assert await any_store.read(violations) == []


async def test_a_variant_in_a_cart_is_retired_and_its_product_stays_on_the_shelf(any_store: Store, lin: Actor) -> None:
    await run(any_store, (await check(any_store, csv(HEADING, [
        ("P1", "P1-A", "One", "air", "Colour=White;Edition=Pro", "10", "5", "yes"),
    ])))[0])
    before = await any_store.read(_product, "P1")
    batch = await run(any_store, (await check(any_store, csv(HEADING, [
        ("P1", "P1-B", "", "", "Colour＝Black；Edition＝Pro", "12", "5", ""),
        ("P1", "P1-C", "", "", "Colour=Red;Edition=Pro", "12", "5", ""),
    ])))[0])
    assert [sku.code for sku in (await any_store.read(_product, "P1")).skus] == ["P1-A", "P1-B", "P1-C"]
    await any_store.write(cart.add, lin, await any_store.read(_sku, "P1", "P1-B"))
    undone = await take_back(any_store, batch)
    assert (undone.state, undone.kept) == (UNDONE, 0)
    assert await any_store.read(_product, "P1") == before
    # The one in the cart is there without being for sale; the other is gone.
    assert set(await any_store.read(lambda tx: bulk.sku_ids(tx, _id(tx, "P1")))) == {"P1-A", "P1-B"}
    shown = await any_store.read(cart.cart, lin)
    assert [(line.sku.sku_code, line.problem) for line in shown.invalid] == [("P1-B", "delisted")]
    assert await any_store.read(violations) == []


def _id(tx: Tx, code: str) -> int:
    found = repository.id_by_code(tx, "product", code)
    assert found is not None
    return found


def _product(tx: Tx, code: str):
    return loading.as_written(tx, _id(tx, code))


def _sku(tx: Tx, product: str, code: str) -> int:
    return bulk.sku_ids(tx, _id(tx, product))[code]
