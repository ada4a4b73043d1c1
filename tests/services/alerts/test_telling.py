"""Customers are told what they asked for: once, when it is true, and not when it is true no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import select

from services.alerts import repository, service, telling
from services.alerts.types import MOST, AlreadyBack, TooManyAlerts
from services.catalog import editing, favourites, repricing
from services.customers import service as customers
from services.inventory import counting
from services.inventory import service as inventory
from services.outbox.models import JobRow
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, NotFound
from services.shared.money import Money
from tests.services.catalog import shelf
from tests.services.catalog.shelf import LI

JOBS = JobRow.__table__


async def person(store: Store, telegram_id: int) -> Actor:
    found, _ = await store.write(customers.enter, telegram_id, "小满", None, "zh")
    return customer(found.id)


def told(tx: Tx, kind: str) -> list[int]:
    """The customers in the outbox for this kind."""
    rows = tx.rows(select(JOBS.c.payload).where(JOBS.c.kind == kind).order_by(JOBS.c.id))
    return [row.payload["customer_id"] for row in rows]


async def back(store: Store) -> list[int]:
    return await store.read(told, "alerts.back")


async def sold_out(store: Store) -> tuple[int, int]:
    """A product whose only SKU is sold out: its id and the SKU's."""
    await store.write(shelf.furnish)
    return await store.write(lambda tx: shelf.put(tx, "F1", "filters", price=199_00, stock=0))


async def test_who_waits_is_told_once_when_it_is_back(any_store: Store) -> None:
    product, sku = await sold_out(any_store)
    lin, chen = await person(any_store, 1), await person(any_store, 2)
    assert [await any_store.write(service.wait, lin, sku) for _ in range(2)] == [True, False]
    await any_store.write(service.wait, chen, sku)
    await any_store.write(customers.mark_blocked, 2, True)
    assert await any_store.write(telling.back, sku) == 0
    await any_store.write(counting.move, LI, sku, 3)
    assert await any_store.write(telling.back, sku) == 2
    assert await any_store.write(telling.back, sku) == 0
    assert await back(any_store) == [lin.id]
    assert (await any_store.read(service.mine, lin)).restock == ()
    facts = await any_store.write(telling.still_back, lin.id, sku)
    assert facts is not None and facts.product_id == product
    with pytest.raises(AlreadyBack):
        await any_store.write(service.wait, lin, sku)


async def test_sold_out_again_before_the_telling_they_go_on_waiting(any_store: Store) -> None:
    _, sku = await sold_out(any_store)
    lin = await person(any_store, 1)
    await any_store.write(service.wait, lin, sku)
    await any_store.write(counting.move, LI, sku, 1)
    await any_store.write(telling.back, sku)
    await any_store.write(inventory.reserve, 1, {sku: 1}, None)
    assert await any_store.write(telling.still_back, lin.id, sku) is None
    assert (await any_store.read(service.waits, lin, sku, 0)).restock
    await any_store.write(inventory.release, 1)
    await any_store.write(telling.back, sku)
    assert await back(any_store) == [lin.id, lin.id]


async def test_off_the_shelf_nobody_is_told_until_it_is_sold_again(any_store: Store, clock: MovableClock) -> None:
    product, sku = await sold_out(any_store)
    lin = await person(any_store, 1)
    await any_store.write(service.wait, lin, sku)
    await any_store.write(editing.publish, SYSTEM, product, None)
    await any_store.write(counting.move, LI, sku, 1)
    assert await any_store.write(telling.back, sku) == 0
    assert await any_store.read(telling.waiting, 0) == (sku,)
    assert await any_store.read(telling.can_be_had, [sku]) == ()
    await any_store.write(editing.publish, SYSTEM, product, clock.now())
    assert await any_store.read(telling.can_be_had, [sku]) == (sku,)
    assert await any_store.write(telling.back, sku) == 1


async def crowd(store: Store, sku: int, people: int = 12) -> None:
    for number in range(people):
        await store.write(service.wait, await person(store, 100 + number), sku)
    await store.write(counting.move, LI, sku, 1)


async def test_two_workers_at_once_tell_each_person_once(any_store: Store) -> None:
    _, sku = await sold_out(any_store)
    await crowd(any_store, sku)
    await asyncio.gather(*(any_store.write(telling.back, sku) for _ in range(4)))
    assert len(await back(any_store)) == len(set(await back(any_store))) == 12


