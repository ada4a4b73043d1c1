"""Lists and cards of what is out, and the acts that break no promise: each races itself and the others."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.invariants import violations
from services.promotions import acting, claiming, deals, deals_repository, service, wallet
from services.promotions.deals import PROMOTION
from services.promotions.errors import CouponGone, DealState
from services.promotions.models import CouponRow
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.staff.models import AuditEntryRow
from tests.services.promotions.counter import BOSS, REDUCTION, let_out
from tests.services.promotions.people import NOW, people, person
from tests.services.staff.roster import staff_actor
from tests.statements import counted

AUDIT = AuditEntryRow.__table__
DAY = timedelta(days=1)


async def state_of(store: Store, name: str, deal_id: int) -> str:
    return (await store.read(deals.card, BOSS, name, deal_id)).deal.state


async def test_each_tab_has_its_own(any_store: Store, clock: MovableClock) -> None:
    await let_out(any_store, ends_at=NOW + DAY)
    clock.move(2 * 24 * 3600)
    ids = [(await let_out(any_store)).id for _ in range(8)]
    await any_store.write(acting.pause, BOSS, "coupon", ids[0])
    await any_store.write(acting.stop, BOSS, "coupon", ids[1])
    first = await any_store.read(deals.page, BOSS, "coupon", "running")
    assert first.counts == {"running": 7, "planned": 0, "over": 1, "stopped": 1, "drafts": 0}
    assert [deal.id for deal in first.deals] == [9, 8, 7, 6, 5, 4]
    second = await any_store.read(deals.page, BOSS, "coupon", "running", first.before)
    assert [(deal.id, deal.state) for deal in second.deals] == [(2, "paused")]
    assert (second.before, second.first) == (None, False)
    assert [deal.id for deal in (await any_store.read(deals.page, BOSS, "coupon", "over")).deals] == [1]
    assert [deal.id for deal in (await any_store.read(deals.page, BOSS, "coupon", "stopped")).deals] == [3]
    assert (await any_store.read(deals.page, BOSS, PROMOTION, "running")).deals == ()
    with pytest.raises(NotFound):
        await any_store.read(deals.page, BOSS, "coupon", "drafts")


async def test_a_page_costs_two_statements(store: Store) -> None:
    for _ in range(7):
        await let_out(store)
    with counted(store) as asked:
        await store.read(deals.page, BOSS, "coupon", "running")
    assert len(asked) == 2


async def test_they_are_found_by_name_and_code_in_either_language(any_store: Store) -> None:
    await let_out(any_store, name={"zh": "双十一", "en": "Singles' Day"})
    await let_out(any_store, REDUCTION, name={"zh": "双十一满减", "en": "Big savings"})
    await let_out(any_store, way="code", redeem_code="HELLO2026", name={"zh": "老客", "en": "Regulars"})
    async def found(words: str) -> list[str]:
        return [deal.source for deal in await any_store.read(deals.find, BOSS, words)]
    assert await found("双十一") == ["coupon:1", "promotion:1"]
    assert await found("singles' day") == ["coupon:1"]
    assert await found("hello 2026") == ["coupon:2"]
    assert await found("d2") == ["promotion:1"]
    assert await found("  ") == []


async def test_a_paused_promotion_takes_nothing_off(any_store: Store) -> None:
    deal = await let_out(any_store, REDUCTION)
    assert (await any_store.write(acting.pause, BOSS, PROMOTION, deal.id)).state == "paused"
    assert await any_store.read(service.automatic_rules) == ()
    with pytest.raises(DealState) as refusal:
        await any_store.write(acting.pause, BOSS, PROMOTION, deal.id)
    assert refusal.value.facts == {"reason": "paused"}
    assert (await any_store.write(acting.resume, BOSS, PROMOTION, deal.id)).state == "running"
    assert len(await any_store.read(service.automatic_rules)) == 1


async def test_a_paused_coupon_is_not_handed_out_and_stays_good_in_wallets(any_store: Store) -> None:
    deal = await let_out(any_store)
    first, second = await people(any_store, 2)
    claim = await any_store.write(claiming.claim, first, deal.id)
    await any_store.write(acting.pause, BOSS, "coupon", deal.id)
    with pytest.raises(CouponGone):
        await any_store.write(claiming.claim, second, deal.id)
    assert (await any_store.read(wallet.centre, second)).coupons == ()
    await any_store.write(service.redeem, first, claim.id, 1)
    await any_store.write(acting.resume, BOSS, "coupon", deal.id)
    await any_store.write(claiming.claim, second, deal.id)
    assert await any_store.read(violations) == []


async def test_stopping_keeps_what_wallets_hold_and_withdrawing_does_not(any_store: Store) -> None:
    deal = await let_out(any_store)
    first, second = await people(any_store, 2)
    claims = [(await any_store.write(claiming.claim, actor, deal.id)).id for actor in (first, second)]
    assert (await any_store.write(acting.stop, BOSS, "coupon", deal.id)).state == "stopped"
    await any_store.write(service.redeem, first, claims[0], 1)
    withdrawn = await any_store.write(acting.withdraw, BOSS, deal.id)
    assert (withdrawn.state, withdrawn.withdrawn) == ("stopped", True)
    assert (await any_store.read(deals.card, BOSS, "coupon", deal.id)).held == 0
    with pytest.raises(CouponGone) as refusal:
        await any_store.write(service.redeem, second, claims[1], 2)
    assert refusal.value.facts == {"reason": "withdrawn"}
    assert (await any_store.read(wallet.wallet, second)).counts == {"available": 0, "used": 0, "expired": 1}
    assert [each.state for each in (await any_store.read(wallet.wallet, second, "expired")).claims] == ["withdrawn"]
    assert (await any_store.read(wallet.centre, second)).available == 0
    for act in (acting.resume, acting.pause, acting.stop):
        with pytest.raises(DealState):
            await any_store.write(act, BOSS, "coupon", deal.id)
    with pytest.raises(DealState):
        await any_store.write(acting.withdraw, BOSS, deal.id)
    assert await any_store.read(violations) == []


async def test_a_longer_coupon_lets_those_in_wallets_last_as_long(any_store: Store) -> None:
    actor = await person(any_store)
    bound, own = await let_out(any_store), await let_out(any_store, valid_days=2)
    for deal in (bound, own):
        await any_store.write(claiming.claim, actor, deal.id)
        await any_store.write(acting.extend, BOSS, "coupon", deal.id, NOW + 20 * DAY)
    claims = (await any_store.read(wallet.wallet, actor)).claims
    two_days = next(claim for claim in claims if claim.coupon.id == own.id).expires_at
    assert next(claim for claim in claims if claim.coupon.id == bound.id).expires_at == NOW + 20 * DAY
    assert two_days < NOW + 3 * DAY
    with pytest.raises(InvalidInput) as refusal:
        await any_store.write(acting.extend, BOSS, "coupon", bound.id, NOW + 20 * DAY)
    assert refusal.value.facts == {"field": "ends_at", "reason": "deal-not-later", "at": NOW + 20 * DAY}


@pytest.mark.parametrize(("field", "old", "new"), [
    ("limit_total", 10, 20), ("limit_per_person", 1, 2), ("limit_uses", 5, 6), ("budget", 9_900, 10_000),
])
async def test_limits_only_go_up(any_store: Store, field: str, old: int, new: int) -> None:
    changes: dict[str, Any] = {field: old}
    deal = await let_out(any_store, **changes)
    for lower in (old, old - 1):
        with pytest.raises(InvalidInput):
            await any_store.write(acting.raise_limit, BOSS, "coupon", deal.id, field, lower)
    raised = await any_store.write(acting.raise_limit, BOSS, "coupon", deal.id, field, new)
    assert getattr(raised.fields, field) == new


async def test_a_limit_that_it_never_had_is_not_set_while_it_runs(store: Store) -> None:
    deal = await let_out(store)
    for field in ("limit_total", "budget", "name"):
        with pytest.raises(NotFound):
            await store.write(acting.raise_limit, BOSS, "coupon", deal.id, field, 5)


async def test_ten_stops_and_ten_pauses_at_once_leave_one_end(any_store: Store) -> None:
    deal = await let_out(any_store, REDUCTION)
    calls = [any_store.write(act, BOSS, PROMOTION, deal.id) for act in (acting.stop, acting.pause) * 10]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(each, deals.Deal | DealState) for each in results)
    assert await state_of(any_store, PROMOTION, deal.id) == "stopped"
    rows = await any_store.read(lambda tx: [row.act for row in tx.rows(select(AUDIT.c.act))])
    assert rows.count("deals.stop") == 1
    assert rows.count("deals.pause") <= 1


async def test_without_its_conditions_a_resume_would_bring_back_what_was_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = await let_out(store)
    await store.write(acting.stop, BOSS, "coupon", deal.id)

    def careless(tx: Tx, name: str, deal_id: int, *, on: bool) -> bool:
        tx.execute(update(CouponRow.__table__).where(CouponRow.__table__.c.id == deal_id).values(handing_out=on))
        return True

    monkeypatch.setattr(deals_repository, "turn", careless)
    await store.write(acting.resume, BOSS, "coupon", deal.id)
    assert (await store.write(claiming.claim, await person(store), deal.id)).id == 1


async def test_who_may_what_and_what_is_not_there(store: Store) -> None:
    deal = await let_out(store)
    support, products = staff_actor("support"), staff_actor("products")
    assert (await store.read(deals.card, support, "coupon", deal.id)).deal.id == deal.id
    for act in (acting.pause, acting.resume, acting.stop):
        with pytest.raises(NotAllowed):
            await store.write(act, support, "coupon", deal.id)
        with pytest.raises(NotFound):
            await store.write(act, BOSS, "coupon", 99)
        with pytest.raises(NotFound):
            await store.write(act, BOSS, "gift", deal.id)
    with pytest.raises(NotAllowed):
        await store.read(deals.page, products, "coupon", "running")


async def test_every_act_is_on_record(store: Store) -> None:
    deal = await let_out(store, limit_total=5)
    for act in (acting.pause, acting.resume):
        await store.write(act, BOSS, "coupon", deal.id)
    await store.write(acting.extend, BOSS, "coupon", deal.id, NOW + 20 * DAY)
    await store.write(acting.raise_limit, BOSS, "coupon", deal.id, "limit_total", 6)
    await store.write(acting.withdraw, BOSS, deal.id)
    rows = await store.read(lambda tx: [(row.act, row.subject, row.name) for row in tx.rows(select(AUDIT))])
    assert rows[1:] == [
        (f"deals.{act}", "coupon:1", "店主")
        for act in ("start", "pause", "resume", "extend", "raise", "withdraw")
    ]


