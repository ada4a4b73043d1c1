"""Prices in further currencies under the hands of staff: typed, undone, written by the wizard, never mixed up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.catalog import browsing, drafts, editing, loading, repricing, service
from services.catalog.fields import Fields, SkuFields, with_axes
from services.catalog.typed import axes
from services.catalog.types import NewProduct, NewSku
from services.inventory import goods
from services.inventory import service as inventory
from services.shared.actors import SYSTEM
from services.shared.db import Store
from services.shared.errors import ChangedSince, InvalidInput, NotAllowed
from services.shared.money import Money
from services.shared.price_lists import STARS, PriceList
from services.staff import audit
from tests.services.catalog import shelf
from tests.services.catalog.shelf import LI, WORDS
from tests.services.staff.roster import staff_actor

OTHERS = ("USD", "JPY", STARS)


def usd(amount: int) -> Money:
    return Money(amount, "USD")


async def open_shop(store: Store, kind: str = "physical") -> int:
    await store.write(shelf.furnish)
    skus = await store.write(editing.put_product, SYSTEM, NewProduct(
        code="F1", category="filters", kind=kind, name=WORDS, brand=WORDS, description=WORDS, currency="CNY",
        skus=(NewSku("F1-W", (), 19_900, 25_900, "p", 12_000),), published_at=store.clock.now(),
    ))
    await store.write(inventory.set_opening, skus["F1-W"], 5)
    return skus["F1-W"]


async def asked(store: Store, sku_id: int, currency: str = "USD") -> tuple[Money, Money | None, Money]:
    """What is asked of who buys in the currency: on the SKU, and on lists."""
    prices = PriceList(currency)
    facts = (await store.read(service.sku_facts, [sku_id], prices))[sku_id]
    [item] = await store.read(browsing.items, replace(SYSTEM, prices=prices), [facts.product_id])
    return facts.price, facts.list_price, item.price


async def test_a_first_price_in_a_currency_is_set_and_undone(any_store: Store) -> None:
    sku = await open_shop(any_store)
    first = await any_store.write(repricing.change, LI, sku, usd(2_990), usd(3_990), OTHERS)
    assert (first.state, first.was, first.now.price, first.now.list_price, first.cost) == (
        "done", None, usd(2_990), usd(3_990), None)
    assert await asked(any_store, sku) == (usd(2_990), usd(3_990), usd(2_990))
    assert await asked(any_store, sku, "") == (Money(19_900, "CNY"), Money(25_900, "CNY"), Money(19_900, "CNY"))
    # The struck-through price stays while it is above, as it does in the product's own currency.
    second = await any_store.write(repricing.change, LI, sku, usd(2_500), None, OTHERS)
    assert second.was is not None and (second.was.price, second.now.list_price) == (usd(2_990), usd(3_990))
    with pytest.raises(ChangedSince):
        await any_store.write(repricing.undo, LI, first.id)
    await any_store.write(repricing.undo, LI, second.id)
    assert await asked(any_store, sku) == (usd(2_990), usd(3_990), usd(2_990))
    await any_store.write(repricing.undo, LI, first.id)
    assert (await asked(any_store, sku))[0] == Money(19_900, "CNY")
    acts = [(each.act, each.facts["was"], each.facts["now"], each.facts.get("currency"))
            for each in await any_store.read(audit.entries, SYSTEM, area="prices")]
    assert acts == [("prices.undo", 2_990, None, "USD"), ("prices.undo", 2_500, 2_990, "USD"),
                    ("prices.change", 2_990, 2_500, "USD"), ("prices.change", None, 2_990, "USD")]


async def test_changes_in_different_currencies_stand_apart(store: Store) -> None:
    sku = await open_shop(store)
    base = await store.write(repricing.change, LI, sku, Money(18_900, "CNY"), None, OTHERS)
    await store.write(repricing.change, LI, sku, usd(2_990), None, OTHERS)
    await store.write(repricing.change, LI, sku, Money(3_900, "JPY"), None, OTHERS)
    await store.write(repricing.undo, LI, base.id)
    assert await asked(store, sku) == (usd(2_990), None, usd(2_990))
    assert (await asked(store, sku, "JPY"))[0] == Money(3_900, "JPY")
    assert (await asked(store, sku, ""))[0] == Money(19_900, "CNY")


async def test_what_is_no_price_in_a_further_currency_is_refused(store: Store) -> None:
    sku = await open_shop(store)
    for price, reason in ((Money(100, "EUR"), "price"), (usd(0), "price"), (Money(350, STARS), "stars")):
        with pytest.raises(InvalidInput) as refused:
            await store.write(repricing.change, LI, sku, price, None, OTHERS)
        assert refused.value.facts["reason"] == reason
    with pytest.raises(InvalidInput):
        await store.write(repricing.change, LI, sku, usd(100))
    with pytest.raises(NotAllowed):
        await store.write(repricing.change, staff_actor("orders", 9, "王"), sku, usd(100), None, OTHERS)
    # What it costs is known in the product's own currency alone: nothing to compare with.
    assert (await store.write(repricing.change, LI, sku, usd(1), None, OTHERS)).state == "done"


async def test_digital_goods_can_have_a_price_in_stars(store: Store) -> None:
    sku = await open_shop(store, "digital")
    await store.write(repricing.change, LI, sku, Money(350, STARS), None, OTHERS)
    facts = await store.read(service.sku_facts, [sku], PriceList("USD", stars=True))
    assert (facts[sku].price, facts[sku].barred) == (Money(350, STARS), False)


def test_new_variants_begin_at_the_prices_that_all_have() -> None:
    draft = Fields("L", "CNY", skus=(SkuFields("L-1", price=100, prices={"USD": (500, None)}),))
    grown = with_axes(draft, axes("Size: S, L", "en"))
    assert [sku.prices for sku in grown.skus] == [{"USD": (500, None)}] * 2
    assert Fields.from_json(grown.to_json()) == grown


async def test_the_wizard_writes_prices_and_notes_what_moved(any_store: Store) -> None:
    sku = await open_shop(any_store)
    product_id = (await any_store.read(service.sku_facts, [sku]))[sku].product_id
    draft = await any_store.write(drafts.edit, LI, product_id)
    priced = {"prices": {0: {"USD": (2_990, 3_990), "JPY": (4_500, None)}}}
    await any_store.write(drafts.set_column, LI, draft.id, "prices", priced["prices"])
    written = await any_store.write(goods.save, LI, draft.id, None, keep_shelf=True)
    assert written.changed == ("skus",)
    assert (await any_store.read(loading.as_written, product_id)).skus[0].prices == priced["prices"][0]
    [entry] = await any_store.read(audit.entries, SYSTEM, area="catalog")
    assert entry.facts["other_prices"] == {"JPY": {"F1-W": [None, 4_500]}, "USD": {"F1-W": [None, 2_990]}}
    clerk = replace(staff_actor("products", 51, "小李"), permissions=LI.permissions - {"prices.edit"})
    again = await any_store.write(drafts.edit, clerk, product_id)
    with pytest.raises(NotAllowed):
        await any_store.write(drafts.set_column, clerk, again.id, "prices", {0: {}})
