"""To whom a coupon is given: one person by what the counter knows, a group, and what needs a fresh code."""

import pytest

from services.campaigns import audience, gifts
from services.campaigns.types import BOUGHT, Audience, Condition
from services.customers import profile
from services.customers import service as customers
from services.orders import service as orders
from services.orders import steps
from services.promotions import gifting
from services.shared.actors import SYSTEM
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.staff.errors import Locked
from tests.services.orders import shop
from tests.services.promotions.counter import BOSS, MARKETING, let_out
from tests.services.staff.roster import enlist, lock, staff_actor


async def test_one_person_is_found_in_every_way(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    deal = await let_out(any_store)
    actor = await shop.buyer(any_store, 1001)
    other = await shop.buyer(any_store, 1002, at_home=False)
    await any_store.write(profile.change_profile, other, "phone", "139 0000 1111")
    placed = await shop.order_now(any_store, actor, stall.skus["F1"])
    number = (await any_store.read(orders.get, SYSTEM, placed.order_id)).number

    async def found(typed: str, telegram_id: int | None = None) -> list[tuple[int, str, int]]:
        answer = await any_store.read(gifts.find, BOSS, deal.id, typed, telegram_id)
        return [(each.customer_id, each.name, each.held) for each in answer]

    mine = [(actor.id, "小**", 0)]
    assert await found(str(actor.id)) == await found(f"#{actor.id}") == mine
    assert await found("138 1234 5678") == mine
    assert await found(number) == mine
    assert await found("", 1001) == mine
    assert await found("+8613900001111", 55) == [(other.id, "小**", 0)]
    await any_store.write(gifting.give_one, BOSS, deal.id, actor.id, "N")
    assert await found(str(actor.id)) == [(actor.id, "小**", 1)]
    for nobody in ("99", "13700000000", "QL-000000-0000", "?", ""):
        with pytest.raises((NotFound, InvalidInput)):
            await found(nobody)


async def test_who_may_not_see_orders_finds_nobody_by_them(store: Store) -> None:
    stall, actor, deal = await shop.open_shop(store), await shop.buyer(store), await let_out(store)
    placed = await shop.order_now(store, actor, stall.skus["F1"])
    number = (await store.read(orders.get, SYSTEM, placed.order_id)).number
    with pytest.raises(NotFound):
        await store.read(gifts.find, MARKETING, deal.id, number)
    with pytest.raises(NotAllowed):
        await store.read(gifts.find, staff_actor("orders"), deal.id, number)


async def test_groups_and_named_audiences(any_store: Store) -> None:
    stall, deal = await shop.open_shop(any_store), await let_out(any_store)
    buyer, looker = [await shop.buyer(any_store, telegram_id) for telegram_id in (1001, 1002)]
    placed = await shop.order_now(any_store, buyer, stall.skus["F1"])
    await any_store.write(steps.mark_paid, placed.order_id, SYSTEM, placed.total)
    saved = await any_store.write(audience.save, BOSS, "买家", Audience(((Condition(BOUGHT),),)))
    assert (await any_store.read(gifts.groups, BOSS))[-1] == (f"s{saved.id}", "买家")
    sizes = {key: (await any_store.read(gifts.preview, BOSS, deal.id, key)).people
             for key, _ in await any_store.read(gifts.groups, BOSS)}
    assert sizes == {"all": 2, "bought": 1, "never": 1, "unseen": 0, f"s{saved.id}": 1}
    gift = await any_store.write(gifts.give, BOSS, deal.id, "never", "N", 5_000)
    assert (await any_store.write(gifting.give_step, gift.id, 0)).given == 1
    assert (await any_store.read(gifts.find, BOSS, deal.id, str(looker.id)))[0].held == 1
    for wrong in ("s99", "sx", "", "x"):
        with pytest.raises(NotFound):
            await any_store.read(gifts.preview, BOSS, deal.id, wrong)


async def test_many_need_a_fresh_code(store: Store) -> None:
    await enlist(store, BOSS.id, "manager", "店主")
    deal = await let_out(store)
    for telegram_id in range(3):
        await store.write(customers.enter, 9_000 + telegram_id, "P", None, "zh")
    await lock(store, BOSS.id)
    with pytest.raises(Locked):
        await store.write(gifts.give, BOSS, deal.id, "all", "N1", 2)
    assert (await store.write(gifts.give, BOSS, deal.id, "all", "N2", 3)).people == 3
    await enlist(store, MARKETING.id, "marketing", "小张")
    assert (await store.write(gifts.give, MARKETING, deal.id, "all", "N3", 2)).people == 3
