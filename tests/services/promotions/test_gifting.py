"""Giving a coupon: once to each, across crashes and stops; who did not ask for marketing is not told."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from services.customers import profile, repository
from services.invariants import violations
from services.outbox.models import JobRow
from services.promotions import acting, claiming, gifting, gifts_repository, links, wallet
from services.promotions.deals import Gift
from services.promotions.errors import CouponGone, CouponHeld, CouponNotGiven, DealState
from services.promotions.models import CouponClaimRow, GiftRecipientRow, GiftRow
from services.shared import marks
from services.shared.actors import Actor
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, NotFound
from services.staff.errors import Frozen
from tests.services.promotions.counter import BOSS, MARKETING, let_out
from tests.services.promotions.people import NOW, people
from tests.services.staff.roster import staff_actor

CLAIMS, JOBS = CouponClaimRow.__table__, JobRow.__table__
GIFTS, RECIPIENTS = GiftRow.__table__, GiftRecipientRow.__table__
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # 23:00 in the shop's zone


async def run(store: Store, gift_id: int) -> Gift:
    """Does every step that was asked for, as the worker would."""
    batch = 0
    while (gift := await store.write(gifting.give_step, gift_id, batch)).state == "running":
        batch += 1
    return gift


def claims(tx: Tx) -> dict[int, int]:
    """How many each person has."""
    rows = tx.rows(select(CLAIMS.c.customer_id, func.count().label("has")).group_by(CLAIMS.c.customer_id))
    return {row.customer_id: row.has for row in rows}


def told(tx: Tx) -> list[tuple[int, datetime]]:
    rows = tx.rows(select(JOBS.c.payload, JOBS.c.due_at).where(JOBS.c.kind == "deals.given").order_by(JOBS.c.id))
    return [(row.payload["customer_id"], row.due_at) for row in rows]


async def test_everybody_has_one_and_who_had_one_keeps_it(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gifting, "STEP", 4)
    deal, persons = await let_out(any_store, way="given"), await people(any_store, 10)
    await any_store.write(gifting.give_one, BOSS, deal.id, persons[0].id, "N0")
    ids = [each.id for each in persons]
    seen = await any_store.read(gifting.preview, BOSS, deal.id, ids)
    assert (seen.people, seen.had, seen.new, seen.told, seen.left) == (10, 1, 9, 0, None)
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, ids, "N1")
    assert await any_store.write(gifting.give_many, BOSS, deal.id, ids, "N1") == gift
    done = await run(any_store, gift.id)
    assert (done.state, done.people, done.given, done.had) == ("done", 10, 9, 1)
    assert await any_store.read(claims) == dict.fromkeys(ids, 1)
    assert await any_store.read(violations) == []


async def test_a_step_that_is_done_again_does_nothing(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies after the commit leaves the job to be done again; two workers may have it at once."""
    monkeypatch.setattr(gifting, "STEP", 3)
    deal, persons = await let_out(any_store), await people(any_store, 6)
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, [each.id for each in persons], "N1")
    for batch in (0, 1):
        await asyncio.gather(*(any_store.write(gifting.give_step, gift.id, batch) for _ in range(5)))
    assert (await any_store.read(gifting.require, gift.id)).given == 6
    assert await any_store.read(claims) == dict.fromkeys((each.id for each in persons), 1)
    rows = await any_store.read(lambda tx: [row.key for row in tx.rows(select(JOBS.c.key).order_by(JOBS.c.id))])
    assert [key for key in rows if key and key.startswith("deals.gift:")] == [
        f"deals.gift:{gift.id}:{batch}" for batch in range(3)
    ]


async def test_without_the_number_of_the_step_it_would_be_done_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gifting, "STEP", 3)
    monkeypatch.setattr(gifts_repository, "begin_batch", lambda tx, gift_id, batch: True)
    deal, persons = await let_out(store), await people(store, 6)
    gift = await store.write(gifting.give_many, BOSS, deal.id, [each.id for each in persons], "N1")
    for _ in range(2):
        await store.write(gifting.give_step, gift.id, 0)
    assert (await store.read(gifting.require, gift.id)).given == 6


async def test_a_crash_in_the_middle_of_a_step_leaves_nothing_of_it(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, persons = await let_out(any_store), await people(any_store, 5)
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, [each.id for each in persons], "N1")
    settle = gifts_repository.settle

    def dying(tx: Tx, gift_id: int, customer_id: int, state: str, claim_id: int | None) -> None:
        if customer_id == persons[3].id:
            raise ConnectionError
        settle(tx, gift_id, customer_id, state, claim_id)

    with monkeypatch.context() as broken, pytest.raises(ConnectionError):
        broken.setattr(gifts_repository, "settle", dying)
        await any_store.write(gifting.give_step, gift.id, 0)
    assert await any_store.read(claims) == {}
    assert (await run(any_store, gift.id)).given == 5
    assert await any_store.read(claims) == dict.fromkeys((each.id for each in persons), 1)
    assert await any_store.read(violations) == []


