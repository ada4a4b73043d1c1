"""Prices in other currencies: each person is asked the price of their list, and the base price where it has none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from services.catalog import browsing, editing, favourites, loading, service
from services.catalog.lists import Filters, ListQuery
from services.catalog.models import SkuPriceRow
from services.catalog.types import Axis, NewProduct, NewSku, Value
from services.customers import service as customers
from services.inventory import service as inventory
from services.inventory.storefront import storefront
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput
from services.shared.money import Money
from services.shared.price_lists import BASE, STARS, PriceList
from tests.services.catalog.shelf import WORDS, furnish

USD, JPY, WITH_STARS = PriceList("USD"), PriceList("JPY"), PriceList("USD", stars=True)
SIZES = Axis("size", WORDS, (Value("s", WORDS), Value("l", WORDS)))


def put(tx: Tx, code: str, *skus: NewSku, kind: str = "physical", rank: int = 0) -> dict[str, int]:
    axes = (SIZES,) if len(skus) > 1 else ()
    ids = editing.put_product(tx, SYSTEM, NewProduct(
        code=code, category="phones", kind=kind, name=WORDS, brand=WORDS, description=WORDS, currency="CNY",
        skus=skus, axes=axes, published_at=tx.now, rank=rank,
    ))
    for sku_id in ids.values():
        inventory.set_opening(tx, sku_id, 5)
    return ids


def stock(tx: Tx) -> dict[str, int]:
    """A phone of two sizes, one of them with a price in dollars; a case in yen and dollars; two codes, one in Stars."""
    furnish(tx)
    return (
        put(tx, "PHONE", NewSku("PHONE-S", ("s",), 100_000, 120_000, "p", prices={"USD": (14_900, 19_900)}),
            NewSku("PHONE-L", ("l",), 90_000, None, "p"))
        | put(tx, "CASE", NewSku("CASE", (), 5_000, None, "p", prices={"JPY": (980, None), "USD": (690, None)}), rank=1)
        | put(tx, "CODE", NewSku("CODE", (), 3_000, None, "p", prices={STARS: (210, None), "USD": (420, None)}),
              kind="digital", rank=2)
        | put(tx, "PASS", NewSku("PASS", (), 2_000, None, "p", prices={"USD": (280, None)}), kind="digital", rank=3)
    )


@pytest.mark.parametrize(("prices", "kind", "currency"), [
    (BASE, "physical", ""), (USD, "physical", "USD"), (USD, "digital", "USD"), (WITH_STARS, "physical", "USD"),
    (WITH_STARS, "digital", STARS), (PriceList(stars=True), "service", ""),
])
def test_digital_goods_ask_for_stars_where_the_shop_takes_them(prices: PriceList, kind: str, currency: str) -> None:
    assert prices.wanted(kind) == currency


async def test_a_person_is_asked_the_price_of_their_list_or_the_base_price(any_store: Store) -> None:
    skus = await any_store.write(stock)

    async def asked(prices: PriceList) -> dict[str, Money]:
        facts = await any_store.read(service.sku_facts, list(skus.values()), prices)
        return {facts[sku_id].sku_code: facts[sku_id].price for sku_id in facts}

    base = {"PHONE-S": Money(100_000, "CNY"), "PHONE-L": Money(90_000, "CNY"), "CASE": Money(5_000, "CNY"),
            "CODE": Money(3_000, "CNY"), "PASS": Money(2_000, "CNY")}
    assert await asked(BASE) == base
    assert await asked(PriceList("EUR")) == base
    assert await asked(JPY) == base | {"CASE": Money(980, "JPY")}
    assert await asked(USD) == base | {"PHONE-S": Money(14_900, "USD"), "CASE": Money(690, "USD"),
                                       "CODE": Money(420, "USD"), "PASS": Money(280, "USD")}
    # Stars stand in for every other currency of digital goods, also where they have no price in Stars.
    assert await asked(WITH_STARS) == base | {"PHONE-S": Money(14_900, "USD"), "CASE": Money(690, "USD"),
                                              "CODE": Money(210, STARS)}


async def test_digital_goods_without_a_price_in_stars_are_barred_where_stars_are_taken(store: Store) -> None:
    skus = await store.write(stock)

    async def barred(prices: PriceList) -> set[str]:
        facts = (await store.read(service.sku_facts, list(skus.values()), prices)).values()
        assert {sku.sku_code for sku in facts if not sku.on_sale} == {sku.sku_code for sku in facts if sku.barred}
        return {sku.sku_code for sku in facts if sku.barred}

    assert await barred(BASE) == await barred(USD) == set()
    assert await barred(WITH_STARS) == {"PASS"}
    product_id = (await store.read(service.sku_facts, [skus["PASS"]]))[skus["PASS"]].product_id
    card = await store.read(service.card, customer(1, WITH_STARS), product_id)
    assert [variant.barred for variant in card.variants] == [True]


async def test_cards_and_lists_show_the_persons_prices(any_store: Store) -> None:
    skus = await any_store.write(stock)
    product_id = (await any_store.read(service.sku_facts, [skus["PHONE-S"]]))[skus["PHONE-S"]].product_id
    card = await any_store.read(service.card, customer(1, USD), product_id)
    assert [(each.price, each.list_price) for each in card.variants] == [
        (Money(14_900, "USD"), Money(19_900, "USD")), (Money(90_000, "CNY"), None),
    ]

    async def listed(prices: PriceList) -> dict[str, Any]:
        page = await any_store.read(browsing.page, replace(SYSTEM, prices=prices), ListQuery(), None, 1)
        return {item.code: (item.price, item.list_price, item.varies) for item in page.items}

    assert await listed(BASE) == {
        "PHONE": (Money(90_000, "CNY"), None, True), "CASE": (Money(5_000, "CNY"), None, False),
        "CODE": (Money(3_000, "CNY"), None, False), "PASS": (Money(2_000, "CNY"), None, False),
    }
    assert await listed(WITH_STARS) == {
        "PHONE": (Money(14_900, "USD"), Money(19_900, "USD"), True), "CASE": (Money(690, "USD"), None, False),
        "CODE": (Money(210, STARS), None, False), "PASS": (Money(2_000, "CNY"), None, False),
    }


async def test_lists_are_sorted_and_filtered_by_the_base_price(store: Store) -> None:
    await store.write(stock)
    query = ListQuery(sort="price-up", filters=Filters(price_from=3_000, price_to=90_000))
    page = await store.read(browsing.page, replace(SYSTEM, prices=USD), query, None, 1)
    assert [(item.code, item.price) for item in page.items] == [
        ("CODE", Money(420, "USD")), ("CASE", Money(690, "USD")), ("PHONE", Money(14_900, "USD")),
    ]


async def test_the_storefront_keeps_the_price_lists_apart(store: Store) -> None:
    skus = await store.write(stock)
    front = storefront(store)
    product_id = await front.product_of(skus["CASE"])
    prices = [(await each.card(product_id)).variants[0].price for each in (front, front.at(USD), front.at(JPY), front)]
    assert prices == [Money(5_000, "CNY"), Money(690, "USD"), Money(980, "JPY"), Money(5_000, "CNY")]
    pages = [await each.page(ListQuery(), None, 1) for each in (front, front.at(JPY))]
    assert [page.items[1].price for page in pages] == [Money(5_000, "CNY"), Money(980, "JPY")]


async def test_writing_a_product_anew_keeps_exactly_the_prices_it_names(any_store: Store) -> None:
    skus = await any_store.write(stock)
    product_id = (await any_store.read(service.sku_facts, [skus["CASE"]]))[skus["CASE"]].product_id
    written = await any_store.read(loading.as_written, product_id)
    assert written.skus[0].prices == {"JPY": (980, None), "USD": (690, None)}
    changed = replace(written, skus=(replace(written.skus[0], prices={"USD": (590, 690)}),))
    await any_store.write(editing.put_product, SYSTEM, changed)
    assert (await any_store.read(loading.as_written, product_id)).skus[0].prices == {"USD": (590, 690)}
    [item] = await any_store.read(browsing.items, replace(SYSTEM, prices=USD), [product_id])
    assert (item.price, item.list_price) == (Money(590, "USD"), Money(690, "USD"))
    [item] = await any_store.read(browsing.items, replace(SYSTEM, prices=JPY), [product_id])
    assert item.price == Money(5_000, "CNY")


@pytest.mark.parametrize(("price", "list_price"), [(0, None), (-1, None), (100, 100), (100, 0)])
async def test_the_database_refuses_a_price_that_is_none(any_store: Store, price: int, list_price: int | None) -> None:
    skus = await any_store.write(stock)
    row = {"sku_id": skus["PASS"], "currency": "JPY", "price": price, "list_price": list_price}
    with pytest.raises(IntegrityError):
        await any_store.write(lambda tx: tx.execute(insert(SkuPriceRow.__table__), row))


async def test_what_was_saved_falls_in_the_base_currency(store: Store) -> None:
    skus = await store.write(stock)
    person, _ = await store.write(customers.enter, 7, "Maria", None, "en")
    maria = customer(person.id, USD)
    product_id = (await store.read(service.sku_facts, [skus["CASE"]]))[skus["CASE"]].product_id
    await store.write(favourites.toggle, maria, product_id)
    written = await store.read(loading.as_written, product_id)
    await store.write(editing.put_product, SYSTEM, replace(written, skus=(replace(written.skus[0], price=4_000),)))
    [saved] = await store.read(favourites.saved, maria)
    assert saved.item is not None
    assert (saved.item.price, saved.cheaper) == (Money(690, "USD"), Money(1_000, "CNY"))


async def test_a_person_chooses_among_the_shops_currencies(any_store: Store) -> None:
    person, _ = await any_store.write(customers.enter, 7, "Maria", None, "en")
    assert person.currency == ""
    actor: Actor = customer(person.id)
    offered = ("CNY", "USD")
    assert (await any_store.write(customers.choose_currency, actor, "USD", offered)).currency == "USD"
    found = await any_store.read(customers.find, 7)
    assert found is not None and found[0].currency == "USD"
    with pytest.raises(InvalidInput):
        await any_store.write(customers.choose_currency, actor, STARS, offered)
    # The shop's own is kept as nothing, so that it follows the shop.
    assert (await any_store.write(customers.choose_currency, actor, "CNY", offered)).currency == ""


async def test_a_retired_variant_takes_its_price_off_the_lists(store: Store) -> None:
    skus = await store.write(stock)
    product_id = (await store.read(service.sku_facts, [skus["PHONE-S"]]))[skus["PHONE-S"]].product_id
    written = await store.read(loading.as_written, product_id)
    left = replace(written, axes=(), skus=(replace(written.skus[1], values=()),))
    await store.write(editing.put_product, SYSTEM, left)
    [item] = await store.read(browsing.items, replace(SYSTEM, prices=USD), [product_id])
    assert (item.price, item.varies) == (Money(90_000, "CNY"), False)
