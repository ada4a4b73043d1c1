"""A day in the books against the bill files of WeChat Pay and Alipay as their local twins write them, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.invariants import violations
from services.payments import external, ledger, refunding, repository
from services.payments import process as payments
from services.payments.events import apply_event
from services.payments.types import Attempt
from services.reconciliation import process, service
from services.shared.actors import SYSTEM, Actor
from services.shared.clock import MovableClock
from services.shared.db import Store
from tests.fakes.wechat import FakeWechat
from tests.services.orders import shop
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK
from tests.services.payments.providers import alipay_town, wechat_till
from tests.services.reconciliation.bills import TODAY


@pytest.fixture(params=["wechat", "alipay"])
async def provided(request: pytest.FixtureRequest, clock: MovableClock) -> AsyncIterator[tuple[Any, Any]]:
    """The shop's provider, and the one that it talks to."""
    if request.param == "wechat":
        async with wechat_till.open_till(clock, FakeWechat(clock)) as till:
            yield till.wechat, till.fake
    else:
        async with alipay_town.open_town(clock) as town:
            yield town.shop, town.alipay


async def order(store: Store, provider: Any, buyer: Actor, sku_id: int) -> Attempt:
    placed = await shop.order_now(store, buyer, sku_id, 1)
    return await money.start(store, provider, buyer, placed.order_id)


async def hear(store: Store, provider: Any, fake: Any) -> None:
    """Every notice that waits, once."""
    for notice in fake.notices:
        for event in await provider.read_events(notice.headers, notice.body, store.clock.now()):
            await store.write(apply_event, event, notice.body)


async def test_the_books_and_the_bill_agree_and_what_is_planted_is_found(
    store: Store, clock: MovableClock, provided: tuple[Any, Any]
) -> None:
    provider, fake = provided
    await shop.open_shop(store)
    buyer = await shop.buyer(store)
    sku_id = await store.write(shop.put_product, "F9", yuan(199), 50)
    sales = [await order(store, provider, buyer, sku_id) for _ in range(3)]
    for attempt in sales:
        await fake.pay(attempt.number)
        await payments.ask(store, {provider.code: provider}, attempt)
    (ours,) = await store.write(refunding.refund_by_staff, DESK, sales[0].order_id, yuan(50))
    await payments.send_refund(store, {provider.code: provider}, ours.id)
    await fake.console_refund(sales[1].number, 2500)
    await hear(store, provider, fake)
    (console,) = await store.read(repository.refunds, sales[1].order_id)
    await store.write(external.book, DESK, console.id)
    clock.move(24 * 3600)
    run = await process.reconcile(store, provider, TODAY)
    assert (run.open, run.lines, run.entries, run.matched) == (0, 5, 5, 5)
    (kept,) = (await store.read(ledger.balances))["fees"]
    assert kept > yuan(0)
    # The next day: one that nobody heard of, one that only the books have, one with another amount.
    unheard, unpaid, cheap = [await order(store, provider, buyer, sku_id) for _ in range(3)]
    invented = money.event(unpaid, provider=provider.code, created=clock.now())
    for attempt in (unheard, cheap):
        await fake.pay(attempt.number)
    heard = await provider.query(cheap)
    less = money.event(cheap, provider=provider.code, amount=yuan(198), created=clock.now(),
                       provider_payment_id=heard.provider_payment_id)
    for event in (invented, less):
        await store.write(apply_event, event)
    clock.move(24 * 3600)
    next_day = TODAY + timedelta(days=1)
    run = await process.reconcile(store, provider, next_day)
    found = (await store.read(service.run_page, SYSTEM, run.id, 1, 10))[1]
    assert [(each.kind, each.number) for each in found] == [
        ("missing", unpaid.number), ("extra", unheard.number), ("different", cheap.number)]
    assert (found[2].ours, found[2].theirs) == (yuan(198), yuan(199))
    # Another look changes nothing, neither what differs nor what was kept.
    kept = (await store.read(ledger.balances))["fees"]
    again = await process.reconcile(store, provider, next_day)
    assert (await store.read(service.run_page, SYSTEM, again.id, 1, 10))[1] == found
    assert (await store.read(ledger.balances))["fees"] == kept
    assert await store.read(violations) == []
