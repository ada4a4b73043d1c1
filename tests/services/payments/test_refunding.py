"""Money on its way back: never more than came, whatever happens between us and the provider."""

import asyncio

import pytest

from services.orders import standing
from services.payments import checking, process, refunding, repository
from services.payments.cancelling import cancel_order
from services.payments.errors import AlreadyDecided, NotManual, RefundTooLarge
from services.payments.events import apply_event
from services.payments.provider import RefundResult
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.money import Money
from tests.services.payments import money
from tests.services.payments.money import DESK, event


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


async def paid_sale(store: Store) -> money.Sale:
    sale = await money.open_sale(store)
    await store.write(apply_event, event(sale.attempt))
    return sale


async def send(sale: money.Sale, refund_id: int) -> None:
    await process.send_refund(sale.store, {"sandbox": sale.provider}, refund_id)


async def ask(sale: money.Sale, amount: int) -> int:
    return (await sale.store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(amount)))[0].id


async def sums(sale: money.Sale) -> tuple[str, int]:
    order = await sale.store.read(standing.read, sale.order_id)
    return order.payment, order.refunded.amount


async def test_two_refunds_at_once_never_exceed_what_came(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    results = await asyncio.gather(*(ask(sale, 239) for _ in range(2)), return_exceptions=True)
    refused = [each for each in results if isinstance(each, RefundTooLarge)]
    assert [each.facts for each in refused] == [{"left": yuan(159)}]
    assert await money.refunds(sale) == [(23900, "staff", "requested")]


async def test_without_its_guard_two_refunds_would_exceed_it(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await paid_sale(any_store)
    monkeypatch.setattr(repository, "refundable", lambda tx, paid: paid.amount)
    await asyncio.gather(*(ask(sale, 239) for _ in range(2)))
    broken = await any_store.read(checking.violations)
    assert [str(each) for each in broken] == [f"refunds ≤ captures: payment {sale.attempt.number}: 47800 > 39800"]


@pytest.mark.parametrize("amount", [0, -1, 399])
async def test_nothing_and_more_than_all_are_refused(store: Store, amount: int) -> None:
    sale = await paid_sale(store)
    with pytest.raises(RefundTooLarge):
        await ask(sale, amount)
    assert await money.refunds(sale) == []


async def test_a_pending_refund_that_fails_can_be_given_again(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    await send(sale, await ask(sale, 398))
    assert await sums(sale) == ("paid", 0)
    with pytest.raises(RefundTooLarge):
        await ask(sale, 1)
    failed = event(sale.attempt, "failed", kind="refund", provider_payment_id="rf_1")
    assert (await any_store.write(apply_event, failed)).word == "settled"
    assert await sums(sale) == ("paid", 0)
    await ask(sale, 398)
    assert await money.refunds(sale) == [(39800, "staff", "failed"), (39800, "staff", "requested")]
    assert await any_store.read(checking.violations) == []


async def test_a_silent_provider_hears_the_same_number_until_it_answers(any_store: Store, clock: MovableClock) -> None:
    sale = await paid_sale(any_store)
    refund_id = await ask(sale, 398)
    sale.provider.silent = True
    await send(sale, refund_id)
    clock.move(60)
    await send(sale, refund_id)
    assert await any_store.read(money.waiting, "payments.refund") == 3
    sale.provider.silent, sale.provider.refund_result = False, RefundResult("succeeded", "rf_1")
    await send(sale, refund_id)
    await send(sale, refund_id)
    asked = [number for what, number in sale.provider.calls if what == "refund"]
    refund = await any_store.read(refunding.require, refund_id)
    assert (asked, refund.status) == ([refund.number] * 3, "succeeded")
    assert await sums(sale) == ("refunded", 39800)


async def test_the_echo_of_our_own_refund_changes_nothing(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    refund_id = await ask(sale, 398)
    sale.provider.refund_result = RefundResult("succeeded", "rf_1")
    echo = event(sale.attempt, kind="refund", provider_payment_id="rf_1")
    await asyncio.gather(send(sale, refund_id), any_store.write(apply_event, echo))
    assert await money.refunds(sale) == [(39800, "staff", "succeeded")]
    assert await sums(sale) == ("refunded", 39800)
    assert await any_store.read(money.waiting, "payments.tell-refunded") == 1
    assert await any_store.read(checking.violations) == []


async def test_an_echo_faster_than_the_answer_is_taken_for_the_refund_without_a_number(store: Store) -> None:
    sale = await paid_sale(store)
    first, second = await ask(sale, 100), await ask(sale, 100)
    await send(sale, first)
    echo = event(sale.attempt, kind="refund", provider_payment_id="rf_2", amount=yuan(100))
    await store.write(apply_event, echo)
    statuses = [(await store.read(refunding.require, each)).status for each in (first, second)]
    assert statuses == ["pending", "succeeded"]


async def test_a_success_beats_a_failure_of_the_same_refund(store: Store) -> None:
    sale = await paid_sale(store)
    await send(sale, await ask(sale, 398))
    for status, word in (("failed", "settled"), ("succeeded", "settled"), ("failed", "repeat")):
        news = event(sale.attempt, status, kind="refund", provider_payment_id="rf_1")
        assert (await store.write(apply_event, news)).word == word
    assert await sums(sale) == ("refunded", 39800)


@pytest.mark.parametrize("changes", [{"provider_payment_id": "other"}, {"amount": Money(1, "CNY")}])
async def test_a_refund_that_we_did_not_ask_for_goes_to_people(store: Store, changes: dict[str, object]) -> None:
    sale = await paid_sale(store)
    await send(sale, await ask(sale, 398))
    facts = {"provider_payment_id": "rf_1"} | changes
    outcome = await store.write(apply_event, event(sale.attempt, kind="refund", **facts))
    assert (outcome.word, await sums(sale)) == ("foreign-refund", ("paid", 0))
    assert await store.read(money.waiting, "payments.foreign-refund") == 1


async def test_a_refund_by_hand_is_confirmed_by_one_of_two(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    refund_id = await ask(sale, 398)
    sale.provider.refund_result = RefundResult("manual", "by hand")
    await send(sale, refund_id)
    both = (any_store.write(refunding.confirm_by_hand, DESK, refund_id) for _ in range(2))
    results = await asyncio.gather(*both, return_exceptions=True)
    refused = [each for each in results if isinstance(each, AlreadyDecided)]
    assert [each.facts for each in refused] == [{"by": "小王"}]
    assert await sums(sale) == ("refunded", 39800)


async def test_nobody_confirms_what_the_provider_does(store: Store) -> None:
    sale = await paid_sale(store)
    refund_id = await ask(sale, 398)
    with pytest.raises(NotManual):
        await store.write(refunding.confirm_by_hand, DESK, refund_id)


async def test_a_payment_for_an_order_that_was_partly_refunded_owes_nothing(store: Store) -> None:
    sale = await paid_sale(store)
    sale.provider.refund_result = RefundResult("succeeded", "rf_1")
    await send(sale, await ask(sale, 100))
    outcome = await store.write(apply_event, event(sale.attempt))
    assert outcome.word == "refunded-double"
    assert await money.refunds(sale) == [(10000, "staff", "succeeded"), (39800, "double", "requested")]


async def test_cancelling_a_paid_order_returns_all_of_it(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    await any_store.write(cancel_order, sale.actor, sale.order_id)
    assert await money.refunds(sale) == [(39800, "cancelled", "requested")]
    assert await any_store.read(checking.violations) == []
