"""A provider's day against its bill, on real databases: what is listed, what is kept, and what is booked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from services.invariants import violations
from services.payments import ledger, ledger_repository, refunding
from services.payments import process as payments
from services.payments.events import apply_event
from services.payments.provider import NoBill, RefundResult, Unreachable
from services.payments.types import BillLine
from services.reconciliation import days, process, recording, repository, service
from services.reconciliation.errors import AlreadyExplained
from services.reconciliation.models import DifferenceRow
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotAllowed
from services.shared.money import Money
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK
from tests.services.reconciliation import bills
from tests.services.reconciliation.bills import BOOKKEEPER, DAY, EVE, MIDNIGHT, NOON, SECOND, TODAY, line
from tests.statements import counted


async def test_one_missing_one_extra_and_one_other_amount_are_all_three_and_nothing_else(any_store: Store) -> None:
    till = await bills.open_till(any_store)
    sales = [await till.pay() for _ in range(5)]
    names = [event.provider_payment_id for _, event in sales]
    stranger = replace(line(*sales[0]), number="N0T0URS", provider_number="t-extra")
    till.provider.bills[DAY] = (
        *(line(*sale) for sale in sales[2:]), line(*sales[1], amount=yuan(198)), stranger)
    run = await till.run()
    assert await till.told(run) == [
        ("missing", names[0], 19900, None), ("extra", "t-extra", None, 19900), ("different", names[1], 19900, 19800)]
    assert (run.lines, run.entries, run.matched, run.open, run.waiting) == (5, 5, 4, 3, 0)
    missing = (await till.differences(run))[0]
    assert (await any_store.read(service.difference, BOOKKEEPER, missing.id))[1].startswith("QL-")
    assert await any_store.read(money.jobs, "reconciliation.card") == [{"run_id": run.id}]
    assert await any_store.read(violations) == []


async def test_a_bill_that_agrees_says_nothing(store: Store) -> None:
    till = await bills.open_till(store)
    till.provider.bills[DAY] = (line(*await till.pay()),)
    run = await till.run()
    assert (run.state, run.open, await store.read(money.waiting, "reconciliation.card")) == ("done", 0, 0)
    # The days around are only fetched where something is not clear.
    assert [day for what, day in till.provider.calls if what == "bill"] == ["2026-11-23"]


async def test_again_replaces_what_is_open_and_keeps_what_was_decided(any_store: Store) -> None:
    till = await bills.open_till(any_store)
    sales = [await till.pay() for _ in range(3)]
    till.provider.bills[DAY] = ()
    first = await till.run()
    assert first.open == 3
    found = {each.provider_number: each for each in await till.differences(first)}
    decided, other, _ = (found[event.provider_payment_id] for _, event in sales)
    await any_store.write(service.explain, BOOKKEEPER, decided.id, "  银行隔天才\n入账 ")
    till.provider.bills[DAY] = (line(*sales[1]),)
    again = await till.run()
    assert (again.id, again.open, again.explained) == (first.id, 1, 1)
    kept = (await till.differences(again))[1]
    assert (kept.id, kept.state, kept.note, kept.decided_by) == (decided.id, "explained", "银行隔天才 入账", "老陈")
    assert other.id not in [each.id for each in await till.differences(again)]
    # A decision holds for what it was about: another amount is another difference.
    till.provider.bills[DAY] = (line(*sales[0], amount=yuan(1)), line(*sales[1]), line(*sales[2]))
    last = await till.run()
    assert await till.told(last) == [("different", sales[0][1].provider_payment_id, 19900, 100),
                                     ("missing", sales[0][1].provider_payment_id, 19900, None)]
    assert await till.told(await till.run()) == await till.told(last)


async def test_a_difference_is_explained_once_by_who_may(any_store: Store) -> None:
    till = await bills.open_till(any_store)
    await till.pay()
    till.provider.bills[DAY] = ()
    (found,) = await till.differences(await till.run())
    with pytest.raises(NotAllowed):
        await any_store.write(service.explain, DESK, found.id, "why")
    for nothing in ("", " \n", "x" * 301):
        with pytest.raises(InvalidInput):
            await any_store.write(service.explain, BOOKKEEPER, found.id, nothing)
    both = (any_store.write(service.explain, BOOKKEEPER, found.id, "why") for _ in range(2))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [each.facts for each in results if isinstance(each, AlreadyExplained)] == [{"by": "老陈"}]


async def test_fees_are_booked_once_however_often_and_side_by_side(any_store: Store) -> None:
    till = await bills.open_till(any_store)
    (first, said), (second, other) = await till.pay(), await till.pay(fee=Money(110, "CNY"))
    monthly = BillLine("fee", "", "acc_1", yuan(30), yuan(0), NOON)
    till.provider.bills[DAY] = (
        line(first, said, fee=Money(119, "CNY")), line(second, other, fee=Money(119, "CNY")), monthly, monthly)
    await asyncio.gather(*(till.run() for _ in range(4)))
    await till.run()
    assert sorted(await any_store.read(bills.fees)) == sorted([
        ("fee", 110, second.number), ("fee", 119, first.number), ("fee", 9, second.number),
        ("fee", 3000, ""), ("fee", 3000, "")])
    balances = await any_store.read(ledger.balances)
    assert balances == {"fees": (Money(6238, "CNY"),), "orders": (Money(-39800, "CNY"),),
                        "provider:sandbox": (Money(39800 - 6238, "CNY"),)}
    # A later bill that takes less gives back; one without fees says nothing.
    till.provider.bills[DAY] = (line(first, said, fee=Money(100, "CNY")), line(second, other), monthly, monthly)
    await till.run()
    assert (await any_store.read(ledger.balances))["fees"] == (Money(6219, "CNY"),)
    assert await any_store.read(violations) == []


async def test_without_its_guard_fees_would_be_booked_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    till = await bills.open_till(store)
    till.provider.bills[DAY] = (line(*await till.pay(), fee=Money(119, "CNY")),)
    monkeypatch.setattr(ledger, "fees_about", lambda tx, ids: {})
    monkeypatch.setattr(ledger_repository, "fees_of", lambda tx, entry_id: [])
    numbers = iter(range(100))
    keep = ledger_repository.add_once
    monkeypatch.setattr(ledger_repository, "add_once", lambda tx, movement: keep(
        tx, replace(movement, reference=f"{movement.reference}{next(numbers)}")))
    await till.run()
    await till.run()
    assert len(await store.read(bills.fees)) == 2


async def test_a_refund_s_fee_that_is_given_back_is_below_zero(store: Store) -> None:
    till = await bills.open_till(store)
    attempt, event = await till.pay(fee=Money(119, "CNY"))
    (refund,) = await store.write(refunding.refund_by_staff, DESK, attempt.order_id, yuan(199))
    gone = money.event(attempt, kind="refund", provider_payment_id="rf_1", refund_number=refund.number, created=NOON)
    await store.write(apply_event, gone)
    till.provider.bills[DAY] = (line(attempt, event, fee=Money(119, "CNY")), BillLine(
        "refund", refund.number, "rf_1", yuan(199), Money(-119, "CNY"), NOON))
    for _ in range(2):
        assert (await till.run()).open == 0
    assert await store.read(bills.fees) == [("fee", 119, attempt.number), ("fee-return", 119, refund.number)]
    # Everything came back: nothing stands anywhere.
    assert {str(amount.amount) for each in (await store.read(ledger.balances)).values() for amount in each} == {"0"}


async def test_a_payment_at_the_day_s_edge_may_stand_on_the_neighbour_s_bill(
    any_store: Store, clock: MovableClock
) -> None:
    """23:59:59 by the provider's word, 00:00:01 on its bill; and the other way round."""
    till = await bills.open_till(any_store)
    late, early = await till.pay(MIDNIGHT - SECOND), await till.pay(MIDNIGHT - timedelta(days=1))
    till.provider.bills |= {DAY: (), EVE: (line(*early),)}
    first = await till.run()
    # The bill of the 24th is not there yet: what moved a second before midnight may still be on it.
    assert (first.open, first.waiting, await till.told(first)) == (0, 1, [])
    clock.move(24 * 3600)
    till.provider.bills[TODAY] = (line(*late, at=MIDNIGHT + SECOND),)
    await process.daily(any_store, till.provider, TODAY)
    (settled,) = await any_store.read(repository.runs_of, DAY)
    assert (settled.open, settled.waiting) == (0, 0)
    (next_day,) = await any_store.read(repository.runs_of, TODAY)
    assert (next_day.lines, next_day.matched, next_day.open) == (1, 1, 0)
    # Had the next bill not had it either, it would be missing.
    till.provider.bills[TODAY] = ()
    assert await till.told(await till.run()) == [("missing", late[1].provider_payment_id, 19900, None)]


