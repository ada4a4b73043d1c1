"""Promotions and coupons by their code."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from services.pricing.rules import CATEGORY, Scope, Tier
from services.promotions import service as promotions
from services.promotions.models import PromotionRow
from services.promotions.writing import PromotionDraft, put_coupon, put_promotion
from services.shared.actors import SYSTEM, staff
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotAllowed
from tests.services.promotions.people import COUPONS, FORTY_OFF, NOW, claimed, cny, counts, person

PROMOTIONS = PromotionRow.__table__
DRAFT = PromotionDraft(
    "PR1", {"zh": "满减"}, "CNY", NOW, FORTY_OFF.ends_at or NOW, tiers=(Tier(cny(100), cny(10)),),
    scope=Scope(CATEGORY, frozenset({9, 3}), frozenset({"digital"})),
)


def rows(tx: Tx) -> list[tuple[Any, ...]]:
    return [tuple(row) for table in (PROMOTIONS, COUPONS) for row in tx.rows(select(table))]


async def test_saving_ten_times_changes_nothing(any_store: Store) -> None:
    await any_store.write(put_promotion, SYSTEM, DRAFT)
    await any_store.write(put_coupon, SYSTEM, FORTY_OFF)
    before = await any_store.read(rows)
    for _ in range(10):
        assert await any_store.write(put_promotion, SYSTEM, DRAFT) == 1
        assert await any_store.write(put_coupon, SYSTEM, FORTY_OFF) == 1
    assert await any_store.read(rows) == before


async def test_a_change_keeps_what_was_claimed(store: Store) -> None:
    await claimed(store, await person(store))
    await store.write(put_coupon, SYSTEM, replace(FORTY_OFF, amount=5_000))
    assert (await counts(store)).claimed == 1


async def test_writing_needs_the_permission(store: Store) -> None:
    marketer = staff(7, "阿梅", frozenset({"promotions.edit"}))
    assert await store.write(put_coupon, marketer, FORTY_OFF) == 1
    for actor in (staff(8, "小王", frozenset({"orders.ship"})), await person(store)):
        with pytest.raises(NotAllowed):
            await store.write(put_coupon, actor, FORTY_OFF)
        with pytest.raises(NotAllowed):
            await store.write(put_promotion, actor, DRAFT)


@pytest.mark.parametrize("changes", [
    {"amount": None}, {"basis_points": 500}, {"amount": None, "basis_points": 10_001}, {"ends_at": None},
    {"ends_at": FORTY_OFF.starts_at},
])
async def test_a_coupon_without_sense_is_refused(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await store.write(put_coupon, SYSTEM, replace(FORTY_OFF, **changes))


@pytest.mark.parametrize("changes", [{"tiers": ()}, {"basis_points": 500}, {"ends_at": NOW}])
async def test_a_promotion_without_sense_is_refused(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await store.write(put_promotion, SYSTEM, replace(DRAFT, **changes))


async def test_a_limit_is_not_set_below_what_is_out_already(any_store: Store) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor, claimed_elsewhere=4)
    await any_store.write(promotions.redeem, actor, claim_id, 1)
    for limits in ({"limit_total": 4}, {"limit_uses": 0}):
        with pytest.raises(InvalidInput) as refusal:
            await any_store.write(put_coupon, SYSTEM, replace(FORTY_OFF, claimed_elsewhere=4, **limits))
        assert refusal.value.facts["field"] == next(iter(limits))
    await any_store.write(put_coupon, SYSTEM, replace(FORTY_OFF, claimed_elsewhere=4, limit_total=5, limit_uses=1))


async def test_a_redeem_code_is_kept_in_its_normal_form(store: Store) -> None:
    await store.write(put_coupon, SYSTEM, replace(FORTY_OFF, redeem_code=" ｑingli 10"))

    def code(tx: Tx) -> str:
        return tx.scalar(select(COUPONS.c.redeem_code))

    assert await store.read(code) == "QINGLI10"
