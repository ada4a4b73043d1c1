"""The coupon centre and the wallet as one person sees them."""

from datetime import timedelta

from services.promotions import claiming
from services.promotions import service as promotions
from services.promotions.wallet import centre, wallet
from services.shared.clock import MovableClock
from services.shared.db import Store
from tests.services.promotions.people import NOW, add_coupon, claimed, people, person


async def test_the_centre_shows_what_runs_and_how_it_stands_with_the_person(
    any_store: Store, clock: MovableClock
) -> None:
    actor, other = await people(any_store, 2)
    used = await claimed(any_store, actor, code="USED")
    await any_store.write(promotions.redeem, actor, used, 1)
    await claimed(any_store, actor, code="HELD")
    await claimed(any_store, other, code="GONE", limit_total=1)
    await add_coupon(any_store, code="OPEN", limit_total=500, claimed_elsewhere=385)
    await add_coupon(any_store, code="SOON", starts_at=NOW + timedelta(seconds=1))
    await add_coupon(any_store, code="OVER", starts_at=NOW - timedelta(days=2), ends_at=NOW)
    await add_coupon(any_store, code="OFF", active=False)
    await add_coupon(any_store, code="SECRET", in_centre=False)
    shown = await any_store.read(centre, actor)
    assert [(each.coupon.code, each.state, each.left_percent) for each in shown.coupons] == [
        ("OPEN", "open", 23), ("HELD", "held", None), ("USED", "used", None), ("GONE", "gone", 0),
    ]
    assert (shown.available, shown.page, shown.pages) == (1, 1, 1)
    clock.move(1)
    assert "SOON" in [each.coupon.code for each in (await any_store.read(centre, actor)).coupons]


async def test_the_last_one_is_not_said_to_be_gone(store: Store) -> None:
    actor = await person(store)
    await add_coupon(store, limit_total=1_000, claimed_elsewhere=999)
    assert [each.left_percent for each in (await store.read(centre, actor)).coupons] == [1]


async def test_a_held_coupon_that_expired_can_not_be_claimed_again(store: Store, clock: MovableClock) -> None:
    actor = await person(store)
    await claimed(store, actor, valid_days=0)
    clock.move(86_400)
    assert [each.state for each in (await store.read(centre, actor)).coupons] == ["used"]


async def test_the_wallet_sorts_claims_into_tabs(any_store: Store, clock: MovableClock) -> None:
    actor, other = await people(any_store, 2)
    later = await claimed(any_store, actor, code="LATER")
    sooner = await claimed(any_store, actor, code="SOONER", ends_at=NOW + timedelta(days=2))
    over = await claimed(any_store, actor, code="OVER", ends_at=NOW + timedelta(days=1))
    used = await claimed(any_store, actor, code="USED")
    await any_store.write(promotions.redeem, actor, used, 1)
    await claimed(any_store, other, code="OTHERS")
    clock.move(86_400)
    first = await any_store.read(wallet, actor)
    assert ([claim.id for claim in first.claims], first.counts) == (
        [sooner, later], {"available": 2, "used": 1, "expired": 1},
    )
    assert [claim.id for claim in (await any_store.read(wallet, actor, "used")).claims] == [used]
    assert [claim.id for claim in (await any_store.read(wallet, actor, "expired")).claims] == [over]
    assert (await any_store.read(wallet, actor, "nonsense")).tab == "available"


async def test_a_full_wallet_has_pages_and_no_page_past_the_end(store: Store) -> None:
    actor, coupon_id = await person(store), await add_coupon(store, limit_per_person=20)
    for _ in range(12):
        await store.write(claiming.claim, actor, coupon_id)
    pages = [await store.read(wallet, actor, "available", page) for page in (1, 2, 3, 9)]
    assert [(len(each.claims), each.page, each.pages) for each in pages] == [(5, 1, 3), (5, 2, 3), (2, 3, 3), (2, 3, 3)]
