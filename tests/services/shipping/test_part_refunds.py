"""Part by part: to the cent, never more than was paid, and what a reduction took of its budget comes back with it."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from services.invariants import violations
from services.orders.types import Order
from services.payments import process, refunding, repository
from services.payments.errors import RefundTooLarge
from services.payments.events import apply_event
from services.payments.provider import RefundResult
from services.promotions import budgets_repository
from services.promotions.models import CouponRow, DealSpendRow, PromotionRow
from services.shared.actors import Actor
from services.shared.db import Store, Tx
from services.shared.money import Money
from services.shipping import desk, service
from services.shipping.types import ParcelItem
from tests.services.orders import shop
from tests.services.orders.test_budgets import put_reduction
from tests.services.payments import money
from tests.services.shipping.counter import NO_LIMIT, WANG, order, staffed

PROMOTIONS, COUPONS, SPENDS = PromotionRow.__table__, CouponRow.__table__, DealSpendRow.__table__


async def bought(store: Store, buyer: Actor, *items: tuple[int, int]) -> tuple[Order, money.RecordingProvider]:
    await shop.carry(store, buyer, *items)
    placed = await shop.order_from_cart(store, buyer)
    provider = money.RecordingProvider()
    attempt = await money.start(store, provider, buyer, placed.order_id)
    await store.write(apply_event, money.event(attempt))
    return await order(store, placed.order_id), provider


async def give_back(store: Store, provider: money.RecordingProvider, order_id: int, items: dict[int, int]) -> None:
    """So many pieces by line, at once and all the way through the provider."""
    parts = tuple(ParcelItem(line, count) for line, count in items.items() if count)
    await store.write(desk.refund_lines, WANG, order_id, parts, NO_LIMIT)
    for job in await store.read(money.jobs, "payments.refund"):
        refund = await store.read(refunding.require, job["refund_id"])
        provider.refund_result = RefundResult("succeeded", f"r{refund.id}")
        await process.send_refund(store, {"sandbox": provider}, refund.id)


def spent(tx: Tx) -> tuple[int, int]:
    """(of the promotion, of the coupon) in fen."""
    return (tx.scalar(select(PROMOTIONS.c.spent).where(PROMOTIONS.c.budget.is_not(None))),
            tx.scalar(select(COUPONS.c.spent).limit(1)))


@pytest.mark.parametrize("seed", range(2))
async def test_three_part_refunds_sum_to_the_cent_and_never_exceed_what_was_paid(store: Store, seed: int) -> None:
    """Odd prices and reductions that no piece divides evenly; the portions are drawn."""
    chance = Random(seed)
    await shop.open_shop(store)
    await staffed(store)
    buyer = await shop.buyer(store)
    skus = [await store.write(shop.put_product, f"X{n}", Money(chance.randrange(101, 99_999), "CNY"), 20)
            for n in range(2)]
    await shop.give_coupon(store, buyer, await store.write(shop.put_coupon, amount=chance.randrange(1, 100)))
    counts = [chance.randrange(3, 8) for _ in skus]
    placed, provider = await bought(store, buyer, *zip(skus, counts, strict=True))
    goods = sum(line.total.amount for line in placed.lines)
    left, given = {line.id: line.quantity for line in placed.lines}, 0
    for turn in (1, 2, 3):
        portion = {line: count if turn == 3 else chance.randrange(count // 2 + 1) for line, count in left.items()}
        if not any(portion.values()):
            portion[next(iter(left))] = 1
        # One piece is sent before the last portion, or all of it would be called off, with its shipping.
        if turn == 3:
            (first, *_) = [line for line, count in portion.items() if count]
            await store.write(service.ship, WANG, placed.id, "shunfeng", "SF123456789012", (ParcelItem(first, 1),))
        await give_back(store, provider, placed.id, portion)
        left = {line: count - portion[line] for line, count in left.items()}
        now = await order(store, placed.id)
        assert given < now.refunded.amount <= now.paid.amount == placed.total.amount
        given = now.refunded.amount
        rest = now.paid.amount - given
        with pytest.raises(RefundTooLarge) as refused:
            await store.write(desk.refund_part, WANG, placed.id, Money(rest + 1, "CNY"), NO_LIMIT)
        assert refused.value.facts == {"left": Money(rest, "CNY")}
    assert given == goods
    if rest:
        await store.write(desk.refund_rest, WANG, placed.id, NO_LIMIT)
    asked = await store.read(repository.refunds, placed.id)
    assert sum(each.amount.amount for each in asked) == placed.total.amount
    assert await store.read(violations) == []


async def test_a_part_that_goes_back_gives_its_share_of_the_budget_back(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    await staffed(any_store)
    buyer = await shop.buyer(any_store)
    await any_store.write(put_reduction, 100_000)
    placed, provider = await bought(any_store, buyer, (stall.skus["P3"], 1), (stall.skus["F1"], 2))
    assert await any_store.read(spent) == (30_000, None)
    (reduction,) = placed.adjustments
    shares = {line.id: -share.amount for line, share in zip(placed.lines, reduction.shares, strict=True)}
    dear, cheap = (line.id for line in sorted(placed.lines, key=lambda line: line.quantity))
    assert sum(shares.values()) == 30_000
    await give_back(any_store, provider, placed.id, {cheap: 1})
    half = shares[cheap] // 2
    assert (await any_store.read(spent))[0] == 30_000 - half
    await any_store.write(service.ship, WANG, placed.id, "shunfeng", "SF123456789012", (ParcelItem(cheap, 1),))
    await give_back(any_store, provider, placed.id, {cheap: 1, dear: 1})
    assert (await any_store.read(spent))[0] == 0
    assert await any_store.read(violations) == []


async def test_what_was_given_back_in_part_is_not_given_back_again_with_the_order(store: Store) -> None:
    stall = await shop.open_shop(store)
    await staffed(store)
    buyer = await shop.buyer(store)
    await store.write(put_reduction, 100_000)
    placed, provider = await bought(store, buyer, (stall.skus["P3"], 2))
    await give_back(store, provider, placed.id, {placed.lines[0].id: 1})
    assert (await store.read(spent))[0] == 15_000
    await store.write(desk.call_off, WANG, placed.id, NO_LIMIT)
    assert (await store.read(spent))[0] == 0
    assert await store.read(violations) == []


async def test_without_the_row_s_share_the_budget_would_be_given_back_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall = await shop.open_shop(store)
    await staffed(store)
    buyer = await shop.buyer(store)
    await store.write(put_reduction, 100_000)
    placed, provider = await bought(store, buyer, (stall.skus["P3"], 2))
    monkeypatch.setattr(budgets_repository, "shrink", lambda tx, source, order_id, amount: True)
    await give_back(store, provider, placed.id, {placed.lines[0].id: 1})
    await store.write(desk.call_off, WANG, placed.id, NO_LIMIT)
    assert (await store.read(spent))[0] == -15_000
    assert [each.rule for each in await store.read(violations)] != []
