"""The queue: which tab an order is in, pages that stand still, and what finds an order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from services.customers import addresses
from services.customers import service as customers
from services.customers.models import CustomerKeyRow
from services.orders import arcs, checkout, finding, placing, readdress, standing
from services.orders import service as orders
from services.orders.models import OrderKeyRow, OrderLineRow, OrderRow
from services.orders.types import Order, Placed, Recipient
from services.payments.events import apply_event
from services.shared import marks
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed
from services.shipping import desk, queue, service
from services.shipping.queue import (
    ALL,
    CANCELLED,
    DONE,
    HOLD,
    MINE,
    ON_THE_WAY,
    REFUND,
    STATES,
    TO_CONFIRM,
    TO_PAY,
    TO_SHIP,
    UNCLAIMED,
    Edge,
    QueuePage,
)
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.shipping.counter import (
    LI,
    NO_LIMIT,
    NOBODY,
    NUMBER,
    WANG,
    cash_order,
    only_cash,
    paid_order,
    staffed,
)
from tests.statements import counted

ORDERS = OrderRow.__table__


async def numbers(store: Store, tab: str, **filters: Any) -> list[int]:
    found = await store.read(queue.page, WANG, tab, **filters)
    return [line.id for line in found.lines]


async def stall_and_buyer(store: Store) -> tuple[shop.Stall, Actor]:
    await staffed(store)
    return await shop.open_shop(store), await shop.buyer(store)


async def test_an_order_is_in_the_tab_of_what_it_waits_for(any_store: Store) -> None:
    sale = await paid_order(any_store)
    one = sale.order_id

    async def stands_in(*tabs: str) -> None:
        found = {tab for tab in queue.TABS if one in await numbers(any_store, tab)}
        assert found == {*tabs, ALL}
        assert len(found & set(STATES)) == 1
        counts = (await any_store.read(queue.page, WANG, ALL)).counts
        assert {tab for tab, count in counts.items() if count} == found

    await stands_in(TO_CONFIRM, UNCLAIMED)
    await any_store.write(desk.take, WANG, one)
    await stands_in(TO_CONFIRM, MINE)
    await any_store.write(desk.hold, WANG, one, "stock")
    await stands_in(HOLD, MINE)
    await any_store.write(desk.resume, WANG, one)
    await any_store.write(desk.confirm, WANG, one)
    await stands_in(TO_SHIP, MINE)
    await any_store.write(service.ship, WANG, one, "shunfeng", NUMBER)
    await stands_in(ON_THE_WAY, MINE)
    await any_store.write(service.deliver, WANG, one)
    await stands_in(DONE)


async def test_money_decides_about_the_others(any_store: Store) -> None:
    await staffed(any_store)
    unpaid = await money.open_sale(any_store)
    assert await numbers(any_store, TO_PAY) == [unpaid.order_id]
    await any_store.write(apply_event, money.event(unpaid.attempt))
    assert await numbers(any_store, TO_PAY) == []
    waits = await any_store.write(desk.refund_rest, WANG, unpaid.order_id, {"CNY": 0})
    assert waits.approval_id is not None
    [line] = (await any_store.read(queue.page, WANG, REFUND)).lines
    assert (line.id, line.refund, line.state) == (unpaid.order_id, True, TO_CONFIRM)
    await any_store.write(desk.call_off, WANG, unpaid.order_id, NO_LIMIT)
    assert await numbers(any_store, CANCELLED) == [unpaid.order_id]


async def test_cash_at_the_door_is_ready_and_methods_and_days_narrow(any_store: Store, clock: MovableClock) -> None:
    stall, buyer = await stall_and_buyer(any_store)
    first = await shop.order_now(any_store, buyer, stall.skus["P3"])
    clock.move(2 * 86_400)
    checkout_id = await any_store.write(checkout.open_buy_now, buyer, stall.skus["F1"], 1)
    view = await any_store.write(checkout.view, buyer, checkout_id, only_cash)
    cash = await any_store.write(placing.place, buyer, view.id, view.version, shop.TERMS, "zh", only_cash)
    assert await numbers(any_store, TO_CONFIRM) == [cash.order_id]
    assert await numbers(any_store, ALL) == [cash.order_id, first.order_id]
    assert await numbers(any_store, ALL, oldest=True) == [first.order_id, cash.order_id]
    assert await numbers(any_store, ALL, method="cash_on_delivery") == [cash.order_id]
    middle = clock.now() - timedelta(days=1)
    assert await numbers(any_store, ALL, since=middle) == [cash.order_id]
    assert await numbers(any_store, ALL, until=middle) == [first.order_id]
    assert (await any_store.read(queue.page, WANG, ALL, until=middle)).counts[TO_CONFIRM] == 0


async def test_the_door_leads_to_the_first_tab_with_anything_in_it(store: Store) -> None:
    await staffed(store)
    assert (await store.read(queue.page, WANG, "")).tab == ALL
    sale = await money.open_sale(store)
    assert (await store.read(queue.page, WANG, "")).tab == TO_PAY
    await store.write(apply_event, money.event(sale.attempt))
    assert (await store.read(queue.page, WANG, "")).tab == TO_CONFIRM


@pytest.mark.parametrize("oldest", [False, True])
async def test_pages_stand_still_while_orders_arrive(any_store: Store, oldest: bool) -> None:
    stall, buyer = await stall_and_buyer(any_store)
    placed = [(await shop.order_now(any_store, buyer, stall.skus["CODE"])).order_id for _ in range(9)]
    await _copies(any_store, placed[-1], 11)
    everything = await numbers_through(any_store, oldest)
    assert len(everything) == 20 == len(set(everything))
    assert everything == sorted(everything, reverse=not oldest)
    first = await any_store.read(queue.page, WANG, ALL, oldest=oldest)
    assert (first.total, first.before, len(first.lines)) == (20, None, 8)
    await _copies(any_store, placed[-1], 3)
    second = await any_store.read(queue.page, WANG, ALL, first.after, oldest=oldest)
    third = await any_store.read(queue.page, WANG, ALL, second.after, oldest=oldest)
    shown = [line.id for each in (first, second, third) for line in each.lines]
    assert shown[:20] == everything
    back = await any_store.read(queue.page, WANG, ALL, third.before, oldest=oldest)
    assert [line.id for line in back.lines] == [line.id for line in second.lines]


async def numbers_through(store: Store, oldest: bool) -> list[int]:
    found: list[int] = []
    edge: Edge | None = None
    while True:
        shown: QueuePage = await store.read(queue.page, WANG, ALL, edge, oldest=oldest)
        found += [line.id for line in shown.lines]
        edge = shown.after
        if edge is None:
            return found


async def _copies(store: Store, order_id: int, count: int) -> None:
    """More orders like one, written straight into the tables."""

    def copy(tx: Tx) -> None:
        lines = OrderLineRow.__table__
        row = tx.first(ORDERS.select().where(ORDERS.c.id == order_id))
        line = tx.first(lines.select().where(lines.c.order_id == order_id))
        assert row is not None and line is not None
        taken = tx.scalar(ORDERS.select().with_only_columns(ORDERS.c.id).order_by(ORDERS.c.id.desc()))
        for number in range(count):
            values = dict(row._mapping) | {"number": f"QL-260101-{taken + number:04d}", "token": f"t{taken + number}"}
            values.pop("id")
            new_id = tx.insert(ORDERS.insert(), values)
            tx.execute(lines.insert(), {k: v for k, v in line._mapping.items() if k != "id"} | {"order_id": new_id})

    await store.write(copy)


async def test_a_page_is_three_statements_and_so_is_a_search(any_store: Store) -> None:
    stall, buyer = await stall_and_buyer(any_store)
    for _ in range(3):
        await shop.order_now(any_store, buyer, stall.skus["CODE"])
    with counted(any_store) as asked:
        assert len((await any_store.read(queue.page, WANG, "")).lines) == 3
    assert len(asked) == 3
    with counted(any_store) as asked:
        assert len((await any_store.read(queue.find, WANG, "CODE")).lines) == 3
    assert len(asked) == 3


async def test_who_may_not_see_orders_sees_none(store: Store) -> None:
    for asked in (store.read(queue.page, NOBODY, ""), store.read(queue.find, NOBODY, "7F3A")):
        with pytest.raises(NotAllowed):
            await asked


Finds = Callable[[str], Awaitable[list[int]]]


def finds(store: Store) -> Finds:
    async def find(typed: str) -> list[int]:
        return [line.id for line in (await store.read(queue.find, WANG, typed)).lines]

    return find


async def sold(store: Store) -> tuple[Order, Placed]:
    """One order of filters for 林小满 that was sent, and an older one of somebody else's, 欧阳 Anna-Maria."""
    stall = await shop.open_shop(store)
    await staffed(store)
    other = await store.write(customers.enter, 900, "Zoë", None, "en")
    anna = customer(other[0].id)
    await store.write(_address, anna)
    second = await shop.order_now(store, anna, stall.skus["P3"])
    buyer = await shop.buyer(store)
    placed = await shop.order_now(store, buyer, stall.skus["F1"])
    return await store.read(orders.get, SYSTEM, placed.order_id), second


