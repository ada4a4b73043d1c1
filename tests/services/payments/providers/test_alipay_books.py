"""Alipay's notices in the shop's books: each movement of money once, in whatever order they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import permutations

import pytest

from services.payments import checking, process, refunding
from services.payments.events import apply_event
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.money import Money
from tests.services.payments import money
from tests.services.payments.providers.alipay_town import Town, open_town

PRICE, PART = 39800, 10000


@pytest.fixture
async def town(clock: MovableClock) -> AsyncIterator[Town]:
    async with open_town(clock) as opened:
        yield opened


async def arrive(store: Store, town: Town, *order: int) -> list[str]:
    """What becomes of the waiting notices, in this order."""
    shop, alipay = town.shop, town.alipay
    notices, words = list(alipay.notices), []
    for index in order:
        notice = notices[index]
        for event in await shop.read_events(notice.headers, notice.body, store.clock.now()):
            words.append((await store.write(apply_event, event, notice.body)).word)
    return words


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_in_every_order_each_movement_is_booked_once(
    store: Store, town: Town, order: tuple[int, ...]
) -> None:
    shop, alipay = town.shop, town.alipay
    sale = await money.open_sale(store, provider=shop)  # type: ignore[arg-type]
    number = sale.attempt.number
    await alipay.pay(number)
    # The shop heard of the payment by asking, before any notice.
    outcome = await process.ask(store, {"alipay": shop}, sale.attempt)
    assert outcome is not None
    ours = await store.write(refunding.request, SYSTEM, sale.attempt, Money(PART, "CNY"), "staff")
    await process.send_refund(store, {"alipay": shop}, ours.id)
    await alipay.console_refund(number, 2500)
    for _ in range(2):
        await arrive(store, town, *order)
    assert await store.read(money.captures) == [(PRICE, alipay.trades[number].trade_no, SYSTEM.label)]
    assert await money.refunds(sale) == [(PART, "staff", "succeeded"), (2500, "external", "external")]
    assert await money.standing_of(sale) == ("placed", "partly_refunded", PRICE, PART)
    assert await store.read(checking.violations) == []


async def test_a_refund_is_heard_of_before_its_payment(store: Store, town: Town) -> None:
    """The payment's notice was lost: the refund's brings both, and the payment counts first."""
    shop, alipay = town.shop, town.alipay
    sale = await money.open_sale(store, provider=shop)  # type: ignore[arg-type]
    await alipay.pay(sale.attempt.number)
    await alipay.console_refund(sale.attempt.number, 2500)
    assert await arrive(store, town, 1) == ["paid", "external"]
    assert await arrive(store, town, 0, 1) == ["repeat"] * 3
    assert await store.read(checking.violations) == []