async def test_stopped_half_way_the_rest_have_none(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gifting, "STEP", 2)
    deal, persons = await let_out(any_store), await people(any_store, 6)
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, [each.id for each in persons], "N1")
    await any_store.write(gifting.give_step, gift.id, 0)
    stopped = await any_store.write(gifting.stop, BOSS, gift.id)
    assert (stopped.state, stopped.given) == ("stopped", 2)
    assert (await any_store.write(gifting.give_step, gift.id, 1)).given == 2
    with pytest.raises(DealState) as refusal:
        await any_store.write(gifting.stop, BOSS, gift.id)
    assert refusal.value.facts == {"reason": "stopped"}
    assert await any_store.read(claims) == {persons[0].id: 1, persons[1].id: 1}
    assert await any_store.read(violations) == []


async def test_a_stop_and_the_steps_race_and_the_numbers_hold(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gifting, "STEP", 2)
    deal, persons = await let_out(any_store), await people(any_store, 20)
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, [each.id for each in persons], "N1")
    stopped, ended = await asyncio.gather(any_store.write(gifting.stop, BOSS, gift.id), run(any_store, gift.id))
    assert ended.state == "stopped"
    assert ended.given == stopped.given == len(await any_store.read(claims))
    assert await any_store.read(violations) == []


async def test_without_the_lock_of_the_gift_a_stop_would_be_overrun(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks first and gives then gives after the stop as well."""
    deal, persons = await let_out(store), await people(store, 3)
    gift = await store.write(gifting.give_many, BOSS, deal.id, [each.id for each in persons], "N1")

    def looked_before(tx: Tx, gift_id: int, batch: int) -> bool:
        return seen.state == "running"

    seen = await store.read(gifting.require, gift.id)
    await store.write(gifting.stop, BOSS, gift.id)
    monkeypatch.setattr(gifts_repository, "begin_batch", looked_before)
    assert (await store.write(gifting.give_step, gift.id, 0)).given == 3


async def test_it_ends_when_the_coupons_do(any_store: Store) -> None:
    deal, persons = await let_out(any_store, limit_total=3), await people(any_store, 5)
    ids = [each.id for each in persons]
    assert (await any_store.read(gifting.preview, BOSS, deal.id, ids)).left == 3
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, ids, "N1")
    done = await run(any_store, gift.id)
    assert (done.state, done.given, done.had, done.people) == ("gone", 3, 0, 5)
    assert await any_store.read(violations) == []


async def test_a_claim_in_the_same_moment_is_not_a_second_one(any_store: Store) -> None:
    deal, persons = await let_out(any_store), await people(any_store, 30)
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, [each.id for each in persons], "N1")

    async def claim(actor: Actor) -> None:
        with suppress(CouponHeld):
            await any_store.write(claiming.claim, actor, deal.id)

    _, *_ = await asyncio.gather(run(any_store, gift.id), *(claim(actor) for actor in persons))
    assert await any_store.read(claims) == dict.fromkeys((each.id for each in persons), 1)
    assert await any_store.read(violations) == []


async def test_only_who_agreed_is_told_and_not_at_night(any_store: Store, clock: MovableClock) -> None:
    deal, (asked, silent, blocked) = await let_out(any_store), await people(any_store, 3)
    for actor in (asked, blocked):
        await any_store.write(profile.choose_marketing, actor, True)
    await any_store.write(_block, blocked.id)
    ids = [asked.id, silent.id, blocked.id]
    assert (await any_store.read(gifting.preview, BOSS, deal.id, ids)).told == 1
    await run(any_store, (await any_store.write(gifting.give_many, BOSS, deal.id, ids, "N1")).id)
    assert await any_store.read(told) == [(asked.id, NOW)]
    assert len((await any_store.read(wallet.wallet, silent)).claims) == 1
    other = await let_out(any_store)
    clock.move((NIGHT - NOW).total_seconds())
    await any_store.write(gifting.give_one, BOSS, other.id, asked.id, "N2")
    # 9:00 of the next day in the shop's zone.
    assert (await any_store.read(told))[1:] == [(asked.id, datetime(2026, 11, 25, 1, tzinfo=UTC))]


async def test_who_withdrew_the_consent_meanwhile_is_not_told(store: Store) -> None:
    deal, (actor,) = await let_out(store), await people(store, 1)
    await store.write(profile.choose_marketing, actor, True)
    claim = await store.write(gifting.give_one, BOSS, deal.id, actor.id, "N1")
    assert (await store.read(gifting.to_be_told, claim.id)).id == claim.id
    await store.write(profile.choose_marketing, actor, False)
    with pytest.raises(NotFound):
        await store.read(gifting.to_be_told, claim.id)


async def test_a_frozen_shop_gives_nothing_and_goes_on_afterwards(any_store: Store, clock: MovableClock) -> None:
    deal, persons = await let_out(any_store), await people(any_store, 2)
    ids = [each.id for each in persons]
    gift = await any_store.write(gifting.give_many, BOSS, deal.id, ids, "N1")
    await any_store.write(marks.put, "frozen", "yes")
    with pytest.raises(Frozen):
        await any_store.write(gifting.give_many, BOSS, deal.id, ids, "N2")
    assert (await any_store.write(gifting.give_step, gift.id, 0)).given == 0
    steps = select(JOBS.c.due_at).where(JOBS.c.kind == "deals.gift").order_by(JOBS.c.id)
    later = await any_store.read(lambda tx: [row.due_at for row in tx.rows(steps)])
    assert later == [NOW, NOW + timedelta(minutes=5)]
    await any_store.write(marks.put, "frozen", "")
    assert (await run(any_store, gift.id)).given == 2


async def test_one_person_gets_one_for_each_nonce(any_store: Store) -> None:
    deal, (actor,) = await let_out(any_store, limit_per_person=2), await people(any_store, 1)
    given = await asyncio.gather(*(
        any_store.write(gifting.give_one, BOSS, deal.id, actor.id, "SAME") for _ in range(5)
    ))
    assert {claim.id for claim in given} == {given[0].id}
    await any_store.write(gifting.give_one, BOSS, deal.id, actor.id, "OTHER")
    with pytest.raises(CouponHeld):
        await any_store.write(gifting.give_one, BOSS, deal.id, actor.id, "THIRD")
    assert await any_store.read(claims) == {actor.id: 2}
    assert await any_store.read(violations) == []


async def test_what_is_not_handed_out_is_not_given(store: Store) -> None:
    (actor,) = await people(store, 1)
    deal = await let_out(store)
    await store.write(acting.pause, BOSS, "coupon", deal.id)
    for call in (
        store.write(gifting.give_one, BOSS, deal.id, actor.id, "N"),
        store.write(gifting.give_many, BOSS, deal.id, [actor.id], "N"),
    ):
        with pytest.raises(CouponNotGiven) as refusal:
            await call
        assert refusal.value.facts == {"reason": "closed"}
    await store.write(acting.resume, BOSS, "coupon", deal.id)
    with pytest.raises(CouponNotGiven) as refusal:
        await store.write(gifting.give_many, BOSS, deal.id, [], "N")
    assert refusal.value.facts == {"reason": "nobody"}


async def test_who_may_give(store: Store) -> None:
    deal, (actor,) = await let_out(store), await people(store, 1)
    assert (await store.write(gifting.give_one, MARKETING, deal.id, actor.id, "N1")).id == 1
    assert (await store.write(gifting.give_many, staff_actor("support"), deal.id, [actor.id], "N2")).people == 1
    with pytest.raises(NotFound):
        await store.write(gifting.give_one, MARKETING, deal.id, 99, "N4")
    for role in ("orders", "finance", "products"):
        with pytest.raises(NotAllowed):
            await store.write(gifting.give_one, staff_actor(role), deal.id, actor.id, "N3")


async def test_a_link_of_the_centre_is_for_all_and_another_only_for_who_has_it(any_store: Store) -> None:
    first, second = await people(any_store, 2)
    open_one, private = await let_out(any_store), await let_out(any_store, way="given")
    link = (await any_store.read(links.payload, open_one.id)).removeprefix("c_")
    assert link == "1"
    assert (await any_store.write(links.claim, first, link)).coupon.id == open_one.id
    secret = (await any_store.read(links.payload, private.id)).removeprefix("c_")
    assert (await any_store.write(links.claim, first, secret)).coupon.id == private.id
    with pytest.raises(CouponHeld):
        await any_store.write(links.claim, first, secret)
    for wrong in ("2", "2_", f"2_{'0' * 16}", "zzz", "", "?"):
        with pytest.raises(NotFound):
            await any_store.write(links.claim, second, wrong)
    await any_store.write(acting.stop, BOSS, "coupon", private.id)
    with pytest.raises(CouponGone):
        await any_store.write(links.claim, second, secret)


def test_a_morning_is_the_shops_morning() -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 24, hour, minute, tzinfo=UTC) - timedelta(hours=8)

    polite: Any = gifting._polite
    assert [polite(at(hour), "Asia/Shanghai") for hour in (8, 9, 21, 22)] == [
        at(9), at(9), at(21), at(9) + timedelta(days=1),
    ]


def _block(tx: Tx, customer_id: int) -> None:
    repository.put(tx, customer_id, "blocked_at", tx.now)



async def test_numbers_and_claims_that_do_not_fit_are_found(store: Store) -> None:
    deal, persons = await let_out(store), await people(store, 2)
    ids = [each.id for each in persons]
    await run(store, (await store.write(gifting.give_many, BOSS, deal.id, ids, "N1")).id)

    def break_it(tx: Tx) -> None:
        tx.execute(update(GIFTS).values(given=1))
        tx.execute(update(RECIPIENTS).where(RECIPIENTS.c.customer_id == ids[1]).values(claim_id=1))

    await store.write(break_it)
    assert [each.rule for each in await store.read(violations)] == [
        "a gift's numbers = its recipients", "who was given a coupon has it", "a claim is one gift",
    ]
