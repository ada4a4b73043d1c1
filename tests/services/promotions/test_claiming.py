"""Getting coupons: from the centre, by code, as a welcome; and who may have how many."""

from datetime import UTC, datetime, timedelta

import pytest

from services.promotions import claiming
from services.promotions.errors import CodePaused, CouponGone, CouponHeld
from services.shared.actors import SYSTEM, staff
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import NotAllowed, NotFound
from tests.services.promotions.people import NOW, add_coupon, cny, counts, people, person


async def test_a_claim_is_in_the_wallet_until_the_coupons_end(any_store: Store) -> None:
    actor, coupon_id = await person(any_store), await add_coupon(any_store)
    claim = await any_store.write(claiming.claim, actor, coupon_id)
    assert (claim.id, claim.state, claim.expires_at) == (1, "available", NOW + timedelta(days=9))
    assert (claim.coupon.threshold, claim.coupon.amount) == (cny(30_000), cny(4_000))
    found = await counts(any_store)
    assert (found.claimed, found.claims) == (1, 1)


async def test_a_claim_with_days_of_its_own_covers_its_last_day_in_the_shops_zone(store: Store) -> None:
    actor = await person(store)
    monthly = await add_coupon(store, code="CP1", ends_at=None, valid_days=30)
    assert (await store.write(claiming.claim, actor, monthly)).expires_at == datetime(2026, 12, 24, 16, tzinfo=UTC)
    cut = await add_coupon(store, code="CP5", valid_days=30)
    assert (await store.write(claiming.claim, actor, cut)).expires_at == NOW + timedelta(days=9)


async def test_one_person_has_as_many_as_one_person_may(any_store: Store) -> None:
    actor, other = await people(any_store, 2)
    coupon_id = await add_coupon(any_store, limit_per_person=2)
    for _ in range(2):
        await any_store.write(claiming.claim, actor, coupon_id)
    with pytest.raises(CouponHeld):
        await any_store.write(claiming.claim, actor, coupon_id)
    await any_store.write(claiming.claim, other, coupon_id)
    found = await counts(any_store)
    assert (found.claimed, found.claims) == (3, 3)


async def test_what_is_handed_out_elsewhere_counts_against_the_limit(any_store: Store) -> None:
    first, second, third = await people(any_store, 3)
    coupon_id = await add_coupon(any_store, limit_total=100, claimed_elsewhere=98)
    await any_store.write(claiming.claim, first, coupon_id)
    await any_store.write(claiming.claim, second, coupon_id)
    with pytest.raises(CouponGone) as refusal:
        await any_store.write(claiming.claim, third, coupon_id)
    assert refusal.value.facts == {"reason": "gone"}


@pytest.mark.parametrize(("at", "reason"), [(-1, "not-started"), (0, None), (3_599, None), (3_600, "expired")])
async def test_a_coupon_is_claimed_within_its_window(
    store: Store, clock: MovableClock, at: int, reason: str | None
) -> None:
    actor = await person(store)
    start = NOW + timedelta(seconds=10)
    coupon_id = await add_coupon(store, starts_at=start, ends_at=start + timedelta(hours=1))
    clock.move(10 + at)
    if reason is None:
        assert (await store.write(claiming.claim, actor, coupon_id)).id == 1
    else:
        with pytest.raises(CouponGone) as refusal:
            await store.write(claiming.claim, actor, coupon_id)
        assert refusal.value.facts["reason"] == reason


async def test_what_is_not_in_the_centre_cannot_be_claimed_by_its_number(store: Store) -> None:
    actor, coupon_id = await person(store), await add_coupon(store, in_centre=False)
    with pytest.raises(NotFound):
        await store.write(claiming.claim, actor, coupon_id)
    with pytest.raises(NotFound):
        await store.write(claiming.claim, actor, 99)


async def test_only_customers_have_wallets(store: Store) -> None:
    coupon_id = await add_coupon(store)
    for actor in (SYSTEM, staff(7, "小王", frozenset("*"))):
        with pytest.raises(NotAllowed):
            await store.write(claiming.claim, actor, coupon_id)


async def test_a_code_is_taken_however_it_is_typed(any_store: Store) -> None:
    actor = await person(any_store)
    await add_coupon(any_store, redeem_code="hello2026", in_centre=False)
    answer = await any_store.write(claiming.claim_code, actor, " Ｈello 2026\n")
    assert answer.claim is not None
    assert answer.claim.id == 1
    with pytest.raises(CouponHeld):
        await any_store.write(claiming.claim_code, actor, "HELLO2026")


async def test_five_wrong_codes_in_a_row_pause_for_ten_minutes(any_store: Store, clock: MovableClock) -> None:
    actor, other = await people(any_store, 2)
    await add_coupon(any_store, redeem_code="RIGHT")
    left = [(await any_store.write(claiming.claim_code, actor, "WRONG")).tries_left for _ in range(4)]
    assert left == [4, 3, 2, 1]
    last = await any_store.write(claiming.claim_code, actor, "WRONG")
    assert (last.claim, last.tries_left, last.paused_until) == (None, 0, NOW + timedelta(minutes=10))
    clock.move(599)
    with pytest.raises(CodePaused) as refusal:
        await any_store.write(claiming.claim_code, actor, "RIGHT")
    assert refusal.value.facts == {"until": NOW + timedelta(minutes=10)}
    assert (await any_store.write(claiming.claim_code, other, "RIGHT")).claim is not None
    clock.move(1)
    assert (await any_store.write(claiming.claim_code, actor, "WRONG")).tries_left == 4
    assert (await any_store.write(claiming.claim_code, actor, "RIGHT")).claim is not None


async def test_a_right_code_forgives_the_wrong_ones(store: Store) -> None:
    actor = await person(store)
    await add_coupon(store, redeem_code="RIGHT", limit_per_person=2)
    for _ in range(4):
        await store.write(claiming.claim_code, actor, "WRONG")
    await store.write(claiming.claim_code, actor, "RIGHT")
    assert (await store.write(claiming.claim_code, actor, "WRONG")).tries_left == 4


async def test_a_newcomer_is_welcomed_once(any_store: Store) -> None:
    newcomer, other = await people(any_store, 2)
    await add_coupon(any_store, code="CP1", is_welcome=True, in_centre=False, limit_per_person=5)
    await add_coupon(any_store)
    given = await any_store.write(claiming.welcome, newcomer)
    assert [claim.coupon.code for claim in given] == ["CP1"]
    assert await any_store.write(claiming.welcome, newcomer) == ()
    assert len(await any_store.write(claiming.welcome, other)) == 1
    found = await counts(any_store)
    assert (found.claimed, found.claims) == (2, 2)


async def test_a_welcome_that_is_all_gone_is_left_out(store: Store) -> None:
    first, second = await people(store, 2)
    await add_coupon(store, is_welcome=True, limit_total=1)
    assert len(await store.write(claiming.welcome, first)) == 1
    assert await store.write(claiming.welcome, second) == ()
