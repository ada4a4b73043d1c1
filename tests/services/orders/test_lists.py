import pytest

from services.orders import service, steps
from services.orders.types import OrderPage, Waiting
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store
from services.shared.errors import NotFound
from tests.services.orders import shop


async def ordered(store: Store, actor: Actor, count: int) -> list[int]:
    """So many orders of the person, by id, oldest first."""
    stall = await shop.open_shop(store)
    return [(await shop.order_now(store, actor, stall.skus["S4"])).order_id for _ in range(count)]


def ids(page: OrderPage) -> list[int]:
    return [order.id for order in page.orders]


async def test_pages_lead_forth_and_back_over_every_order_once(any_store: Store) -> None:
    actor = await shop.buyer(any_store)
    placed = (await ordered(any_store, actor, 8))[::-1]
    first = await any_store.read(service.page, actor, "all")
    second = await any_store.read(service.page, actor, "all", first.next)
    back = await any_store.read(service.page, actor, "all", None, second.previous)
    assert (ids(first), ids(second), ids(back)) == (placed[:6], placed[6:], placed[:6])
    assert (first.previous, second.next, back.previous) == (None, None, None)


async def test_tabs_hold_and_count_the_orders_that_stand_there(any_store: Store) -> None:
    actor = await shop.buyer(any_store)
    to_pay, to_ship, on_the_way, done, cancelled = await ordered(any_store, actor, 5)
    for order_id in (to_ship, on_the_way, done):
        await any_store.write(steps.mark_paid, order_id, SYSTEM, shop.yuan(59))
    for order_id in (on_the_way, done):
        await any_store.write(steps.set_fulfilment, order_id, SYSTEM, "shipped")
    await any_store.write(service.confirm_receipt, actor, done)
    await any_store.write(service.cancel_unpaid, actor, cancelled)
    pages = {tab: await any_store.read(service.page, actor, tab)
             for tab in ("to-pay", "to-ship", "on-the-way", "done", "cancelled")}
    assert {tab: ids(page) for tab, page in pages.items()} == {
        "to-pay": [to_pay], "to-ship": [to_ship], "on-the-way": [on_the_way], "done": [done], "cancelled": [cancelled],
    }
    for tab, page in pages.items():
        order = await any_store.read(service.get, actor, page.orders[0].id)
        assert (order.tab, page.orders[0].tab) == (tab, tab)
    assert pages["done"].counts == {
        "all": 5, "to-pay": 1, "to-ship": 1, "on-the-way": 1, "done": 1, "cancelled": 1,
    }
    unpaid = await any_store.read(service.get, actor, to_pay)
    assert await any_store.read(service.waiting, actor) == Waiting(1, unpaid.expires_at, to_pay, unpaid.due, 1)


async def test_an_order_is_found_by_its_number_however_it_is_typed(any_store: Store) -> None:
    actor, other = await shop.buyer(any_store), await shop.buyer(any_store, 2002)
    stall = await shop.open_shop(any_store)
    placed = await shop.order_now(any_store, actor, stall.skus["S4"])
    code = placed.number[-4:]
    for typed in (placed.number, placed.number.lower(), f" {code} ", code.lower(), code.replace("0", "O")):
        assert (await any_store.read(service.by_number, actor, typed)).id == placed.order_id
    for typed in ("", code[1:], "----", "%%%%", "____", "QL-000000-" + code):
        with pytest.raises(NotFound):
            await any_store.read(service.by_number, actor, typed)
    with pytest.raises(NotFound):
        await any_store.read(service.by_number, other, placed.number)


async def test_others_see_nothing_of_an_order(any_store: Store) -> None:
    actor, other = await shop.buyer(any_store), await shop.buyer(any_store, 2002)
    stall = await shop.open_shop(any_store)
    placed = await shop.order_now(any_store, actor, stall.skus["S4"])
    for use_case in (service.get, service.confirm_receipt, service.cancel_unpaid, service.reorder):
        with pytest.raises(NotFound):
            await any_store.write(use_case, other, placed.order_id)
    assert ids(await any_store.read(service.page, other, "all")) == []
