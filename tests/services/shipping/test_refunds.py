"""Giving back: to the minor unit of each line's share, with a code, and above the limit with a second person."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import invariants
from services.orders.errors import PiecesGone
from services.orders.types import Order, OrderLine
from services.payments.errors import RefundTooLarge
from services.shared.db import Store
from services.shared.errors import NotAllowed
from services.shared.money import Money
from services.shipping import desk, refunds, service
from services.shipping.errors import AlreadyDone
from services.shipping.types import ParcelItem, RefundAsked
from services.staff.errors import AlreadyDecided, Locked, SamePerson
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.shipping.counter import LI, NO_LIMIT, NUMBER, WANG, order, paid_order, stock
from tests.services.staff.roster import enlist, lock, staff_actor

BOSS, CHIEF = staff_actor("manager", 50, "经理"), staff_actor("manager", 51, "Chief")
LIMIT = {"CNY": 10_000}


def yuan(amount: float) -> Money:
    return Money(round(amount * 100), "CNY")


async def with_managers(store: Store) -> money.Sale:
    sale = await paid_order(store)
    for boss in (BOSS, CHIEF):
        await enlist(store, boss.id, "manager", boss.name)
    return sale


async def pieces(store: Store, sale: money.Sale, count: int) -> tuple[ParcelItem, ...]:
    return (ParcelItem((await order(store, sale.order_id)).lines[0].id, count),)


async def assert_sound(store: Store) -> None:
    assert await store.read(invariants.violations) == []


async def test_one_of_two_goes_back_and_the_other_is_sent(any_store: Store) -> None:
    sale = await paid_order(any_store)
    one = await pieces(any_store, sale, 1)
    assert await any_store.write(desk.refund_lines, WANG, sale.order_id, one, NO_LIMIT) == RefundAsked(yuan(199))
    assert await money.refunds(sale) == [(19900, "staff", "requested")]
    line = (await order(any_store, sale.order_id)).lines[0]
    assert (line.called_off, line.given_back, line.wanted) == (1, 1, 1)
    assert await any_store.read(stock, sale.sku_id) == (10, 1)
    parcel = await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    assert parcel.items == one
    assert (await order(any_store, sale.order_id)).fulfilment == "shipped"
    assert await any_store.read(stock, sale.sku_id) == (9, 0)
    await assert_sound(any_store)


async def test_what_was_sent_is_paid_back_and_stays_sent(any_store: Store) -> None:
    sale = await paid_order(any_store)
    one = await pieces(any_store, sale, 1)
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER, one)
    await any_store.write(desk.refund_lines, WANG, sale.order_id, await pieces(any_store, sale, 2), NO_LIMIT)
    after = await order(any_store, sale.order_id)
    assert (after.fulfilment, after.lines[0].called_off, after.lines[0].given_back) == ("shipped", 1, 2)
    assert await any_store.read(stock, sale.sku_id) == (9, 0)
    assert [amount for amount, _, _ in await money.refunds(sale)] == [39800]
    with pytest.raises(PiecesGone):
        await any_store.write(desk.refund_lines, WANG, sale.order_id, one, NO_LIMIT)
    await assert_sound(any_store)


async def test_giving_all_of_it_back_calls_it_off(any_store: Store) -> None:
    sale = await paid_order(any_store)
    await any_store.write(desk.refund_lines, WANG, sale.order_id, await pieces(any_store, sale, 2), NO_LIMIT)
    assert (await order(any_store, sale.order_id)).state == "cancelled"
    assert await money.refunds(sale) == [(39800, "cancelled", "requested")]
    assert await any_store.read(stock, sale.sku_id) == (10, 0)
    await assert_sound(any_store)


async def test_a_lines_reduction_is_given_back_with_it(store: Store) -> None:
    stall = await shop.open_shop(store)
    buyer = await shop.buyer(store)
    await shop.give_coupon(store, buyer, await store.write(shop.put_coupon, amount=1000))
    placed = await shop.order_now(store, buyer, stall.skus["F1"], 3)
    line = (await order(store, placed.order_id)).lines[0]
    assert line.total == yuan(587)
    assert [line.share(1), line.share(3)] == [Money(19566, "CNY"), yuan(587)]


@given(st.integers(0, 10**7), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_portions_of_a_line_add_up_to_its_total(total: int, portions: list[int]) -> None:
    zero = Money.zero("CNY")
    given_back, paid = 0, 0
    for count in portions:
        line = OrderLine(1, 1, 1, "S", "physical", {}, (), "", sum(portions), zero, zero, zero, Money(total, "CNY"),
                         zero, 0, given_back=given_back)
        share = line.share(count).amount
        assert share >= 0
        paid, given_back = paid + share, given_back + count
    assert paid == total


async def test_a_code_is_asked_for(store: Store) -> None:
    sale = await paid_order(store)
    await lock(store, WANG.id)
    one = await pieces(store, sale, 1)
    ways: list[tuple[Any, tuple[Any, ...]]] = [
        (desk.refund_rest, ()), (desk.refund_part, (yuan(1),)), (desk.refund_lines, (one,)), (desk.call_off, ()),
    ]
    for use_case, values in ways:
        with pytest.raises(Locked):
            await store.write(use_case, WANG, sale.order_id, *values, NO_LIMIT)
    assert await money.refunds(sale) == []


async def test_above_the_limit_a_second_person_agrees_once(any_store: Store) -> None:
    sale = await with_managers(any_store)
    asked = await any_store.write(desk.refund_part, BOSS, sale.order_id, yuan(150), LIMIT)
    assert (asked.amount, asked.approval_id, await money.refunds(sale)) == (yuan(150), 1, [])
    assert (await any_store.read(desk.card, WANG, sale.order_id)).waiting == yuan(150)
    # Something else asked for meanwhile waits behind the first: what waits is named.
    assert (await any_store.write(desk.refund_rest, WANG, sale.order_id, LIMIT)) == asked
    with pytest.raises(SamePerson):
        await any_store.write(desk.refund_approved, BOSS, 1)
    with pytest.raises(NotAllowed):
        await any_store.write(desk.refund_approved, WANG, 1)
    both = await asyncio.gather(
        any_store.write(desk.refund_approved, CHIEF, 1), any_store.write(desk.refund_approved, CHIEF, 1),
        return_exceptions=True,
    )
    assert [type(each) for each in both if isinstance(each, BaseException)] == [AlreadyDecided]
    assert await money.refunds(sale) == [(15000, "staff", "requested")]
    assert (await any_store.read(desk.card, WANG, sale.order_id)).waiting is None
    await assert_sound(any_store)


async def test_a_limit_in_another_currency_allows_nobody_to_act_alone(any_store: Store) -> None:
    sale = await with_managers(any_store)
    asked = await any_store.write(desk.refund_part, BOSS, sale.order_id, yuan(1), {"USD": 10**9})
    assert (asked.amount, asked.approval_id, await money.refunds(sale)) == (yuan(1), 1, [])
    await any_store.write(desk.refund_approved, CHIEF, 1)
    assert await money.refunds(sale) == [(100, "staff", "requested")]


async def test_less_is_held_when_the_second_person_agrees(any_store: Store) -> None:
    sale = await with_managers(any_store)
    await any_store.write(desk.refund_rest, WANG, sale.order_id, LIMIT)
    await any_store.write(desk.refund_part, WANG, sale.order_id, yuan(1), LIMIT)
    with pytest.raises(RefundTooLarge) as refused:
        await any_store.write(desk.refund_approved, BOSS, 1)
    assert refused.value.facts == {"left": yuan(397)}
    assert await money.refunds(sale) == [(100, "staff", "requested")]
    assert (await any_store.read(desk.card, WANG, sale.order_id)).waiting == yuan(398)


async def test_what_has_left_is_not_called_off_by_a_late_consent(store: Store) -> None:
    sale = await with_managers(store)
    assert (await store.write(desk.call_off, WANG, sale.order_id, LIMIT)).approval_id == 1
    await store.write(service.ship, LI, sale.order_id, "shunfeng", NUMBER)
    with pytest.raises(AlreadyDone):
        await store.write(desk.refund_approved, BOSS, 1)
    assert await money.refunds(sale) == []


async def test_pieces_of_a_request_are_given_back_on_consent(any_store: Store) -> None:
    sale = await with_managers(any_store)
    one = await pieces(any_store, sale, 1)
    await any_store.write(desk.refund_lines, WANG, sale.order_id, one, LIMIT)
    assert await any_store.read(stock, sale.sku_id) == (10, 2)
    await any_store.write(desk.refund_approved, BOSS, 1)
    assert await any_store.read(stock, sale.sku_id) == (10, 1)
    assert await money.refunds(sale) == [(19900, "staff", "requested")]
    await assert_sound(any_store)


async def test_the_same_piece_is_given_back_once_by_two_at_once(any_store: Store) -> None:
    sale = await paid_order(any_store)
    one = await pieces(any_store, sale, 1)
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    await any_store.write(desk.refund_lines, WANG, sale.order_id, one, NO_LIMIT)
    results = await asyncio.gather(
        *(any_store.write(desk.refund_lines, who, sale.order_id, one, NO_LIMIT) for who in (WANG, LI)),
        return_exceptions=True,
    )
    assert [type(each) for each in results if isinstance(each, BaseException)] == [PiecesGone]
    assert [amount for amount, _, _ in await money.refunds(sale)] == [19900, 19900]
    await assert_sound(any_store)


async def test_without_the_count_the_same_piece_would_be_paid_back_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await paid_order(store)
    one = await pieces(store, sale, 1)
    monkeypatch.setattr(refunds.pieces, "give_back", lambda tx, actor, order, pieces, unsent: None)
    monkeypatch.setattr(refunds.pieces, "worth", _worth_of_one)
    for _ in range(2):
        await store.write(desk.refund_lines, WANG, sale.order_id, one, NO_LIMIT)
    assert [amount for amount, _, _ in await money.refunds(sale)] == [19900, 19900]
    assert (await order(store, sale.order_id)).lines[0].given_back == 0


def _worth_of_one(order: Order, pieces: object) -> Money:
    return order.lines[0].unit_price