def _address(tx: Tx, actor: Actor) -> None:
    addresses.add_address(tx, actor, replace(shop.HOME, name="欧阳 Anna-Maria", phone="+8613900001234"))


async def test_a_number_or_its_end_finds_an_order(any_store: Store) -> None:
    mine, other = await sold(any_store)
    find = finds(any_store)
    end = mine.number[-4:]
    spaced = mine.number.replace("-", " ")
    for typed in (mine.number, mine.number.lower(), end, end.lower(), f"  {mine.number[3:]} ", spaced):
        assert mine.id in await find(typed), typed
    assert other.order_id not in await find(mine.number)
    assert await find("QL-260101-0000") == []
    assert await find("%") == await find("____") == await find("") == []


FITS = [
    ("林小满", True, False), ("林", True, False), ("林小", True, False), ("小满", True, False), ("满林", False, False),
    ("欧阳", False, True), ("anna", False, True), ("ANNA MARIA", False, True), ("maria", False, True),
    ("an", False, True), ("a", False, False), ("anna 林", False, False), ("zoë", False, True), ("ｚＯë", False, True),
    ("13812345678", True, False), ("+86 138 1234 5678", True, False), ("5678", True, False), ("1234", False, True),
    ("１２３４", False, True), ("13812345679", False, False), ("F1", True, False), ("p3", False, True),
    ("F", False, False),
]


