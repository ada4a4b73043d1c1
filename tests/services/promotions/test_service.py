"""Which rules apply, which coupons fit a basket, and taking a coupon with an order."""

from datetime import timedelta

import pytest

from services.pricing.rules import CATEGORY, Scope, Tier
from services.pricing.service import quote
from services.pricing.types import Basket, Line
from services.promotions import service as promotions
from services.promotions.errors import CouponGone
from services.promotions.types import Choices
from services.promotions.writing import PromotionDraft, put_promotion
from services.shared.actors import SYSTEM, Actor
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import NotFound
from tests.services.promotions.people import NOW, add_coupon, claimed, cny, counts, people, person

FULL = PromotionDraft(
    "PR1", {"zh": "店庆满减"}, "CNY", NOW, NOW + timedelta(days=1),
    tiers=(
        Tier(cny(100_000), cny(10_000), {"zh": "满1000减100"}), Tier(cny(200_000), cny(20_000), {"zh": "满2000减200"}),
    ),
)


def basket(price: int, **facts: tuple[int, ...]) -> Basket:
    line = Line(1, 1, 1, facts.get("categories", ()), (), 1, cny(price), 1300)
    return Basket((line,), "CNY", cny(0))


async def choose(store: Store, actor: Actor, price: int, **facts: tuple[int, ...]) -> Choices:
    return await store.read(promotions.choices, actor, basket(price, **facts), ())


async def test_a_promotion_runs_from_its_start_until_just_before_its_end(any_store: Store, clock: MovableClock) -> None:
    await any_store.write(put_promotion, SYSTEM, FULL)
    later = PromotionDraft("PR2", {}, "CNY", NOW + timedelta(seconds=1), NOW + timedelta(days=1), basis_points=2_000)
    await any_store.write(put_promotion, SYSTEM, later)

    async def running() -> list[str]:
        return [rule.source for rule in await any_store.read(promotions.automatic_rules)]

    assert await running() == ["promotion:1"]
    clock.move(1)
    assert await running() == ["promotion:1", "promotion:2"]
    clock.move(86_398)
    assert await running() == ["promotion:1", "promotion:2"]
    clock.move(1)
    assert await running() == []


async def test_stored_rules_price_the_basket_and_name_the_tier(store: Store) -> None:
    await store.write(put_promotion, SYSTEM, FULL)
    await store.write(put_promotion, SYSTEM, PromotionDraft(
        "PR2", {"zh": "智能家居8折"}, "CNY", NOW, NOW + timedelta(days=1), basis_points=2_000,
        scope=Scope(CATEGORY, frozenset({7})),
    ))
    rules = await store.read(promotions.automatic_rules)
    quoted = quote(basket(150_000, categories=(9, 7)), rules)
    assert [(each.source, each.name["zh"], each.amount) for each in quoted.adjustments] == [
        ("promotion:2", "智能家居8折", cny(-30_000)), ("promotion:1", "满1000减100", cny(-10_000)),
    ]
    assert [(hint.name["zh"], hint.missing) for hint in quoted.hints] == [("满2000减200", cny(80_000))]


async def test_choices_have_the_best_first_and_reasons_for_the_rest(any_store: Store) -> None:
    actor = await person(any_store)
    forty = await claimed(any_store, actor)
    thirty = await claimed(any_store, actor, code="CP1", threshold=20_000, amount=3_000)
    tenth = await claimed(
        any_store, actor, code="CP3", threshold=0, amount=None, basis_points=1_000, cap=5_000,
        scope=Scope(CATEGORY, frozenset({7})), scope_name={"zh": "数码配件"},
    )
    found = await choose(any_store, actor, 29_999)
    assert [(each.claim_id, each.saving) for each in found.usable] == [(thirty, cny(3_000))]
    assert [(each.claim_id, each.reason, each.facts) for each in found.unusable] == [
        (forty, "not-reached", {"scope": {}, "missing": cny(1)}),
        (tenth, "wrong-scope", {"scope": {"zh": "数码配件"}}),
    ]
    rich = await choose(any_store, actor, 100_000, categories=(7,))
    assert [(each.claim_id, each.saving) for each in rich.usable] == [
        (tenth, cny(5_000)), (forty, cny(4_000)), (thirty, cny(3_000)),
    ]
    assert rich.best == rich.usable[0]


async def test_of_equal_coupons_the_one_that_expires_first_is_the_best(store: Store) -> None:
    actor = await person(store)
    await claimed(store, actor)
    sooner = await claimed(store, actor, code="SOON", ends_at=NOW + timedelta(days=2))
    assert [each.claim_id for each in (await choose(store, actor, 30_000)).usable] == [sooner, 1]


