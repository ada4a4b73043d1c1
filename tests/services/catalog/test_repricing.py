"""Prices typed by people: done, asked about below cost, taken back, and never over somebody else's."""

from __future__ import annotations

import asyncio

import pytest

from services.catalog import browsing, repricing, service
from services.catalog.lists import ListQuery
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import ChangedSince, InvalidInput, NotAllowed, NotFound
from services.shared.money import Money
from services.staff import audit
from tests.services.catalog import shelf
from tests.services.catalog.shelf import LI, ZHAO
from tests.services.staff.roster import staff_actor


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


async def open_shop(store: Store) -> int:
    await store.write(shelf.furnish)
    _, sku = await store.write(shelf.put, "F1", "filters", price=199_00, list_price=259_00, cost=120_00)
    return sku


async def price(store: Store, sku: int) -> tuple[Money, Money | None, Money]:
    """The SKU's price and list price, and what lists show."""
    facts = (await store.read(service.sku_facts, [sku]))[sku]
    item = (await store.read(browsing.page, SYSTEM, ListQuery(), None, 1)).items[0]
    return facts.price, facts.list_price, item.price


async def test_a_price_changes_everywhere_at_once_and_is_taken_back(any_store: Store) -> None:
    sku = await open_shop(any_store)
    change = await any_store.write(repricing.change, LI, sku, yuan(179))
    assert change.was is not None
    assert (change.state, change.was.price, change.now.price, change.now.list_price) == (
        "done", yuan(199), yuan(179), yuan(259),
    )
    assert await price(any_store, sku) == (yuan(179), yuan(259), yuan(179))
    for who in (LI, ZHAO):
        undone = await any_store.write(repricing.undo, who, change.id)
        assert (undone.state, await price(any_store, sku)) == ("undone", (yuan(199), yuan(259), yuan(199)))
    acts = [(each.act, each.facts["was"], each.facts["now"])
            for each in await any_store.read(audit.entries, SYSTEM, area="prices")]
    assert acts == [("prices.undo", 17900, 19900), ("prices.change", 19900, 17900)]


async def test_a_list_price_that_is_not_above_the_price_goes(any_store: Store) -> None:
    sku = await open_shop(any_store)
    change = await any_store.write(repricing.change, LI, sku, yuan(259))
    assert await price(any_store, sku) == (yuan(259), None, yuan(259))
    listed = await any_store.write(repricing.change, LI, sku, yuan(259), yuan(300))
    assert (await price(any_store, sku))[1] == yuan(300)
    with pytest.raises(ChangedSince) as refused:
        await any_store.write(repricing.undo, ZHAO, change.id)
    assert refused.value.facts["name"] == "小李"
    await any_store.write(repricing.undo, ZHAO, listed.id)
    await any_store.write(repricing.undo, ZHAO, change.id)
    assert await price(any_store, sku) == (yuan(199), yuan(259), yuan(199))


async def test_below_cost_is_asked_first_and_done_once(any_store: Store, clock: MovableClock) -> None:
    sku = await open_shop(any_store)
    asked = await any_store.write(repricing.change, LI, sku, yuan(100))
    assert (asked.state, asked.cost, await price(any_store, sku)) == (
        "asked", yuan(120), (yuan(199), yuan(259), yuan(199)),
    )
    with pytest.raises(NotFound):
        await any_store.write(repricing.undo, LI, asked.id)
    answers = await asyncio.gather(*(any_store.write(repricing.confirm, LI, asked.id) for _ in range(3)))
    assert {each.state for each in answers} == {"done"}
    assert (await price(any_store, sku))[0] == yuan(100)
    acts = [each.act for each in await any_store.read(audit.entries, SYSTEM, area="prices")]
    assert acts == ["prices.change-below-cost"]

    late = await any_store.write(repricing.change, LI, sku, yuan(90))
    clock.move(1)
    await any_store.write(repricing.change, ZHAO, sku, yuan(210))
    with pytest.raises(ChangedSince) as refused:
        await any_store.write(repricing.confirm, LI, late.id)
    assert (refused.value.facts["name"], (await price(any_store, sku))[0]) == ("小赵", yuan(210))


async def test_a_product_changed_otherwise_is_not_written_over(any_store: Store, clock: MovableClock) -> None:
    sku = await open_shop(any_store)
    change = await any_store.write(repricing.change, LI, sku, yuan(179))
    clock.move(1)
    await any_store.write(shelf.put, "F1", "filters", price=189_00)
    with pytest.raises(ChangedSince):
        await any_store.write(repricing.undo, LI, change.id)
    assert (await price(any_store, sku))[0] == yuan(189)


@pytest.mark.parametrize(("typed", "listed", "reason"), [
    (199, 259, "same-price"), (199, None, "same-price"), (150, 150, "list-price"), (150, 100, "list-price"),
])
async def test_what_makes_no_sense_is_refused(store: Store, typed: int, listed: int | None, reason: str) -> None:
    sku = await open_shop(store)
    with pytest.raises(InvalidInput) as refused:
        await store.write(repricing.change, LI, sku, yuan(typed), None if listed is None else yuan(listed))
    assert refused.value.facts["reason"] == reason
    with pytest.raises(NotAllowed):
        await store.write(repricing.change, staff_actor("support"), sku, yuan(150))
    with pytest.raises(InvalidInput):
        await store.write(repricing.change, LI, sku, Money(100, "USD"))
