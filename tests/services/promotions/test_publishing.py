"""What a draft would do before it does it: sample carts to the fen, and whether it sells below cost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.catalog import repricing
from services.promotions import drafts, publishing
from services.promotions.errors import BelowCost, DealIncomplete
from services.promotions.fields import DealFields
from services.promotions.publishing import Tried
from services.shared.db import Store, Tx
from services.shared.money import Money
from tests.services.promotions.counter import (
    BOSS,
    COUPON,
    MARKETING,
    PERCENT,
    REDUCTION,
    let_out,
    publish,
    put_goods,
)
from tests.services.promotions.people import NOW, cny


def furnish(tx: Tx, cost: int | None = None) -> list[int]:
    """Four SKUs of 49, 199, 599 and 1,299 yuan, the second at a cost."""
    return [put_goods(tx, "S4", 4_900), put_goods(tx, "F1", 19_900, cost), put_goods(tx, "W5", 59_900),
            put_goods(tx, "P3", 129_900)]


async def tried(store: Store, fields: DealFields, actor: object = BOSS) -> Tried:
    draft = await store.write(drafts.begin, BOSS, fields)
    return await store.read(publishing.try_out, actor, draft.id)  # type: ignore[arg-type]


async def test_three_carts_before_and_after(any_store: Store) -> None:
    await any_store.write(furnish)
    shown = await tried(any_store, REDUCTION)
    assert [(cart.size, cart.before, cart.after, cart.why, cart.missing) for cart in shown.carts] == [
        ("small", cny(4_900), cny(4_900), "not-reached", cny(25_100)),
        ("typical", cny(59_900), cny(55_900), None, None),
        ("large", cny(189_800), cny(179_800), None, None),
    ]
    assert [(line.quantity, line.before, line.after) for line in shown.carts[2].lines] == [
        (1, cny(129_900), cny(123_056)), (1, cny(59_900), cny(56_744)),
    ]
    assert (shown.goods, shown.below, shown.overlaps, shown.far) == (4, (), (), False)


async def test_what_runs_already_counts_before_and_after(any_store: Store) -> None:
    await any_store.write(furnish)
    await let_out(any_store, PERCENT, name={"zh": "九折", "en": "Tenth off"})
    shown = await tried(any_store, COUPON)
    assert [(cart.before, cart.after) for cart in shown.carts] == [
        (cny(4_410), cny(4_410)), (cny(53_910), cny(50_910)), (cny(170_820), cny(167_820)),
    ]
    assert [(each.name["en"], each.how) for each in shown.overlaps] == [("Tenth off", "both")]
    alone = await tried(any_store, replace(COUPON, alone=True))
    assert [cart.why for cart in alone.carts] == ["excluded"] * 3
    assert [each.how for each in alone.overlaps] == ["alone"]
    assert [each.how for each in (await tried(any_store, replace(PERCENT, basis_points=500))).overlaps] == ["best"]
    later = replace(PERCENT, starts_at=NOW + timedelta(days=20), ends_at=NOW + timedelta(days=21))
    assert (await tried(any_store, later)).overlaps == ()


@pytest.mark.parametrize(("fields", "lowest"), [
    (PERCENT, 17_910),
    (replace(COUPON, threshold=0, amount=3_000), 16_900),
    # 199 of 200 takes 199/200 of the 30.
    (replace(COUPON, threshold=20_000, amount=3_000), 16_915),
    # 100 off 600 takes more of a piece than 40 off 300.
    (REDUCTION, 16_583),
    (replace(COUPON, threshold=0, amount=None, basis_points=5_000, cap=2_000), 17_900),
])
async def test_the_worst_case_of_a_piece(any_store: Store, fields: DealFields, lowest: int) -> None:
    _, sku, _, _ = await any_store.write(furnish, lowest + 1)
    shown = await tried(any_store, fields)
    assert [(each.sku_id, each.lowest, each.cost) for each in shown.below] == [(sku, cny(lowest), cny(lowest + 1))]
    await any_store.write(furnish, lowest)
    assert (await tried(any_store, fields)).below == ()


async def test_below_cost_is_confirmed_first(any_store: Store) -> None:
    await any_store.write(furnish, 19_000)
    draft = await any_store.write(drafts.begin, BOSS, PERCENT)
    with pytest.raises(BelowCost) as refusal:
        await publish(any_store, draft.id, 1)
    assert refusal.value.facts == {"count": 1}
    assert (await publish(any_store, draft.id, 1, confirmed=True)).state == "running"


async def test_two_that_are_fine_alone_may_be_below_cost_together(any_store: Store) -> None:
    await any_store.write(furnish, 16_000)
    await let_out(any_store, PERCENT)
    assert (await tried(any_store, REDUCTION)).below[0].lowest < cny(16_000)


async def test_what_is_below_cost_already_is_not_this_rules_doing(store: Store) -> None:
    await store.write(furnish)
    await let_out(store, PERCENT)
    await store.write(furnish, 18_000)
    assert (await tried(store, replace(COUPON, threshold=0, amount=100, alone=True))).below == ()


async def test_costs_are_for_who_may_see_them(store: Store) -> None:
    await store.write(furnish, 19_000)
    assert (await tried(store, PERCENT, MARKETING)).costs_visible is False
    assert (await tried(store, PERCENT)).costs_visible is True


async def test_a_threshold_out_of_reach_and_an_empty_scope_are_told(store: Store) -> None:
    await store.write(furnish)
    assert (await tried(store, replace(COUPON, threshold=1_299_100))).far is True
    assert (await tried(store, replace(COUPON, threshold=1_299_000))).far is False
    empty = await tried(store, replace(COUPON, scope_kind="category", scope_ids=(99,)))
    assert (empty.goods, empty.carts) == (0, ())


async def test_half_a_draft_cannot_be_tried(store: Store) -> None:
    with pytest.raises(DealIncomplete):
        await tried(store, DealFields("coupon", "CNY", scope_kind="all"))


async def test_a_rule_in_dollars_is_tried_on_what_is_sold_in_them(any_store: Store) -> None:
    small, filters, *_ = await any_store.write(furnish, 15_000)
    for sku_id, price in ((small, 690), (filters, 2_990)):
        await any_store.write(repricing.change, BOSS, sku_id, Money(price, "USD"), None, ("USD",))
    dollars = replace(COUPON, currency="USD", tiers=(), threshold=2_000, amount=500)
    shown = await tried(any_store, dollars)
    assert [(cart.size, cart.before, cart.after, cart.why) for cart in shown.carts] == [
        ("small", Money(690, "USD"), Money(690, "USD"), "not-reached"),
        ("typical", Money(2_990, "USD"), Money(2_490, "USD"), None),
        ("large", Money(2_990, "USD"), Money(2_490, "USD"), None),
    ]
    # What the goods cost is known in yuan: nothing can be said about a loss.
    assert (shown.goods, shown.below) == (2, ())
    assert (await tried(any_store, COUPON)).goods == 4
