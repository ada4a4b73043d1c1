"""A budget is never overdrawn, whoever orders at the same moment; what a cancelled order took is there again."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import insert, select, update

from services.invariants import violations
from services.orders import checkout, steps
from services.orders.errors import CheckoutChanged
from services.orders.types import Placed
from services.pricing.rules import Tier
from services.promotions import budgets_repository, running, writing
from services.promotions.errors import CouponGone
from services.promotions.models import CouponRow, DealSpendRow, PromotionRow
from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx
from tests.services.orders import rows, shop
from tests.services.orders.test_races import all_look, all_submit, crowd, tally

PROMOTIONS, SPENDS, COUPONS = PromotionRow.__table__, DealSpendRow.__table__, CouponRow.__table__


def put_reduction(tx: Tx, budget: int | None, off: int = 300, code: str = "R") -> int:
    """¥300 off from ¥1,000 on."""
    return writing.put_promotion(tx, SYSTEM, writing.PromotionDraft(
        code, {"zh": "满减", "en": "Savings"}, "CNY", shop.LONG_AGO, shop.datetime(2027, 1, 1, tzinfo=shop.UTC),
        tiers=(Tier(shop.yuan(1000), shop.yuan(off)),), budget=budget,
    ))


def spent(tx: Tx, promotion_id: int) -> tuple[int, int]:
    """What the row says, and what live orders took."""
    live = tx.rows(select(SPENDS.c.amount).where(SPENDS.c.source == f"promotion:{promotion_id}", SPENDS.c.live))
    row = tx.scalar(select(PROMOTIONS.c.spent).where(PROMOTIONS.c.id == promotion_id))
    return row, sum(each.amount for each in live)


async def test_a_budget_of_1000_grants_three_of_twenty_orders_300_each(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    await any_store.write(shop.put_product, "P3", shop.yuan(1299), 30)
    promotion = await any_store.write(put_reduction, 100_000)
    actors = await crowd(any_store, 20)
    views = await all_look(any_store, actors, stall.skus["P3"], 1)
    results = await all_submit(any_store, actors, views)
    assert tally(results)[Placed] == 3
    assert set(tally(results)) <= {Placed, CouponGone, CheckoutChanged}
    assert sum(isinstance(each, Placed) and each.total == shop.yuan(999) for each in results) == 3
    assert await any_store.read(spent, promotion) == (90_000, 90_000)
    assert await any_store.read(violations) == []


async def test_without_the_conditional_update_a_budget_is_overdrawn(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    promotion = await any_store.write(put_reduction, 100_000)
    all_have_looked = asyncio.Barrier(20)

    def look(tx: Tx) -> int:
        return tx.scalar(select(PROMOTIONS.c.spent).where(PROMOTIONS.c.id == promotion))

    def write_what_was_seen(tx: Tx, order: int, seen: int) -> None:
        tx.execute(update(PROMOTIONS).where(PROMOTIONS.c.id == promotion).values(spent=seen + 30_000))
        tx.execute(insert(SPENDS).values(source=f"promotion:{promotion}", order_id=order, amount=30_000, live=True))

    async def order(number: int) -> None:
        seen = await any_store.read(look)
        await all_have_looked.wait()
        if seen + 30_000 <= 100_000:
            await any_store.write(write_what_was_seen, number, seen)

    await asyncio.gather(*(order(number) for number in range(1, 21)))
    assert await any_store.read(spent, promotion) == (30_000, 600_000)
    found = [each.rule for each in await any_store.read(violations)]
    assert Counter(found) == {"spent = what live orders took": 1, "spent ≤ budget": 1}


async def test_what_a_budget_cannot_bear_is_neither_promised_nor_given(any_store: Store) -> None:
    stall, actor = await shop.open_shop(any_store), await shop.buyer(any_store)
    await any_store.write(put_reduction, 29_999)
    view = await shop.look(any_store, actor, await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1))
    assert view.total == shop.yuan(1299)
    assert (await shop.submit(any_store, actor, view)).total == shop.yuan(1299)


async def test_a_cancelled_order_gives_back_and_a_revived_one_takes_again(any_store: Store) -> None:
    stall, actor = await shop.open_shop(any_store), await shop.buyer(any_store)
    promotion = await any_store.write(put_reduction, 30_000)
    first = await shop.order_now(any_store, actor, stall.skus["P3"])
    assert first.total == shop.yuan(999)
    assert await any_store.read(spent, promotion) == (30_000, 30_000)
    await any_store.write(steps.cancel, first.order_id, actor, "customer")
    await any_store.write(steps.cancel, first.order_id, actor, "customer")
    assert await any_store.read(spent, promotion) == (0, 0)
    await any_store.write(steps.revive, first.order_id, SYSTEM)
    assert await any_store.read(spent, promotion) == (30_000, 30_000)
    assert await any_store.read(violations) == []


async def test_an_order_is_not_revived_when_its_budget_went_to_another(any_store: Store) -> None:
    stall, actor = await shop.open_shop(any_store), await shop.buyer(any_store)
    promotion = await any_store.write(put_reduction, 30_000)
    first = await shop.order_now(any_store, actor, stall.skus["P3"])
    await any_store.write(steps.cancel, first.order_id, actor, "customer")
    await shop.order_now(any_store, actor, stall.skus["P3"])
    with pytest.raises(CouponGone) as refusal:
        await any_store.write(steps.revive, first.order_id, SYSTEM)
    assert refusal.value.facts == {"reason": "spent"}
    assert await any_store.read(spent, promotion) == (30_000, 30_000)


async def test_screens_promise_no_more_than_is_left(store: Store) -> None:
    stall, actor = await shop.open_shop(store), await shop.buyer(store)
    await store.write(put_reduction, 30_000)
    assert len(await running.automatic_rules(store)) == 1
    order = await shop.order_now(store, actor, stall.skus["P3"])
    assert await running.automatic_rules(store) == ()
    await store.write(steps.cancel, order.order_id, actor, "customer")
    assert len(await running.automatic_rules(store)) == 1


async def test_a_coupon_has_a_budget_too(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    coupon = await any_store.write(shop.put_coupon)
    await any_store.write(_limit, coupon, 3_000)
    first, second = await crowd(any_store, 2)
    for actor in (first, second):
        await shop.give_coupon(any_store, actor, coupon)
    assert (await shop.order_now(any_store, first, stall.skus["F1"])).total == shop.yuan(169)
    assert (await shop.order_now(any_store, second, stall.skus["F1"])).total == shop.yuan(199)
    assert await any_store.read(rows.coupon_uses, coupon) == (1, 1)
    assert await any_store.read(violations) == []


async def test_orders_without_budgets_ask_nothing_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stall, actor = await shop.open_shop(store), await shop.buyer(store)
    await store.write(put_reduction, None)
    monkeypatch.setattr(budgets_repository, "spend", None)
    assert (await shop.order_now(store, actor, stall.skus["P3"])).total == shop.yuan(999)


def _limit(tx: Tx, coupon_id: int, budget: int) -> None:
    tx.execute(update(COUPONS).where(COUPONS.c.id == coupon_id).values(budget=budget))
