"""Work with a provider that may be silent, and a shop that may die between any two steps: the next call goes on."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from services.orders.types import BANK_TRANSFER
from services.payments import attempts, checking, ledger, process, refunding, repository
from services.payments.errors import ProviderUnavailable, TooSoon
from services.payments.events import apply_event
from services.payments.provider import Accepts, RefundResult, Unreachable
from services.payments.types import Outcome
from services.shared.clock import MovableClock
from services.shared.db import Store
from tests.services.orders import shop
from tests.services.orders.shop import TERMS, yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, PAYER, Crash, RecordingProvider, Sale


class DyingStore(Store):
    """The store of a process that dies right after `use_case` has committed."""

    def __init__(self, store: Store, use_case: Callable[..., Any]) -> None:
        self._alive, self._use_case, self.clock = store, use_case, store.clock

    async def write(self, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        result = await self._alive.write(use_case, *args, **kwargs)
        if use_case is self._use_case:
            raise Crash(use_case.__name__)
        return result

    async def read(self, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        return await self._alive.read(use_case, *args, **kwargs)


def dying(sale: Sale, at: str | Callable[..., Any]) -> Store:
    """The store of a process that dies after that commit; or, for a word, after that call to the provider."""
    if callable(at):
        return DyingStore(sale.store, at)
    sale.provider.dies_after = at
    return sale.store


async def unstarted(store: Store) -> Sale:
    """An order whose attempt nobody has told the provider of."""
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt, "failed"))
    sale.provider.calls.clear()
    return sale


async def start(store: Store, sale: Sale) -> Any:
    providers = {"sandbox": sale.provider}
    return await process.start(store, providers, sale.actor, sale.order_id, "sandbox", PAYER, TERMS)


async def check(store: Store, sale: Sale) -> Outcome | None:
    return await process.check(store, {sale.provider.code: sale.provider}, sale.actor, sale.order_id)


def asked(sale: Sale, what: str = "query") -> int:
    return sum(call == what for call, _ in sale.provider.calls)


@pytest.mark.parametrize("at", [attempts.open_attempt, "start", attempts.note_started])
async def test_a_start_that_died_goes_on_with_the_same_number(store: Store, at: str | Callable[..., Any]) -> None:
    sale = await unstarted(store)
    with pytest.raises(Crash):
        await start(dying(sale, at), sale)
    attempt = await start(store, sale)
    assert attempt.url == f"https://provider.example/{attempt.number}"
    assert set(sale.provider.calls) == {("start", attempt.number)}
    assert await store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "failed"), ("sandbox", 39800, "pending")]


async def test_what_opens_a_payment_is_asked_for_anew_when_it_went_stale(store: Store, clock: MovableClock) -> None:
    provider = RecordingProvider(fresh_until=clock.now() + timedelta(minutes=5))
    sale = await money.open_sale(store, provider=provider)
    assert (await start(store, sale)).fresh_until == clock.now() + timedelta(minutes=5)
    assert len(provider.calls) == 1
    clock.move(300)
    provider.fresh_until = clock.now() + timedelta(minutes=5)
    again = await start(store, sale)
    assert provider.calls == [("start", sale.attempt.number)] * 2
    assert again.fresh_until == clock.now() + timedelta(minutes=5)


async def test_another_product_is_another_attempt_and_is_opened_anew_from_a_browser_alone(
    store: Store, clock: MovableClock
) -> None:
    provider = RecordingProvider(
        accepts=Accepts(channels={"h5": "phone"}), fresh_until=clock.now() + timedelta(minutes=5))
    sale = await money.open_sale(store, provider=provider)
    on_phone = replace(PAYER, channel="h5", ip="203.0.113.9")
    providers = {"sandbox": provider}
    opened = await process.start(store, providers, sale.actor, sale.order_id, "sandbox", on_phone, TERMS)
    assert opened.channel == "h5" and opened.number != sale.attempt.number
    assert await store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "closed"), ("sandbox", 39800, "pending")]
    clock.move(300)
    provider.fresh_until = clock.now() + timedelta(minutes=5)
    assert (await start(store, sale)).number == opened.number
    assert provider.calls == [("start", sale.attempt.number), ("start", opened.number)]
    await process.start(store, providers, sale.actor, sale.order_id, "sandbox", on_phone, TERMS)
    assert provider.calls[2:] == [("start", opened.number)]


async def test_a_number_that_the_provider_refuses_is_given_up(store: Store) -> None:
    sale = await unstarted(store)
    sale.provider.refuses = "OUT_TRADE_NO_USED"
    with pytest.raises(ProviderUnavailable):
        await start(store, sale)
    refused = sale.provider.calls[-1]
    sale.provider.refuses = ""
    attempt = await start(store, sale)
    assert ("start", attempt.number) == sale.provider.calls[-1] != refused
    assert await store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "failed"), ("sandbox", 39800, "failed"), ("sandbox", 39800, "pending")]


@pytest.mark.parametrize("at", [attempts.ask_now, "query", apply_event])
async def test_money_that_came_while_the_shop_died_counts_once(
    any_store: Store, clock: MovableClock, at: str | Callable[..., Any]
) -> None:
    sale = await money.open_sale(any_store)
    sale.provider.answers[sale.attempt.number] = money.event(sale.attempt)
    with pytest.raises(Crash):
        await check(dying(sale, at), sale)
    clock.move(5)
    word = "repeat" if at is apply_event else "paid"
    assert await check(any_store, sale) == Outcome(word, sale.order_id)
    assert [amount for amount, *_ in await any_store.read(money.captures)] == [39800]
    assert await any_store.read(money.waiting, "orders.paid") == 1
    assert await any_store.read(checking.violations) == []


async def test_the_poll_finds_what_a_dead_process_left(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    sale.provider.answers[sale.attempt.number] = money.event(sale.attempt)
    clock.move(30)
    sale.provider.dies_after = "query"
    with pytest.raises(Crash):
        await process.poll(store, {"sandbox": sale.provider})
    clock.move(30)
    assert await process.poll(store, {"sandbox": sale.provider}) == 1
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)


async def test_what_was_closed_and_is_paid_all_the_same_is_found_by_asking(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    providers = {"sandbox": sale.provider, BANK_TRANSFER: RecordingProvider(BANK_TRANSFER, online=False)}
    await process.start(store, providers, sale.actor, sale.order_id, BANK_TRANSFER, PAYER, TERMS)
    await process.close(store, providers, sale.attempt.id)
    clock.move(30)
    assert await process.poll(store, providers) == 0
    sale.provider.answers[sale.attempt.number] = money.event(sale.attempt)
    clock.move(30)
    assert await process.poll(store, providers) == 1
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)


async def test_what_its_provider_has_closed_too_is_asked_about_no_more(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    providers = {"sandbox": sale.provider, BANK_TRANSFER: RecordingProvider(BANK_TRANSFER, online=False)}
    await process.start(store, providers, sale.actor, sale.order_id, BANK_TRANSFER, PAYER, TERMS)
    sale.provider.answers[sale.attempt.number] = money.event(sale.attempt, "failed")
    await process.close(store, providers, sale.attempt.id)
    calls = len(sale.provider.calls)
    clock.move(86_400)
    assert await process.poll(store, providers) == 0
    assert len(sale.provider.calls) == calls
    assert await store.read(money.tried, sale.order_id) == [
        ("sandbox", 39800, "closed"), (BANK_TRANSFER, 39800, "pending")]


@pytest.mark.parametrize("at", ["refund", refunding.note_sent])
async def test_a_refund_that_died_asks_with_the_same_number(store: Store, at: str | Callable[..., Any]) -> None:
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt))
    (refund,) = await store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(398))
    sale.provider.refund_result = RefundResult("succeeded", "rf_1")
    with pytest.raises(Crash):
        await process.send_refund(dying(sale, at), {"sandbox": sale.provider}, refund.id)
    await process.send_refund(store, {"sandbox": sale.provider}, refund.id)
    calls = [number for what, number in sale.provider.calls if what == "refund"]
    assert set(calls) == {refund.number} and len(calls) == (2 if at == "refund" else 1)
    assert await money.standing_of(sale) == ("placed", "refunded", 39800, 39800)
    assert await store.read(checking.violations) == []


@pytest.mark.parametrize("at", ["close", "query"])
async def test_a_closing_that_died_closes_and_asks_again(store: Store, at: str) -> None:
    sale = await money.open_sale(store)
    await money.start(store, RecordingProvider(BANK_TRANSFER, online=False), sale.actor, sale.order_id)
    sale.provider.answers[sale.attempt.number] = money.event(sale.attempt)
    with pytest.raises(Crash):
        await process.close(dying(sale, at), {"sandbox": sale.provider}, sale.attempt.id)
    await process.close(store, {"sandbox": sale.provider}, sale.attempt.id)
    assert sale.provider.calls[-2:] == [("close", sale.attempt.number), ("query", sale.attempt.number)]
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)


async def test_a_second_start_asks_nobody(store: Store) -> None:
    sale = await money.open_sale(store)
    assert (await start(store, sale)).url == sale.attempt.url
    assert sale.provider.calls == [("start", sale.attempt.number)]


async def test_a_way_without_a_machine_is_started_without_a_call(store: Store) -> None:
    bank = RecordingProvider(BANK_TRANSFER, online=False)
    sale = await money.open_sale(store, provider=bank)
    assert (sale.attempt.url, bank.calls) == (None, [])
    assert await process.check(store, {BANK_TRANSFER: bank}, sale.actor, sale.order_id) is None
    assert bank.calls == []


async def test_a_provider_that_is_silent_at_the_start_is_asked_again_with_the_same_number(store: Store) -> None:
    sale = await unstarted(store)
    sale.provider.silent = True
    with pytest.raises(ProviderUnavailable) as refused:
        await start(store, sale)
    assert refused.value.facts == {"method": "sandbox"}
    sale.provider.silent = False
    attempt = await start(store, sale)
    assert sale.provider.calls == [("start", attempt.number)] * 2


async def test_i_have_paid_asks_once_in_five_seconds(any_store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(any_store)
    results = await asyncio.gather(*(check(any_store, sale) for _ in range(3)), return_exceptions=True)
    refused = [each for each in results if isinstance(each, TooSoon)]
    assert ([each.facts for each in refused], asked(sale)) == ([{"seconds": 5}] * 2, 1)
    clock.move(4.999)
    with pytest.raises(TooSoon):
        await check(any_store, sale)
    clock.move(0.001)
    assert await check(any_store, sale) is None
    assert asked(sale) == 2


async def test_i_have_paid_to_a_silent_provider_says_so(store: Store) -> None:
    sale = await money.open_sale(store)
    sale.provider.silent = True
    with pytest.raises(ProviderUnavailable):
        await check(store, sale)


async def test_i_have_paid_before_any_attempt_asks_nobody(store: Store) -> None:
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    placed = await shop.order_now(store, actor, stall.skus["F1"])
    assert await process.check(store, {"sandbox": RecordingProvider()}, actor, placed.order_id) is None


async def same_moment(sale: Sale, notice_first: bool) -> list[Any]:
    """The notice and "I've paid" at once; the query answers with the same payment under an event id of its own."""
    notice = money.event(sale.attempt)
    sale.provider.answers[sale.attempt.number] = money.event(
        sale.attempt, provider_payment_id=notice.provider_payment_id)
    both = [sale.store.write(apply_event, notice), check(sale.store, sale)]
    return await asyncio.gather(*(both if notice_first else reversed(both)))


@pytest.mark.parametrize("notice_first", [True, False])
async def test_notice_and_i_have_paid_at_the_same_moment_are_one_payment(any_store: Store, notice_first: bool) -> None:
    sale = await money.open_sale(any_store)
    outcomes = await same_moment(sale, notice_first)
    assert sorted(each.word for each in outcomes) == ["paid", "repeat"]
    assert [amount for amount, *_ in await any_store.read(money.captures)] == [39800]
    assert await any_store.read(money.waiting, "orders.paid") == 1
    assert await any_store.read(checking.violations) == []


async def test_without_its_guards_they_would_be_two(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = await money.open_sale(any_store)
    keep, numbers = ledger.capture, count()
    monkeypatch.setattr(repository, "add_event", lambda tx, event, attempt_id: 0)
    monkeypatch.setattr(ledger, "capture", lambda tx, paid, amount, reference, *rest: keep(
        tx, paid, amount, f"{reference}:{next(numbers)}", *rest))
    assert sorted(each.word for each in await same_moment(sale, True)) == ["paid", "refunded-double"]
    assert (await money.standing_of(sale))[2] == 79600


async def polled_at(sale: Sale, clock: MovableClock, moments: list[int]) -> list[int]:
    """The moments (seconds after the first) at which a poll that runs a second before and at each of them asks."""
    found, now = [], 0
    for moment in sorted({each + early for each in moments for early in (-1, 0)}):
        clock.move(moment - now)
        now, before = moment, asked(sale)
        await process.poll(sale.store, {"sandbox": sale.provider})
        found += [moment] * (asked(sale) - before)
    return found


async def test_polls_come_at_double_the_time_for_a_week(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    moments = [30 * 2**turn for turn in range(15)] + [7 * 86_400]
    assert await polled_at(sale, clock, moments) == moments
    clock.move(30 * 86_400)
    assert await process.poll(store, {"sandbox": sale.provider}) == 0
    assert asked(sale) == len(moments)


async def test_after_i_have_paid_polls_begin_anew(store: Store, clock: MovableClock) -> None:
    sale = await money.open_sale(store)
    clock.move(3600)
    await check(store, sale)
    moments = [5, 10, 20, 40, 80, 160, 320]
    assert await polled_at(sale, clock, moments) == moments


@pytest.mark.parametrize("status", ["succeeded", "failed"])
async def test_what_is_decided_is_not_polled(store: Store, clock: MovableClock, status: str) -> None:
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt, status))
    assert await polled_at(sale, clock, [30, 60, 120]) == []


async def test_a_transfer_is_never_polled(store: Store, clock: MovableClock) -> None:
    bank = RecordingProvider(BANK_TRANSFER, online=False)
    await money.open_sale(store, provider=bank)
    clock.move(86_400)
    assert await process.poll(store, {BANK_TRANSFER: bank}) == 0
    assert bank.calls == []


async def test_one_silent_or_confused_provider_stops_nothing(store: Store, clock: MovableClock) -> None:
    silent = await money.open_sale(store, provider=RecordingProvider("silent"))
    confused = await money.open_sale(store, telegram_id=2002, provider=RecordingProvider("confused"))
    gone = await money.open_sale(store, telegram_id=3003, provider=RecordingProvider("gone"))
    good = await money.open_sale(store, telegram_id=4004)
    silent.provider.silent = True
    confused.provider.answers[confused.attempt.number] = money.event(confused.attempt, number="NOSUCHPAYMENT")
    good.provider.answers[good.attempt.number] = money.event(good.attempt)
    clock.move(30)
    providers = {each.provider.code: each.provider for each in (silent, confused, good)}
    assert await process.poll(store, providers) == 1
    assert [asked(each) for each in (silent, confused, gone, good)] == [1, 1, 0, 1]
    assert await money.standing_of(good) == ("placed", "paid", 39800, 0)


async def test_a_silent_provider_is_told_to_close_until_it_hears(store: Store) -> None:
    sale = await money.open_sale(store)
    sale.provider.silent = True
    with pytest.raises(Unreachable):
        await process.close(store, {"sandbox": sale.provider}, sale.attempt.id)
    sale.provider.silent = False
    await process.close(store, {"sandbox": sale.provider}, sale.attempt.id)
    assert asked(sale, "close") == 2


async def test_without_its_provider_a_refund_is_left_to_people(store: Store) -> None:
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt))
    (refund,) = await store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(398))
    for _ in range(2):
        await process.send_refund(store, {}, refund.id)
    assert await money.refunds(sale) == [(39800, "staff", "manual")]
    assert await store.read(money.jobs, "payments.refund-by-hand") == [{"refund_id": refund.id}]
    await process.close(store, {}, sale.attempt.id)
