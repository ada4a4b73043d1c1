"""The checkout shows what holds now, says what became different, and takes one choice at a time."""

from datetime import UTC, datetime

import pytest

from services.cart import service as cart
from services.customers import addresses
from services.delivery import service as delivery
from services.delivery.types import Zone
from services.inventory import service as inventory
from services.orders import checkout, choosing
from services.orders.errors import CheckoutChanged, NotReady, TooMany
from services.orders.types import BEST, CASH_ON_DELIVERY, NONE, Change, CheckoutView, Shortage
from services.promotions.errors import CouponGone
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotFound
from tests.services.orders import rows, shop
from tests.services.orders.shop import Stall, yuan

P3, F1 = {"zh": "P3 商品", "en": "P3 goods"}, {"zh": "F1 商品", "en": "F1 goods"}
COUPON = {"zh": "新人券", "en": "Welcome coupon"}


async def opened(store: Store) -> tuple[Stall, Actor, CheckoutView]:
    """A checkout of one P3 and two F1 from the cart, seen once."""
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    await shop.carry(store, actor, (stall.skus["P3"], 1), (stall.skus["F1"], 2))
    return stall, actor, await shop.look(store, actor, await store.write(checkout.open_cart, actor))


async def refused(store: Store, actor: Actor, view: CheckoutView) -> tuple[Change, ...]:
    """What placing the order as `view` showed it is refused for; the next look tells the same."""
    with pytest.raises(CheckoutChanged) as error:
        await shop.submit(store, actor, view)
    changes = error.value.facts["changes"]
    seen = await shop.look(store, actor, view.id)
    assert seen.changes == changes
    assert seen.version == view.version + 1
    assert (await store.read(rows.traces))["orders"] == 0
    return seen.changes


async def test_it_sums_up_what_would_be_ordered(any_store: Store) -> None:
    _, _, view = await opened(any_store)
    lines = [(line.name, line.quantity, line.subtotal) for line in view.lines]
    assert lines == [(P3, 1, yuan(1299)), (F1, 2, yuan(398))]
    assert (view.subtotal, view.shipping, view.total) == (yuan(1697), yuan(0), yuan(1697))
    assert view.address is not None and view.address.street == shop.HOME.street
    assert view.delivery is not None and view.delivery.code == "standard"
    assert [way.code for way in view.deliveries] == ["standard", "express"]
    assert (view.method, view.methods) == ("sandbox", ("sandbox", CASH_ON_DELIVERY))
    assert (view.missing, view.changes, view.shortages, view.coupon) == (None, (), (), None)


