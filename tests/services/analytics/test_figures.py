"""Figures equal the ledger and the orders, on both databases; the digest is asked for once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.analytics import service
from services.analytics.types import Sales
from services.outbox.models import JobRow
from services.payments import refunding
from services.payments.events import apply_event
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed
from services.shared.money import Money
from tests.services.payments import money
from tests.services.staff.roster import staff_actor

ZONE, OWNERS = "Asia/Shanghai", (9, 8)


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


async def test_a_day_in_numbers(any_store: Store, clock: MovableClock) -> None:
    paid = await money.open_sale(any_store)
    await any_store.write(apply_event, money.event(paid.attempt))
    shown = await any_store.read(service.named, SYSTEM, "today", ZONE, "CNY")
    assert (shown.net, shown.refunded, shown.before) == (cny(398_00), cny(0), cny(0))
    assert (shown.placed.orders, shown.placed.buyers, shown.placed.pieces) == (1, 1, 2)
    assert (shown.placed.total, shown.average, shown.newcomers) == (cny(398_00), cny(398_00), 1)
    assert [(each.pieces, each.sales) for each in shown.bestsellers] == [(2, cny(398_00))]
    assert shown.days == ()
    clock.move(timedelta(days=1, seconds=1).total_seconds())
    next_day = await any_store.read(service.named, SYSTEM, "today", ZONE, "CNY")
    assert (next_day.net, next_day.before, next_day.average) == (cny(0), cny(398_00), None)
    week = await any_store.read(service.named, SYSTEM, "week", ZONE, "CNY")
    assert [day.net.amount for day in week.days] == [0, 0, 0, 0, 0, 398_00, 0]
    assert (await any_store.read(service.typed, SYSTEM, "2026-11-24", ZONE, "CNY")).net == cny(398_00)


async def test_what_went_back_counts_on_the_day_it_went(any_store: Store, clock: MovableClock) -> None:
    paid = await money.open_sale(any_store)
    await any_store.write(apply_event, money.event(paid.attempt))
    clock.move(timedelta(days=1).total_seconds())
    await any_store.write(_give_back, paid.order_id, cny(98_00))
    week = await any_store.read(service.named, SYSTEM, "week", ZONE, "CNY")
    assert [day.net.amount for day in week.days[-2:]] == [398_00, -98_00]
    assert (week.net, week.refunded) == (cny(300_00), cny(98_00))


async def test_another_currency_is_another_matter(any_store: Store) -> None:
    paid = await money.open_sale(any_store)
    await any_store.write(apply_event, money.event(paid.attempt))
    shown = await any_store.read(service.named, SYSTEM, "today", ZONE, "USD")
    assert (shown.net, shown.placed.orders, shown.bestsellers) == (Money(0, "USD"), 0, ())
    # Seen from dollars the yuan are the other currency, with a line of its own and in no sum.
    assert shown.others == (Sales(cny(398_00), cny(0), 1, cny(398_00)),)
    assert (await any_store.read(service.named, SYSTEM, "today", ZONE, "CNY")).others == ()
    assert (await any_store.read(service.typed, SYSTEM, "2026-11-23", ZONE, "USD")).others == ()


async def test_each_sees_what_their_role_lets_them(any_store: Store) -> None:
    with pytest.raises(NotAllowed):
        await any_store.read(service.named, staff_actor("orders"), "today", ZONE, "CNY")
    desk = await any_store.read(service.now, staff_actor("orders"), ZONE, "CNY")
    assert (desk.today, desk.approvals) == (None, None)
    assert desk.waits is not None and desk.low_stock == 0
    goods = await any_store.read(service.now, staff_actor("products"), ZONE, "CNY")
    assert (goods.today, goods.waits, goods.low_stock) == (None, None, 0)


async def test_what_waits_is_counted_by_what_can_be_done(any_store: Store) -> None:
    to_pay = await money.open_sale(any_store)
    waits = (await any_store.read(service.waiting, SYSTEM)).waits
    assert waits is not None and (waits.to_ship, waits.unclaimed, waits.to_pay) == (0, 0, 1)
    await any_store.write(apply_event, money.event(to_pay.attempt))
    waits = (await any_store.read(service.waiting, SYSTEM)).waits
    assert waits is not None and (waits.to_ship, waits.unclaimed, waits.to_pay) == (1, 1, 0)


async def test_the_digest_is_asked_for_once_a_day_and_owner(any_store: Store, clock: MovableClock) -> None:
    await money.open_sale(any_store)
    await any_store.write(service.plan_digest, ZONE, 9, OWNERS)
    assert await _digests(any_store) == []  # the first person came after nine
    clock.move(timedelta(hours=18, minutes=59).total_seconds())
    await any_store.write(service.plan_digest, ZONE, 9, OWNERS)
    assert await _digests(any_store) == []
    clock.move(60)
    for _ in range(3):
        await any_store.write(service.plan_digest, ZONE, 9, OWNERS)
    first = [{"day": "2026-11-24", "owner": 8}, {"day": "2026-11-24", "owner": 9}]
    assert await _digests(any_store) == first
    clock.move(timedelta(days=2, hours=3).total_seconds())  # nobody worked for a day: the missed one is not told late
    await any_store.write(service.plan_digest, ZONE, 9, OWNERS)
    assert await _digests(any_store) == [*first, {"day": "2026-11-26", "owner": 8}, {"day": "2026-11-26", "owner": 9}]


async def _digests(store: Store) -> list[dict[str, object]]:
    table = JobRow.__table__
    wanted = select(table.c.payload).where(table.c.kind == service.DIGEST_JOB).order_by(table.c.id)
    return [row.payload for row in await store.read(lambda tx: tx.rows(wanted))]


def _give_back(tx: Tx, order_id: int, amount: Money) -> None:
    for refund in refunding.refund_by_staff(tx, SYSTEM, order_id, amount):
        refunding.settle(tx, SYSTEM, refund, "succeeded")


async def test_what_providers_kept_is_told_beside(any_store: Store) -> None:
    paid = await money.open_sale(any_store)
    await any_store.write(apply_event, money.event(paid.attempt, fee=cny(2_39)))
    shown = await any_store.read(service.named, SYSTEM, "today", ZONE, "CNY")
    assert (shown.net, shown.fees) == (cny(398_00), cny(2_39))