async def test_names_phones_and_skus_find_orders(any_store: Store) -> None:
    order, other = await sold(any_store)
    find = finds(any_store)
    for typed, mine, others in FITS:
        found = await find(typed)
        assert (order.id in found, other.order_id in found) == (mine, others), typed


async def test_a_parcel_finds_its_order(any_store: Store) -> None:
    sale = await paid_order(any_store)
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    assert await finds(any_store)("sf 1234-5678 9012") == [sale.order_id]
    assert await finds(any_store)("SF123456789013") == []


async def test_another_recipient_replaces_the_first(any_store: Store) -> None:
    order, _ = await sold(any_store)
    assert order.address is not None
    to = Recipient("周到", "+8613700009999", *[getattr(order.address, name) for name in (
        "country", "region", "city", "district", "street", "postcode")])

    def move(tx: Tx) -> None:
        standing.lock(tx, order.id)
        readdress.send_elsewhere(tx, WANG, order, to)

    await any_store.write(move)
    find = finds(any_store)
    assert await find("周") == await find("9999") == [order.id]
    assert await find("林小满") == await find("5678") == []


async def test_older_orders_and_people_are_made_findable_once(any_store: Store) -> None:
    order, other = await sold(any_store)

    def forget(tx: Tx) -> None:
        for table in (OrderKeyRow.__table__, CustomerKeyRow.__table__):
            tx.execute(delete(table))

    await any_store.write(forget)
    find = finds(any_store)
    assert await find("林小满") == await find("zoë") == []
    after = (0, 0)
    while (following := await any_store.write(finding.fill, *after, 1)) is not None:
        after = following
    assert await find("林小满") == [order.id]
    assert await find("zoë") == await find("1234") == [other.order_id]
    assert await any_store.read(marks.get, "orders.keys") == "done"


def files_of(folder: Path) -> bytes:
    """Everything that the store has on its disk."""
    return b"".join(path.read_bytes() for path in folder.glob("store.db*"))


async def test_the_database_holds_no_name_and_no_phone_in_clear(store: Store, tmp_path: Path) -> None:
    await sold(store)
    await store.close()
    data = files_of(tmp_path)
    for secret in ("林小满", "小满", "欧阳", "Anna", "anna", "Zoë", "13812345678", "13900001234", "中关村"):
        assert secret.encode() not in data, secret
    assert b"QL-2611" in data


async def test_refunded_in_full_waits_for_nobody(store: Store) -> None:
    sale = await paid_order(store)
    await store.write(lambda tx: tx.execute(update(ORDERS).values(payment=arcs.REFUNDED, refunded=ORDERS.c.paid)))
    assert await numbers(store, CANCELLED) == [sale.order_id]
    assert await numbers(store, TO_CONFIRM) == []


async def test_a_second_person_sees_their_own(store: Store) -> None:
    order_id = await cash_order(store)
    await staffed(store)
    await store.write(desk.take, LI, order_id)
    assert await numbers(store, MINE) == []
    assert [line.claimed_name for line in (await store.read(queue.page, LI, MINE)).lines] == ["Li"]