async def test_without_the_guard_they_would_be_told_more_than_once(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, sku = await sold_out(any_store)
    await crowd(any_store, sku, 3)
    rows = repository.RESTOCK
    monkeypatch.setattr(repository, "CLAIM", select(rows.c.customer_id).where(rows.c.sku_id == sku))
    for _ in range(2):
        await any_store.write(telling.back, sku)
    assert len(await back(any_store)) == 6


async def favourite(store: Store, telegram_id: int, product: int) -> Actor:
    actor = await person(store, telegram_id)
    await store.write(favourites.toggle, actor, product)
    await store.write(service.watch, actor, product)
    return actor


async def sweep(store: Store) -> list[int]:
    """Looks once whether anything fell; returns everybody who was ever put into the outbox."""
    _, moved = await store.read(telling.fallen, 0)
    for product in moved:
        await store.write(telling.fall, product)
    return await store.read(told, "alerts.cheaper")


async def test_a_drop_is_told_once_and_the_next_one_again(any_store: Store) -> None:
    product, sku = await sold_out(any_store)
    lin = await favourite(any_store, 1, product)

    async def cost(yuan: int) -> int:
        await any_store.write(repricing.change, LI, sku, Money(yuan * 100, "CNY"))
        await sweep(any_store)
        return len(await sweep(any_store))

    assert [await cost(yuan) for yuan in (210, 179, 185, 169, 199, 179)] == [0, 1, 1, 2, 2, 3]
    cheaper = await any_store.read(telling.still_cheaper, lin.id, product)
    assert cheaper is not None and cheaper.drop == Money(20_00, "CNY")
    mine = await any_store.read(service.mine, lin)
    assert [(each.product_id, each.saved) for each in mine.price] == [(product, Money(199_00, "CNY"))]
    await cost(205)
    assert await any_store.read(telling.still_cheaper, lin.id, product) is None


async def test_who_saved_dearer_hears_of_it_and_who_unsaved_does_not(any_store: Store) -> None:
    product, sku = await sold_out(any_store)
    lin = await favourite(any_store, 1, product)
    await any_store.write(repricing.change, LI, sku, Money(150_00, "CNY"))
    chen = await favourite(any_store, 2, product)
    blocked = await favourite(any_store, 3, product)
    await any_store.write(customers.mark_blocked, 3, True)
    assert await sweep(any_store) == [lin.id]
    await any_store.write(repricing.change, LI, sku, Money(140_00, "CNY"))
    assert sorted(await sweep(any_store)) == [lin.id, lin.id, chen.id]
    await any_store.write(favourites.toggle, lin, product)
    assert await any_store.read(telling.still_cheaper, lin.id, product) is None
    assert (await any_store.read(service.mine, lin)).price == ()
    assert blocked.id not in await sweep(any_store)


async def test_two_workers_at_once_tell_of_a_drop_once(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    product, sku = await sold_out(any_store)
    for number in range(5):
        await favourite(any_store, 1 + number, product)
    await any_store.write(repricing.change, LI, sku, Money(150_00, "CNY"))
    await asyncio.gather(*(any_store.write(telling.fall, product) for _ in range(4)))
    assert len(await any_store.read(told, "alerts.cheaper")) == 5
    # Without the threshold in the statement the next look tells everybody again.
    prices = repository.PRICES
    monkeypatch.setattr(repository, "FALL", prices.update().where(prices.c.product_id == product).values(
        below=prices.c.below
    ).returning(prices.c.customer_id))
    await any_store.write(telling.fall, product)
    assert len(await any_store.read(told, "alerts.cheaper")) == 10


async def test_what_cannot_be_asked_for(store: Store) -> None:
    product, sku = await sold_out(store)
    lin = await person(store, 1)
    attempts: list[tuple[Callable[[Tx], object], type[Exception]]] = [
        (lambda tx: service.wait(tx, LI, sku), NotAllowed),
        (lambda tx: service.wait(tx, lin, 999), NotFound),
        (lambda tx: service.watch(tx, lin, product), NotFound),
    ]
    for attempt, error in attempts:
        with pytest.raises(error):
            await store.write(attempt)
    many = [await store.write(lambda tx, at=at: shelf.put(tx, f"S{at}", "filters", stock=0)) for at in range(MOST)]
    for _, each in many:
        await store.write(service.wait, lin, each)
    with pytest.raises(TooManyAlerts):
        await store.write(service.wait, lin, sku)
    assert await store.write(service.stop_waiting, lin, many[0][1])
    assert not await store.write(service.stop_waiting, lin, many[0][1])
    assert await store.write(service.wait, lin, sku)