async def test_a_second_look_changes_nothing(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    assert await shop.look(any_store, actor, view.id) == view


async def test_a_price_that_rose_must_be_confirmed_and_is_then_the_price(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    await any_store.write(shop.put_product, "F1", yuan(209), 10)
    assert await refused(any_store, actor, view) == (
        Change("price", F1, yuan(199), yuan(209)), Change("total", None, yuan(1697), yuan(1717)),
    )
    seen = await shop.look(any_store, actor, view.id)
    assert seen.changes == ()
    assert (await shop.submit(any_store, actor, seen)).total == yuan(1717)


async def test_a_price_that_fell_is_told_too(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    await any_store.write(shop.put_product, "P3", yuan(999), 10)
    assert await refused(any_store, actor, view) == (
        Change("price", P3, yuan(1299), yuan(999)), Change("total", None, yuan(1697), yuan(1397)),
    )


async def test_what_was_changed_in_the_cart_meanwhile_is_told(any_store: Store) -> None:
    stall, actor, view = await opened(any_store)
    await any_store.write(cart.put, actor, stall.skus["F1"], 1)
    await any_store.write(cart.remove, actor, stall.skus["P3"])
    assert await refused(any_store, actor, view) == (
        Change("gone", P3), Change("quantity", F1, 2, 1), Change("total", None, yuan(1697), yuan(199)),
    )


async def test_a_coupon_that_expired_is_taken_out_and_the_new_total_confirmed(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    end = datetime(2026, 11, 24, 6, 10, tzinfo=UTC)
    claim_id = await shop.give_coupon(any_store, actor, await any_store.write(shop.put_coupon, ends_at=end))
    await shop.carry(any_store, actor, (stall.skus["P3"], 1))
    view = await shop.look(any_store, actor, await any_store.write(checkout.open_cart, actor))
    assert view.coupon is not None
    assert (view.coupon.claim_id, view.coupon.name, view.coupon.saving) == (claim_id, COUPON, yuan(30))
    any_store.clock.move(600)  # type: ignore[attr-defined]
    with pytest.raises(CouponGone):
        await shop.submit(any_store, actor, view)
    seen = await shop.look(any_store, actor, view.id)
    assert seen.changes == (
        Change("coupon", COUPON, yuan(30), yuan(0)), Change("discount", None, yuan(30), yuan(0)),
        Change("total", None, yuan(1269), yuan(1299)),
    )
    assert (await shop.submit(any_store, actor, seen)).total == yuan(1299)


async def test_a_zone_that_closed_is_told_and_stops_the_order(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    zone = Zone("near", {"zh": "境内", "en": "Mainland"}, ("beijing",), ())
    await any_store.write(delivery.put_zone, SYSTEM, zone)
    assert await refused(any_store, actor, view) == (Change("delivery"),)
    seen = await shop.look(any_store, actor, view.id)
    assert (seen.missing, seen.deliveries) == ("delivery", ())
    with pytest.raises(NotReady) as error:
        await shop.submit(any_store, actor, seen)
    assert error.value.facts == {"reason": "delivery"}


async def test_an_address_that_was_rewritten_meanwhile_is_told(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    assert view.address is not None
    await any_store.write(addresses.change_address, actor, view.address.id, {"street": "别处大街 99 号"})
    assert await refused(any_store, actor, view) == (Change("address"),)


async def test_a_shortage_offers_to_go_on_with_what_there_is(any_store: Store) -> None:
    stall, actor, view = await opened(any_store)
    await any_store.write(inventory.adjust, SYSTEM, stall.skus["P3"], -10, "broken")
    await any_store.write(inventory.adjust, SYSTEM, stall.skus["F1"], -9, "broken")
    seen = await shop.look(any_store, actor, view.id)
    assert seen.missing == "short"
    assert seen.shortages == (
        Shortage(stall.skus["P3"], P3, (), 1, 0), Shortage(stall.skus["F1"], F1, (), 2, 1),
    )
    await any_store.write(choosing.drop_missing, actor, view.id)
    rest = await shop.look(any_store, actor, view.id)
    assert [(line.name, line.quantity) for line in rest.lines] == [(F1, 1)]
    assert (rest.missing, rest.total) == (None, yuan(199))
    await shop.submit(any_store, actor, rest)
    assert await any_store.read(cart.chosen, actor) == ((stall.skus["P3"], 1),)


async def test_a_checkout_with_nothing_left_in_it_says_so(any_store: Store) -> None:
    stall, actor, view = await opened(any_store)
    for code in ("P3", "F1"):
        await any_store.write(inventory.adjust, SYSTEM, stall.skus[code], -10, "broken")
    await any_store.write(choosing.drop_missing, actor, view.id)
    with pytest.raises(NotReady) as error:
        await shop.look(any_store, actor, view.id)
    assert error.value.facts == {"reason": "empty"}


async def test_nothing_chosen_opens_no_checkout(any_store: Store) -> None:
    await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    with pytest.raises(NotReady):
        await any_store.write(checkout.open_cart, actor)


async def test_choices_take_effect_and_outlive_a_second_opening(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    other = await any_store.write(addresses.add_address, actor, shop.elsewhere())
    await any_store.write(choosing.choose_address, actor, view.id, other.id)
    await any_store.write(choosing.choose_delivery, actor, view.id, "express")
    await any_store.write(choosing.choose_method, actor, view.id, CASH_ON_DELIVERY)
    await any_store.write(choosing.write_note, actor, view.id, "请轻放")
    await any_store.write(checkout.open_cart, actor)
    seen = await shop.look(any_store, actor, view.id)
    assert seen.address is not None and seen.delivery is not None
    assert (seen.address.id, seen.delivery.code, seen.shipping, seen.note) == (other.id, "express", yuan(25), "请轻放")
    assert (seen.method, seen.methods) == ("sandbox", ("sandbox",)), "express takes no cash"
    assert (seen.total, seen.changes) == (yuan(1722), ())
    assert seen.version == view.version + 5


async def test_the_last_way_to_pay_is_offered_first(any_store: Store) -> None:
    stall, actor, view = await opened(any_store)
    await any_store.write(choosing.choose_method, actor, view.id, CASH_ON_DELIVERY)
    await shop.submit(any_store, actor, await shop.look(any_store, actor, view.id))
    again = await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1)
    assert (await shop.look(any_store, actor, again)).method == CASH_ON_DELIVERY


async def test_the_best_coupon_is_chosen_until_the_customer_chooses(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    small = await shop.give_coupon(any_store, actor, await any_store.write(shop.put_coupon, "SMALL", 500))
    large = await shop.give_coupon(any_store, actor, await any_store.write(shop.put_coupon, "LARGE", 5000))

    async def chosen(use_case, *args) -> tuple[int | None, int]:
        await any_store.write(use_case, actor, view.id, *args)
        seen = await shop.look(any_store, actor, view.id)
        return seen.coupon and seen.coupon.claim_id, seen.total.amount

    seen = await shop.look(any_store, actor, view.id)
    assert seen.coupon is not None
    assert (seen.coupon.claim_id, seen.coupons_usable, seen.coupon_choice) == (large, 2, BEST)
    assert await chosen(choosing.choose_coupon, small) == (small, 169_200)
    assert await chosen(choosing.choose_coupon, None) == (None, 169_700)
    assert (await shop.look(any_store, actor, view.id)).coupon_choice == NONE
    assert await chosen(choosing.choose_best_coupon) == (large, 164_700)


async def test_others_coupons_and_addresses_cannot_be_chosen(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    other = await shop.buyer(any_store, 2002)
    claim_id = await shop.give_coupon(any_store, other, await any_store.write(shop.put_coupon))
    theirs = await any_store.read(addresses.default_address, other)
    assert theirs is not None
    with pytest.raises(NotFound):
        await any_store.write(choosing.choose_coupon, actor, view.id, claim_id)
    with pytest.raises(NotFound):
        await any_store.write(choosing.choose_address, actor, view.id, theirs.id)
    with pytest.raises(NotFound):
        await any_store.write(choosing.choose_method, other, view.id, "sandbox")


async def test_a_note_has_at_most_two_hundred_characters(any_store: Store) -> None:
    _, actor, view = await opened(any_store)
    await any_store.write(choosing.write_note, actor, view.id, "好" * 200)
    with pytest.raises(InvalidInput):
        await any_store.write(choosing.write_note, actor, view.id, "好" * 201)
    assert (await shop.look(any_store, actor, view.id)).note == "好" * 200
    await any_store.write(choosing.write_note, actor, view.id, " ")
    assert (await shop.look(any_store, actor, view.id)).note == ""


async def test_digital_goods_need_no_address_and_mixed_ones_do(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store, at_home=False)
    await shop.carry(any_store, actor, (stall.skus["CODE"], 1))
    view = await shop.look(any_store, actor, await any_store.write(checkout.open_cart, actor))
    assert (view.needs_delivery, view.missing, view.shipping, view.methods) == (False, None, yuan(0), ("sandbox",))
    await shop.carry(any_store, actor, (stall.skus["S4"], 1))
    mixed = await shop.look(any_store, actor, view.id)
    assert (mixed.needs_delivery, mixed.missing) == (True, "address")


@pytest.mark.parametrize("quantity", [0, -5])
async def test_no_more_and_no_less_than_an_order_may_hold(any_store: Store, quantity: int) -> None:
    await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    sku_id = await any_store.write(shop.put_product, "TWO", yuan(10), 10, most_per_order=2)
    with pytest.raises(InvalidInput):
        await any_store.write(checkout.open_buy_now, actor, sku_id, quantity)
    with pytest.raises(TooMany) as error:
        await any_store.write(checkout.open_buy_now, actor, sku_id, 3)
    assert error.value.facts == {"wanted": 3, "most": 2}
    await any_store.write(checkout.open_buy_now, actor, sku_id, 2)
