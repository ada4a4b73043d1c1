from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from services.orders.errors import AlreadyClaimed, WrongState
from services.orders.types import Order
from services.payments.errors import RefundTooLarge
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed
from services.shared.money import Money
from services.shipping import desk, service
from services.shipping.errors import AlreadyDone
from services.shipping.models import RecipientViewRow
from services.shipping.types import RefundAsked
from tests.conftest import START
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.shipping.counter import LI, NO_LIMIT, NOBODY, NUMBER, WANG, jobs, order, paid_order


async def test_the_card_of_a_new_order(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    card = await any_store.read(desk.card, WANG, sale.order_id)
    assert (card.customer, card.region, card.orders) == ("林**", {"zh": "北京市", "en": "Beijing"}, 1)
    assert (card.refundable, card.parcels) == (Money(0, "CNY"), ())
    assert (card.ready, card.can_ship, card.can_finish) == (False, False, False)


async def test_the_card_of_a_paid_order_and_of_a_shipped_one(any_store: Store) -> None:
    sale = await paid_order(any_store)
    card = await any_store.read(desk.card, WANG, sale.order_id)
    assert (card.refundable, card.ready, card.can_ship, card.can_finish) == (Money(39800, "CNY"), True, True, False)
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    card = await any_store.read(desk.card, WANG, sale.order_id)
    assert (card.can_ship, card.can_finish) == (False, True)
    assert [parcel.number for parcel in card.parcels] == [NUMBER]


async def test_every_later_order_of_a_customer_counts(store: Store) -> None:
    sale = await paid_order(store)
    second = await shop.order_now(store, sale.actor, sale.sku_id, 1)
    assert (await store.read(desk.card, WANG, second.order_id)).orders == 2


async def test_what_needs_no_address_has_the_customers_first_name(store: Store) -> None:
    stall = await shop.open_shop(store)
    buyer = await shop.buyer(store)
    placed = await shop.order_now(store, buyer, stall.skus["CODE"])
    card = await store.read(desk.card, WANG, placed.order_id)
    assert (card.customer, card.region) == ("小**", None)


async def test_taking_an_order_names_who_took_it(any_store: Store) -> None:
    sale = await paid_order(any_store)
    await any_store.write(desk.take, WANG, sale.order_id)
    taken = await order(any_store, sale.order_id)
    assert (taken.claimed_by, taken.claimed_name) == (42, "小王")
    assert (taken.history[-1].machine, taken.history[-1].name, taken.history[-1].at) == ("claim", "小王", START)
    for actor, own in ((LI, False), (WANG, True)):
        with pytest.raises(AlreadyClaimed) as refused:
            await any_store.write(desk.take, actor, sale.order_id)
        assert refused.value.facts == {"name": "小王", "own": own}


async def test_confirming_twice_tells_who_was_first(store: Store) -> None:
    sale = await paid_order(store)
    await store.write(desk.confirm, WANG, sale.order_id)
    assert (await order(store, sale.order_id)).state == "confirmed"
    with pytest.raises(AlreadyDone) as refused:
        await store.write(desk.confirm, LI, sale.order_id)
    assert refused.value.facts == {"reason": "confirmed", "by": "小王"}


async def test_an_unpaid_order_is_not_confirmed(store: Store) -> None:
    sale = await money.open_sale(store)
    with pytest.raises(WrongState):
        await store.write(desk.confirm, WANG, sale.order_id)


async def test_calling_off_gives_the_money_back(any_store: Store) -> None:
    sale = await paid_order(any_store)
    await any_store.write(desk.call_off, WANG, sale.order_id, NO_LIMIT)
    off = await order(any_store, sale.order_id)
    assert (off.state, off.history[-1].name, off.history[-1].reason) == ("cancelled", "小王", "staff")
    assert await money.refunds(sale) == [(39800, "cancelled", "requested")]
    assert (await any_store.read(desk.card, WANG, sale.order_id)).refundable == Money(0, "CNY")


async def test_what_has_left_is_not_called_off(store: Store) -> None:
    sale = await paid_order(store)
    await store.write(service.ship, LI, sale.order_id, "shunfeng", NUMBER)
    with pytest.raises(AlreadyDone) as refused:
        await store.write(desk.call_off, WANG, sale.order_id, NO_LIMIT)
    assert refused.value.facts == {"reason": "shipped", "by": "Li"}
    assert await money.refunds(sale) == []


async def test_the_rest_is_given_back_once(any_store: Store) -> None:
    sale = await paid_order(any_store)
    asked = await any_store.write(desk.refund_rest, WANG, sale.order_id, NO_LIMIT)
    assert asked == RefundAsked(Money(39800, "CNY"))
    assert await money.refunds(sale) == [(39800, "staff", "requested")]
    with pytest.raises(RefundTooLarge):
        await any_store.write(desk.refund_rest, LI, sale.order_id, NO_LIMIT)
    assert len(await any_store.read(jobs, "payments.refund")) == 1


async def test_seeing_the_recipient_is_noted(any_store: Store) -> None:
    sale = await paid_order(any_store)
    seen = await any_store.write(desk.open_fully, WANG, sale.order_id)
    assert isinstance(seen, Order) and seen.address is not None
    assert (seen.address.name, seen.address.phone) == ("林小满", "+8613812345678")
    assert await any_store.read(_views) == [(sale.order_id, 42, "小王", START)]


async def test_permission_is_asked_for(store: Store) -> None:
    sale = await paid_order(store)
    plain = [(each, ()) for each in (desk.take, desk.confirm, desk.open_fully, desk.card, desk.let_go, desk.resume)]
    limited = [(each, (NO_LIMIT,)) for each in (desk.call_off, desk.refund_rest)]
    more = [(desk.hold, ("stock",)), (desk.pass_on, (43,)), (desk.take_over, (43,)),
            (desk.refund_part, (Money(1, "CNY"), NO_LIMIT)), (desk.refund_lines, ((), NO_LIMIT))]
    every: list[tuple[Any, tuple[Any, ...]]] = [*plain, *limited, *more]
    for use_case, values in every:
        for actor in (NOBODY, sale.actor):
            with pytest.raises(NotAllowed):
                await store.write(use_case, actor, sale.order_id, *values)
    assert await store.read(_views) == []
    assert (await order(store, sale.order_id)).state == "placed"


def test_names_are_masked_after_their_first_sign() -> None:
    assert [desk.mask(name) for name in ("林小满", "Alex Smith", "")] == ["林**", "A**", "**"]


def _views(tx: Tx) -> list[tuple[object, ...]]:
    table = RecipientViewRow.__table__
    return [(row.order_id, row.staff_id, row.staff_name, row.at) for row in tx.rows(select(table))]