async def test_a_no_threshold_coupon_saves_no_more_than_there_is(store: Store) -> None:
    actor = await person(store)
    await claimed(store, actor, threshold=0, amount=1_000)
    assert (await choose(store, actor, 600)).usable[0].saving == cny(600)


async def test_an_expired_claim_is_no_choice_and_its_rule_says_why(any_store: Store, clock: MovableClock) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor)
    clock.move(9 * 86_400 - 1)
    assert (await any_store.read(promotions.claim_rule, actor, claim_id)).source == "coupon:1"
    clock.move(1)
    assert await choose(any_store, actor, 30_000) == Choices((), ())
    with pytest.raises(CouponGone) as refusal:
        await any_store.read(promotions.claim_rule, actor, claim_id)
    assert refusal.value.facts == {"reason": "expired"}


async def test_a_claim_of_a_coupon_that_was_put_off_says_when_it_starts(store: Store) -> None:
    actor = await person(store)
    claim_id = await claimed(store, actor)
    await add_coupon(store, starts_at=NOW + timedelta(hours=1))
    with pytest.raises(CouponGone) as refusal:
        await store.read(promotions.claim_rule, actor, claim_id)
    assert refusal.value.facts == {"reason": "not-started", "at": NOW + timedelta(hours=1)}
    assert [each.reason for each in (await choose(store, actor, 30_000)).unusable] == ["not-started"]


async def test_somebody_elses_claim_does_not_exist(any_store: Store) -> None:
    owner, other = await people(any_store, 2)
    claim_id = await claimed(any_store, owner)
    with pytest.raises(NotFound):
        await any_store.read(promotions.claim_rule, other, claim_id)
    with pytest.raises(NotFound):
        await any_store.write(promotions.redeem, other, claim_id, 1)
    with pytest.raises(NotFound):
        await any_store.read(promotions.claim_rule, owner, claim_id + 1)


async def test_a_used_claim_is_used_and_counts(any_store: Store) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor)
    await any_store.write(promotions.redeem, actor, claim_id, 1)
    with pytest.raises(CouponGone) as refusal:
        await any_store.write(promotions.redeem, actor, claim_id, 2)
    assert refusal.value.facts == {"reason": "used"}
    found = await counts(any_store)
    assert (found.used, found.live_uses) == (1, 1)


async def test_an_order_uses_one_coupon(any_store: Store) -> None:
    actor = await person(any_store)
    first = await claimed(any_store, actor)
    second = await claimed(any_store, actor, code="CP9")
    await any_store.write(promotions.redeem, actor, first, 1)
    with pytest.raises(CouponGone):
        await any_store.write(promotions.redeem, actor, second, 1)
    assert (await any_store.read(promotions.claim_rule, actor, second)).source == "coupon:2"


async def test_a_coupon_is_given_back_once_and_can_be_used_again(any_store: Store) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor, limit_uses=1)
    await any_store.write(promotions.redeem, actor, claim_id, 1)
    assert [await any_store.write(promotions.give_back, 1) for _ in range(3)] == [True, False, False]
    assert ((await counts(any_store)).used, (await counts(any_store)).live_uses) == (0, 0)
    await any_store.write(promotions.redeem, actor, claim_id, 2)
    assert await any_store.write(promotions.give_back, 1) is False
    assert (await counts(any_store)).used == 1


async def test_an_order_that_comes_back_to_life_takes_its_coupon_again(any_store: Store) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor)
    await any_store.write(promotions.redeem, actor, claim_id, 1)
    await any_store.write(promotions.give_back, 1)
    await any_store.write(promotions.redeem, actor, claim_id, 1)
    assert (await counts(any_store)).live_uses == 1
    assert await any_store.write(promotions.give_back, 1) is True


async def test_what_expired_meanwhile_returns_as_expired(any_store: Store, clock: MovableClock) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor)
    await any_store.write(promotions.redeem, actor, claim_id, 1)
    clock.move(10 * 86_400)
    assert await any_store.write(promotions.give_back, 1) is True
    with pytest.raises(CouponGone) as refusal:
        await any_store.write(promotions.redeem, actor, claim_id, 2)
    assert refusal.value.facts == {"reason": "expired"}


async def test_giving_back_without_a_coupon_is_nothing(store: Store) -> None:
    assert await store.write(promotions.give_back, 99) is False