async def test_a_refund_may_stand_on_the_bill_of_the_day_on_which_it_was_asked_for(
    store: Store, clock: MovableClock
) -> None:
    till = await bills.open_till(store)
    attempt, event = await till.pay(NOON + timedelta(days=1))
    (refund,) = await store.write(refunding.refund_by_staff, DESK, attempt.order_id, yuan(199))
    till.provider.refund_result = RefundResult("pending", "rf_1")
    await payments.send_refund(store, {"sandbox": till.provider}, refund.id)
    clock.move(5 * 24 * 3600)
    gone = money.event(attempt, kind="refund", provider_payment_id="rf_1", created=clock.now() - timedelta(days=2))
    await store.write(apply_event, gone)
    booked_on = TODAY + timedelta(days=3)
    asked = BillLine("refund", refund.number, "rf_1", yuan(199), yuan(0), event.created)
    till.provider.bills = {TODAY: (line(attempt, event), asked), booked_on: (), booked_on - timedelta(days=1): ()}
    assert (await till.run(booked_on)).open == 0
    assert (await till.run(TODAY)).open == 0


async def test_a_day_is_the_provider_s_own() -> None:
    assert days.bounds("wechat", DAY) == (datetime(2026, 11, 22, 16, tzinfo=UTC), MIDNIGHT)
    assert days.bounds("stripe", DAY) == (datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
    half_past_ten = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert (days.due("wechat", half_past_ten), days.due("stripe", half_past_ten)) == (DAY, DAY)
    assert days.due("wechat", half_past_ten - SECOND) is None


async def test_a_bill_that_is_late_is_asked_for_every_hour_and_the_books_say_so(
    any_store: Store, clock: MovableClock
) -> None:
    till = await bills.open_till(any_store)
    attempt, event = await till.pay()
    wanted = {"provider": "sandbox", "day": "2026-11-23"}
    for _ in range(2):
        await any_store.write(process.plan, ["wechat", *days.WITHOUT_BILLS])
    assert await any_store.read(money.jobs, process.JOB) == [wanted | {"provider": "wechat"}]
    await process.daily(any_store, till.provider, DAY)
    till.provider.silent = True
    clock.move(3600)
    await process.daily(any_store, till.provider, DAY)
    (run,) = await any_store.read(repository.runs_of, DAY)
    assert (run.state, (await any_store.read(money.jobs, process.JOB))[1:]) == ("silent", [wanted] * 2)
    till.provider.silent, till.provider.bills[DAY] = False, (line(attempt, event),)
    await process.daily(any_store, till.provider, DAY)
    (run,) = await any_store.read(repository.runs_of, DAY)
    assert (run.state, run.matched) == ("done", 1)
    till.provider.silent = True
    clock.move(5 * 24 * 3600)
    await process.daily(any_store, till.provider, DAY)
    assert len(await any_store.read(money.jobs, process.JOB)) == 3


async def test_no_answer_about_a_day_around_leaves_the_day_uncompared(store: Store) -> None:
    till = await bills.open_till(store)
    await till.pay()
    till.provider.bills[DAY] = ()

    async def silent(day: date) -> tuple[BillLine, ...]:
        if day == EVE:
            raise Unreachable("bill")
        return ()

    till.provider.bill = silent  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        await till.run()
    assert await store.read(repository.runs_of, DAY) == ()


async def test_today_has_no_bill(store: Store) -> None:
    till = await bills.open_till(store)
    with pytest.raises(NoBill):
        await till.run(TODAY)
    assert till.provider.calls == []


async def test_a_large_bill_is_read_in_few_statements(store: Store) -> None:
    """Hundreds of numbers at once, and none of them ours."""
    till = await bills.open_till(store)
    attempt, event = await till.pay()
    strangers = [line(attempt, event, number=f"X{n}", provider_number=f"x{n}") for n in range(1200)]
    till.provider.bills[DAY] = (line(attempt, event), *strangers)
    with counted(store) as asked:
        await store.read(recording.other_days, "sandbox", DAY, till.provider.bills[DAY])
    assert len(asked) == 7
    assert (await till.run()).open == 1200
    stored = await store.read(lambda tx: len(tx.rows(select(DifferenceRow.id))))
    assert stored == 1200
