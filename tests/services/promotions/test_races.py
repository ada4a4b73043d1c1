"""Many at once on both databases; and what happened were the guard not there.

Each race with its guard switched off does what naive code does: look first, and write what was seen.
"""

import asyncio
from collections.abc import Awaitable, Iterable

import pytest
from sqlalchemy import insert, select, update

from services.promotions import claiming, repository
from services.promotions import service as promotions
from services.promotions.errors import CouponGone, CouponHeld
from services.shared.actors import Actor
from services.shared.db import Store, Tx
from services.shared.errors import Refusal
from tests.services.promotions.people import CLAIMS, COUPONS, NOW, Counts, add_coupon, claimed, counts, people, person


async def at_once(calls: Iterable[Awaitable[object]]) -> tuple[int, list[str]]:
    """How many succeeded, and the reasons or codes of the refusals. Any other error is raised."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    refusals = [result for result in results if isinstance(result, Refusal)]
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return len(results) - len(refusals), [str(no.facts.get("reason", no.code)) for no in refusals]


async def test_three_coupons_and_thirty_claimers(any_store: Store) -> None:
    claimers, coupon_id = await people(any_store, 30), await add_coupon(any_store, limit_total=3)
    won, lost = await at_once(any_store.write(claiming.claim, actor, coupon_id) for actor in claimers)
    assert (won, lost) == (3, ["gone"] * 27)
    assert await counts(any_store) == Counts(claimed=3, claims=3, used=0, live_uses=0)


async def test_three_coupons_and_thirty_claimers_without_the_conditional_update(any_store: Store) -> None:
    claimers, coupon_id = await people(any_store, 30), await add_coupon(any_store, limit_total=3)
    all_have_looked = asyncio.Barrier(30)

    def look(tx: Tx) -> int:
        return tx.scalar(select(COUPONS.c.claimed).where(COUPONS.c.id == coupon_id))

    def write_what_was_seen(tx: Tx, actor: Actor, seen: int) -> None:
        tx.execute(update(COUPONS).where(COUPONS.c.id == coupon_id).values(claimed=seen + 1))
        tx.execute(insert(CLAIMS).values(
            coupon_id=coupon_id, customer_id=actor.id, state="available", claimed_at=NOW, expires_at=NOW
        ))

    async def claim(actor: Actor) -> None:
        seen = await any_store.read(look)
        await all_have_looked.wait()
        if seen < 3:
            await any_store.write(write_what_was_seen, actor, seen)

    await asyncio.gather(*(claim(actor) for actor in claimers))
    assert await counts(any_store) == Counts(claimed=1, claims=30, used=0, live_uses=0)


async def test_one_person_claims_ten_times_at_once(any_store: Store) -> None:
    actor, coupon_id = await person(any_store), await add_coupon(any_store, limit_per_person=2)
    won, lost = await at_once(any_store.write(claiming.claim, actor, coupon_id) for _ in range(10))
    assert (won, lost) == (2, [CouponHeld.code] * 8)
    assert await counts(any_store) == Counts(claimed=2, claims=2, used=0, live_uses=0)


async def test_one_person_claims_ten_times_at_once_without_the_guard(any_store: Store) -> None:
    actor, coupon_id = await person(any_store), await add_coupon(any_store)
    all_have_looked = asyncio.Barrier(10)

    def give_unlimited(tx: Tx) -> None:
        repository.count_claim(tx, coupon_id)
        repository.add_claim(tx, coupon_id, actor.id, NOW, most=1_000)

    async def claim() -> None:
        held = await any_store.read(repository.held, actor.id)
        await all_have_looked.wait()
        if not held:
            await any_store.write(give_unlimited)

    await asyncio.gather(*(claim() for _ in range(10)))
    assert (await counts(any_store)).claims == 10


async def test_a_newcomer_who_starts_five_times_at_once_is_welcomed_once(any_store: Store) -> None:
    actor = await person(any_store)
    await add_coupon(any_store, is_welcome=True)
    given = await asyncio.gather(*(any_store.write(claiming.welcome, actor) for _ in range(5)))
    assert sorted(len(each) for each in given) == [0, 0, 0, 0, 1]
    assert await counts(any_store) == Counts(claimed=1, claims=1, used=0, live_uses=0)


async def test_ten_orders_want_one_claim(any_store: Store) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor)
    won, lost = await at_once(any_store.write(promotions.redeem, actor, claim_id, order) for order in range(1, 11))
    assert (won, lost) == (1, ["used"] * 9)
    assert await counts(any_store) == Counts(claimed=1, claims=1, used=1, live_uses=1)


async def test_ten_orders_want_one_claim_without_the_guard(any_store: Store) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor)
    all_have_looked = asyncio.Barrier(10)

    def take(tx: Tx, order: int) -> None:
        tx.execute(update(CLAIMS).where(CLAIMS.c.id == claim_id).values(state="used"))
        repository.count_use(tx, 1)
        repository.begin_use(tx, order, claim_id, 1)

    async def redeem(order: int) -> None:
        await any_store.read(promotions.claim_rule, actor, claim_id)
        await all_have_looked.wait()
        await any_store.write(take, order)

    await asyncio.gather(*(redeem(order) for order in range(1, 11)))
    assert await counts(any_store) == Counts(claimed=1, claims=1, used=10, live_uses=10)


async def test_three_uses_and_ten_orders_of_ten_people(any_store: Store) -> None:
    buyers = await people(any_store, 10)
    claims = [await claimed(any_store, actor, limit_uses=3) for actor in buyers]
    won, lost = await at_once(
        any_store.write(promotions.redeem, actor, claim_id, claim_id)
        for actor, claim_id in zip(buyers, claims, strict=True)
    )
    assert (won, lost) == (3, ["gone"] * 7)
    assert await counts(any_store) == Counts(claimed=10, claims=10, used=3, live_uses=3)


async def test_three_uses_and_ten_orders_without_the_conditional_update(any_store: Store) -> None:
    buyers = await people(any_store, 10)
    claims = [await claimed(any_store, actor, limit_uses=3) for actor in buyers]
    all_have_looked = asyncio.Barrier(10)

    def look(tx: Tx) -> int:
        return tx.scalar(select(COUPONS.c.used).where(COUPONS.c.id == 1))

    def write_what_was_seen(tx: Tx, actor: Actor, claim_id: int, seen: int) -> None:
        repository.use_claim(tx, claim_id, actor.id)
        tx.execute(update(COUPONS).where(COUPONS.c.id == 1).values(used=seen + 1))
        repository.begin_use(tx, claim_id, claim_id, 1)

    async def redeem(actor: Actor, claim_id: int) -> None:
        seen = await any_store.read(look)
        await all_have_looked.wait()
        if seen < 3:
            await any_store.write(write_what_was_seen, actor, claim_id, seen)

    await asyncio.gather(*(redeem(actor, claim_id) for actor, claim_id in zip(buyers, claims, strict=True)))
    assert await counts(any_store) == Counts(claimed=10, claims=10, used=1, live_uses=10)


async def test_an_order_cancelled_ten_times_at_once_gives_back_once(any_store: Store) -> None:
    actor = await person(any_store)
    claim_id = await claimed(any_store, actor)
    await any_store.write(promotions.redeem, actor, claim_id, 1)
    given = await asyncio.gather(*(any_store.write(promotions.give_back, 1) for _ in range(10)))
    assert sorted(given) == [False] * 9 + [True]
    assert await counts(any_store) == Counts(claimed=1, claims=1, used=0, live_uses=0)


async def test_a_refused_coupon_takes_everything_of_its_transaction_back(any_store: Store) -> None:
    first, second = await people(any_store, 2)
    taken, free = [await claimed(any_store, actor, limit_uses=1) for actor in (first, second)]

    await any_store.write(promotions.redeem, first, taken, 1)
    with pytest.raises(CouponGone):
        await any_store.write(promotions.redeem, second, free, 2)
    assert await counts(any_store) == Counts(claimed=2, claims=2, used=1, live_uses=1)
    await any_store.write(promotions.give_back, 1)
    await any_store.write(promotions.redeem, second, free, 2)
