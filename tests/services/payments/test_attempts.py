"""Tries to pay: one at a time for each way, for an amount that never changes, by nobody but the order's customer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from services.orders import service as orders
from services.orders import standing
from services.orders.types import BANK_TRANSFER, CASH_ON_DELIVERY, Standing
from services.payments import attempts, by_hand, checking, process
from services.payments.cancelling import cancel_order
from services.payments.errors import MethodUnavailable, NotPayable
from services.payments.events import apply_event
from services.payments.types import Attempt
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotFound
from tests.conftest import START
from tests.services.orders import shop
from tests.services.orders.shop import TERMS, yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, PAYER, RecordingProvider, Sale, ways


def bank() -> RecordingProvider:
    return RecordingProvider(BANK_TRANSFER, online=False)


async def open_again(sale: Sale, method: str = "sandbox", enabled: tuple[str, ...] = ("sandbox",)) -> Attempt:
    return await sale.store.write(attempts.open_attempt, sale.actor, sale.order_id, method, ways(*enabled), TERMS)


async def order(sale: Sale) -> Standing:
    return await sale.store.read(standing.read, sale.order_id)


async def test_an_attempt_has_its_number_amount_and_end(store: Store) -> None:
    sale = await money.open_sale(store)
    assert (len(sale.attempt.number), sale.attempt.number.isalnum()) == (20, True)
    assert (sale.attempt.amount, sale.attempt.status, sale.attempt.created_at) == (yuan(398), "pending", START)
    assert sale.attempt.expires_at == START + timedelta(minutes=15)
    assert sale.attempt.reference == sale.attempt.number[-8:]


async def test_ten_starts_at_once_are_one_attempt(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    found = await asyncio.gather(*(open_again(sale) for _ in range(10)))
    assert {each.number for each in found} == {sale.attempt.number}
    assert await any_store.read(money.tried, sale.order_id) == [("sandbox", 39800, "pending")]


@pytest.mark.postgresql
async def test_without_the_order_s_lock_two_starts_at_once_would_be_two_attempts(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await money.open_sale(postgres_store)
    await postgres_store.write(apply_event, money.event(sale.attempt, "failed"))
    monkeypatch.setattr(standing, "lock", standing.read)

    def begin(connection: Connection) -> Attempt:
        tx = Tx(connection, START, postgres_store.vault)
        return attempts.open_attempt(tx, sale.actor, sale.order_id, "sandbox", ways("sandbox"), TERMS)

    engine = create_async_engine(postgres_store.url)
    async with engine.connect() as one, engine.connect() as other:
        found = [await each.run_sync(begin) for each in (one, other)]
        for each in (one, other):
            await each.commit()
    await engine.dispose()
    assert len({each.number for each in found}) == 2


async def test_after_a_failure_the_next_start_is_a_new_attempt(store: Store) -> None:
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt, "failed"))
    again = await money.start(store, sale.provider, sale.actor, sale.order_id)
    assert again.number != sale.attempt.number
    assert await store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "failed"), ("sandbox", 39800, "pending")]


async def test_another_way_closes_the_attempt_at_its_provider(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    await money.start(any_store, bank(), sale.actor, sale.order_id)
    assert await any_store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "closed"), (BANK_TRANSFER, 39800, "pending")]
    assert await any_store.read(money.jobs, "payments.close") == [{"attempt_id": sale.attempt.id}]
    await process.close(any_store, {"sandbox": sale.provider}, sale.attempt.id)
    number = sale.attempt.number
    assert sale.provider.calls == [("start", number), ("close", number), ("query", number)]


async def test_another_way_may_give_more_time_and_never_takes_any(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    clock.move(60)
    await money.start(store, bank(), sale.actor, sale.order_id)
    for method in (BANK_TRANSFER, "sandbox"):
        after = await order(sale)
        assert (after.payment_method, after.expires_at) == (method, START + timedelta(hours=24))
        await money.start(store, sale.provider, sale.actor, sale.order_id)


async def test_there_and_back_is_a_new_attempt(store: Store) -> None:
    sale = await money.open_sale(store)
    await money.start(store, bank(), sale.actor, sale.order_id)
    back = await money.start(store, sale.provider, sale.actor, sale.order_id)
    assert back.number != sale.attempt.number
    assert await store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "closed"), (BANK_TRANSFER, 39800, "closed"), ("sandbox", 39800, "pending")]


async def test_an_old_attempt_that_is_paid_all_the_same_counts(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    await money.start(any_store, bank(), sale.actor, sale.order_id)
    assert (await any_store.write(apply_event, money.event(sale.attempt))).word == "paid"
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "succeeded"), (BANK_TRANSFER, 39800, "closed")]
    assert await any_store.read(checking.violations) == []


async def test_old_and_new_attempt_both_paid_leave_one(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    other = RecordingProvider("other")
    new = await money.start(any_store, other, sale.actor, sale.order_id)
    notices = [money.event(new, provider="other"), money.event(sale.attempt)]
    outcomes = await asyncio.gather(*(any_store.write(apply_event, each) for each in notices))
    assert sorted(each.word for each in outcomes) == ["paid", "refunded-double"]
    assert await money.refunds(sale) == [(39800, "double", "requested")]
    assert await any_store.read(checking.violations) == []


async def test_cash_closes_the_others_and_has_no_end(store: Store) -> None:
    sale = await money.open_sale(store)
    await store.write(attempts.choose_cash, sale.actor, sale.order_id, ways(CASH_ON_DELIVERY), TERMS)
    assert ((await order(sale)).payment_method, (await order(sale)).expires_at) == (CASH_ON_DELIVERY, None)
    assert await store.read(money.tried, sale.order_id) == [("sandbox", 39800, "closed")]


@pytest.mark.parametrize(
    ("method", "enabled"), [("sandbox", (BANK_TRANSFER,)), ("sandbox", ()), (CASH_ON_DELIVERY, (CASH_ON_DELIVERY,))]
)
async def test_a_way_that_is_switched_off_is_refused_and_changes_nothing(
    store: Store, method: str, enabled: tuple[str, ...]
) -> None:
    sale = await money.open_sale(store)
    with pytest.raises(MethodUnavailable) as refused:
        await open_again(sale, method, enabled)
    assert refused.value.facts == {"method": method}
    assert await store.read(money.tried, sale.order_id) == [("sandbox", 39800, "pending")]


async def test_a_way_without_a_provider_is_refused(store: Store) -> None:
    sale = await money.open_sale(store)
    with pytest.raises(MethodUnavailable):
        await process.start(store, {}, sale.actor, sale.order_id, "sandbox", PAYER, TERMS)
    with pytest.raises(MethodUnavailable):
        await store.write(attempts.choose_cash, sale.actor, sale.order_id, ways("sandbox"), TERMS)


async def test_the_amount_is_frozen_while_the_price_of_the_goods_moves(store: Store) -> None:
    sale = await money.open_sale(store)
    await store.write(shop.put_product, "F9", yuan(299), 10)
    assert await open_again(sale) == sale.attempt
    assert (await store.write(apply_event, money.event(sale.attempt, amount=yuan(598)))).word == "mismatch"
    assert (await store.read(attempts.require, sale.attempt.id)).amount == yuan(398)


async def test_another_s_order_does_not_exist(store: Store) -> None:
    sale = await money.open_sale(store)
    stranger = await shop.buyer(store, 2002)
    for actor in (stranger, DESK):
        for use_case, *facts in (
            (attempts.open_attempt, "sandbox", ways("sandbox"), TERMS),
            (attempts.choose_cash, ways(CASH_ON_DELIVERY), TERMS), (attempts.page_token,), (attempts.state,),
        ):
            with pytest.raises(NotFound):
                await store.write(use_case, actor, sale.order_id, *facts)
    with pytest.raises(NotFound):
        await process.check(store, {"sandbox": sale.provider}, stranger, sale.order_id)
    assert sale.provider.calls == [("start", sale.attempt.number)]


async def pay(sale: Sale, clock: MovableClock) -> None:
    await sale.store.write(apply_event, money.event(sale.attempt))


async def pay_and_give_back(sale: Sale, clock: MovableClock) -> None:
    await pay(sale, clock)
    await sale.store.write(cancel_order, sale.actor, sale.order_id)


async def cancel(sale: Sale, clock: MovableClock) -> None:
    await sale.store.write(cancel_order, sale.actor, sale.order_id)


async def run_out_of_time(sale: Sale, clock: MovableClock) -> None:
    clock.move(15 * 60)


async def expire(sale: Sale, clock: MovableClock) -> None:
    clock.move(15 * 60)
    assert await sale.store.write(orders.expire, sale.order_id)


@pytest.mark.parametrize("happen", [pay, pay_and_give_back, cancel, run_out_of_time, expire])
async def test_what_is_paid_or_over_cannot_be_paid(
    store: Store, clock: MovableClock, happen: Callable[[Sale, MovableClock], Awaitable[None]]
) -> None:
    sale = await money.open_sale(store)
    await happen(sale, clock)
    before = await store.read(money.tried, sale.order_id)
    number = (await order(sale)).number
    with pytest.raises(NotPayable) as refused:
        await open_again(sale)
    assert refused.value.facts == {"number": number}
    with pytest.raises(NotPayable):
        await store.write(attempts.choose_cash, sale.actor, sale.order_id, ways(CASH_ON_DELIVERY), TERMS)
    assert await store.read(money.tried, sale.order_id) == before


async def test_until_the_last_second_an_order_can_be_paid(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    clock.move(15 * 60 - 1)
    assert (await open_again(sale)).number == sale.attempt.number


async def test_the_page_s_token_is_one_for_the_order_and_opens_it_for_whoever_has_it(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    assert (await any_store.read(attempts.state, sale.actor, sale.order_id)).token == ""
    tokens = await asyncio.gather(*(any_store.write(attempts.page_token, sale.actor, sale.order_id) for _ in range(3)))
    (token,) = set(tokens)
    seen = await any_store.read(attempts.state_by_token, token)
    assert seen == await any_store.read(attempts.state, sale.actor, sale.order_id)
    assert (seen.order_id, seen.token, seen.received) == (sale.order_id, token, yuan(0))
    with pytest.raises(NotFound):
        await any_store.read(attempts.state_by_token, "no-such-token")


async def test_the_state_shows_money_slips_and_refunds(store: Store) -> None:
    sale = await money.open_sale(store, provider=bank())
    slip = await store.write(by_hand.send_slip, sale.actor, sale.order_id, "file", "picture", True)
    await store.write(by_hand.confirm_transfer, DESK, slip.id, yuan(400))
    seen = await store.read(attempts.state, sale.actor, sale.order_id)
    assert [(each.file_id, each.is_document, each.status) for each in seen.slips] == [("file", True, "confirmed")]
    assert seen.received == yuan(400)
    assert [(each.amount, each.reason) for each in seen.refunds] == [(yuan(2), "overpaid")]


@pytest.mark.postgresql
async def test_who_looks_waits_for_nobody_who_works_on_the_order(postgres_store: Store) -> None:
    sale = await money.open_sale(postgres_store)
    engine = create_async_engine(postgres_store.url)
    async with engine.connect() as worker:
        await worker.run_sync(lambda held: standing.lock(Tx(held, START, postgres_store.vault), sale.order_id))
        async with asyncio.timeout(10):
            seen = await postgres_store.read(attempts.state, sale.actor, sale.order_id)
    await engine.dispose()
    assert seen.attempt == sale.attempt
