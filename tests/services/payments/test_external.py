"""Refunds made in a provider's console: they wait for a person, take their part of the money, and count once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from services.invariants import violations
from services.payments import attempts, external, external_repository, ledger, process, refunding, repository
from services.payments.errors import AlreadyDecided, NotManual, RefundTooLarge
from services.payments.events import apply_event
from services.payments.provider import RefundResult
from services.payments.types import PaymentEvent, Refund
from services.shared.actors import staff
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotAllowed
from services.shared.money import Money
from services.staff.models import AuditEntryRow
from services.staff.types import ROLES
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, event

LI = staff(43, "Li", ROLES["finance"])


async def paid_sale(store: Store) -> money.Sale:
    sale = await money.open_sale(store)
    await store.write(apply_event, event(sale.attempt))
    return sale


def told(sale: money.Sale, amount: int = 100, status: str = "succeeded", **facts: Any) -> PaymentEvent:
    """What the provider says of a refund of its console."""
    names = {"kind": "refund", "provider_payment_id": "rf_console", "refund_number": "CONSOLE1"}
    return event(sale.attempt, status, amount=yuan(amount), **(names | facts))


async def only(sale: money.Sale) -> Refund:
    (refund,) = await sale.store.read(repository.refunds, sale.order_id)
    return refund


async def ask(sale: money.Sale, amount: int) -> Refund:
    return (await sale.store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(amount)))[0]


async def send(sale: money.Sale, refund: Refund) -> None:
    await process.send_refund(sale.store, {"sandbox": sale.provider}, refund.id)


async def test_it_waits_for_a_person_and_its_money_goes_back_only_once(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    assert (await any_store.write(apply_event, told(sale))).word == "external"
    refund = await only(sale)
    assert (refund.status, refund.reason, refund.reference, refund.amount) == (
        "external", "external", "rf_console", yuan(100))
    # Nothing is booked, nobody is told that money is back, and it cannot be given back again.
    assert (await any_store.read(attempts.state, sale.actor, sale.order_id)).told_refunds == ()
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(money.waiting, "payments.tell-refunded") == 0
    assert await any_store.read(money.jobs, "payments.external-refund") == [{"refund_id": refund.id}]
    with pytest.raises(RefundTooLarge) as refused:
        await ask(sale, 299)
    assert refused.value.facts == {"left": yuan(298)}
    # The provider is never asked to do what it did.
    await send(sale, refund)
    assert [what for what, _ in sale.provider.calls] == ["start"]
    assert await any_store.read(violations) == []


async def test_booked_by_one_of_two_it_is_in_the_ledger_and_the_customer_is_told(
    any_store: Store, clock: MovableClock
) -> None:
    sale = await paid_sale(any_store)
    await any_store.write(apply_event, told(sale, fee=Money(-60, "CNY")))
    refund = await only(sale)
    clock.move(20 * 24 * 3600)
    both = (any_store.write(external.book, who, refund.id) for who in (DESK, LI))
    results = await asyncio.gather(*both, return_exceptions=True)
    (refused,) = [each for each in results if isinstance(each, AlreadyDecided)]
    assert refused.facts in ({"by": "小王"}, {"by": "Li"})
    assert await money.standing_of(sale) == ("placed", "partly_refunded", 39800, 10000)
    assert await any_store.read(money.jobs, "payments.tell-refunded") == [{"refund_id": refund.id}]
    assert len((await any_store.read(attempts.state, sale.actor, sale.order_id)).told_refunds) == 1
    (booked,) = await any_store.read(ledger.named, "sandbox", [], ["rf_console"])
    assert (booked.kind, booked.amount, booked.number) == ("refund", yuan(100), refund.number)
    # It moved when it was heard of, not when somebody came to book it.
    assert (booked.moved_at, booked.at - booked.moved_at) == (refund.created_at, timedelta(days=20))
    acts = await any_store.read(lambda tx: [row.act for row in tx.rows(select(AuditEntryRow.act))])
    assert acts == ["payments.book-refund"]
    with pytest.raises(AlreadyDecided):
        await any_store.write(external.ignore, LI, refund.id, "late")
    assert await any_store.read(violations) == []


async def test_not_the_shop_s_it_frees_its_money_and_says_why(store: Store) -> None:
    sale = await paid_sale(store)
    await store.write(apply_event, told(sale))
    refund = await only(sale)
    for nothing in ("", "  ", "x" * 301):
        with pytest.raises(InvalidInput):
            await store.write(external.ignore, LI, refund.id, nothing)
    done = await store.write(external.ignore, LI, refund.id, " booked as\na transfer ")
    assert (done.status, done.note, done.settled_by) == ("failed", "booked as a transfer", "Li")
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert (await ask(sale, 398)).amount == yuan(398)
    # What was decided stays so, whatever the provider says afterwards.
    assert (await store.write(apply_event, told(sale, status="failed"))).word == "known"
    assert await store.read(violations) == []


@pytest.mark.parametrize("act", ["book", "ignore"])
async def test_who_may_not_refund_decides_nothing(store: Store, act: str) -> None:
    sale = await paid_sale(store)
    await store.write(apply_event, told(sale))
    refund, support = await only(sale), staff(44, "Su", ROLES["support"])
    with pytest.raises(NotAllowed):
        await store.write(getattr(external, act), support, refund.id, *["why"] * (act == "ignore"))


async def test_one_under_way_is_not_shown_as_done_and_cannot_be_booked(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    assert (await any_store.write(apply_event, told(sale, status="pending"))).word == "external"
    refund = await only(sale)
    assert refund.status == "pending"
    with pytest.raises(NotManual):
        await any_store.write(external.book, DESK, refund.id)
    await send(sale, refund)
    assert [what for what, _ in sale.provider.calls] == ["start"]
    assert (await any_store.write(apply_event, told(sale))).word == "external"
    assert (await only(sale)).status == "external"
    await any_store.write(external.book, DESK, refund.id)
    assert await money.standing_of(sale) == ("placed", "partly_refunded", 39800, 10000)


async def test_our_own_refund_under_way_is_not_shown_as_done_either(store: Store) -> None:
    sale = await paid_sale(store)
    refund = await ask(sale, 100)
    under_way = told(sale, status="pending", refund_number=refund.number, provider_payment_id="rf_1")
    assert (await store.write(apply_event, under_way)).word == "known"
    assert await money.refunds(sale) == [(10000, "staff", "pending")]
    assert await store.read(money.waiting, "payments.tell-refunded") == 0
    done = told(sale, refund_number=refund.number, provider_payment_id="rf_1")
    assert (await store.write(apply_event, done)).word == "settled"
    late = told(sale, status="pending", refund_number=refund.number, provider_payment_id="rf_2")
    assert (await store.write(apply_event, late)).word == "known"
    assert await money.refunds(sale) == [(10000, "staff", "succeeded")]


async def test_its_news_in_any_order_end_the_same(store: Store) -> None:
    sale = await paid_sale(store)
    for number, order in enumerate(permutations(("pending", "failed", "succeeded"))):
        for status in order:
            await store.write(apply_event, told(sale, 1, status, provider_payment_id=f"rf{number}"))
    assert await money.refunds(sale) == [(100, "external", "external")] * 6
    assert await store.read(violations) == []


@pytest.mark.parametrize("facts", [{"amount": 399}, {"amount": 398, "refund_number": ""}])
async def test_more_than_is_left_makes_a_card_and_no_row(store: Store, facts: dict[str, Any]) -> None:
    sale = await paid_sale(store)
    refund = await ask(sale, 50)
    sale.provider.refund_result = RefundResult("pending", "rf_1")
    await send(sale, refund)
    assert (await store.write(apply_event, told(sale, **facts))).word == "foreign-refund"
    assert len(await store.read(repository.refunds, sale.order_id)) == 1
    assert await store.read(money.waiting, "payments.foreign-refund") == 1


async def test_another_currency_makes_a_card_and_no_row(store: Store) -> None:
    sale = await paid_sale(store)
    dollars = event(sale.attempt, kind="refund", provider_payment_id="x", amount=Money(1, "USD"))
    assert (await store.write(apply_event, dollars)).word == "foreign-refund"
    assert await money.refunds(sale) == []


# Our own refund and its echo, and one of the console, at the same moment.


async def same_moment(sale: money.Sale, notices: list[PaymentEvent]) -> list[tuple[int, str, str]]:
    refund = await ask(sale, 100)
    sale.provider.refund_result = RefundResult("succeeded", "rf_1")
    named = [event(sale.attempt, kind="refund", provider_payment_id="rf_1", amount=yuan(100), event_id=f"echo{n}",
                   refund_number=refund.number) if each is ECHO else each for n, each in enumerate(notices)]
    await asyncio.gather(send(sale, refund), *(sale.store.write(apply_event, each) for each in named))
    return sorted(await money.refunds(sale))


ECHO: Any = object()


@pytest.mark.parametrize("echoes", [1, 4])
async def test_our_refund_and_its_echoes_at_the_same_moment_are_one_row(any_store: Store, echoes: int) -> None:
    sale = await paid_sale(any_store)
    assert await same_moment(sale, [ECHO] * echoes) == [(10000, "staff", "succeeded")]
    assert await money.standing_of(sale) == ("placed", "partly_refunded", 39800, 10000)
    assert await any_store.read(money.waiting, "payments.external-refund") == 0
    assert await any_store.read(violations) == []


async def test_our_refund_and_the_console_s_of_the_same_amount_are_two(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    twice = [ECHO, told(sale), told(sale)]
    assert await same_moment(sale, twice) == [(10000, "external", "external"), (10000, "staff", "succeeded")]
    assert await any_store.read(violations) == []


async def test_without_its_guards_the_console_s_notice_twice_would_be_two_rows(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await paid_sale(any_store)
    monkeypatch.setattr(repository, "add_event", lambda tx, event, attempt_id: 0)
    monkeypatch.setattr(repository, "refund_behind", lambda tx, event, order_id, attempt_id: None)
    await asyncio.gather(*(any_store.write(apply_event, told(sale)) for _ in range(2)))
    assert await money.refunds(sale) == [(10000, "external", "external")] * 2


async def test_the_row_alone_is_a_guard_too(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = await paid_sale(any_store)
    monkeypatch.setattr(repository, "add_event", lambda tx, event, attempt_id: 0)
    await asyncio.gather(*(any_store.write(apply_event, told(sale)) for _ in range(5)))
    assert await money.refunds(sale) == [(10000, "external", "external")]


# A provider that repeats no number of ours: only the amount speaks, until its answer comes.


def bare(sale: money.Sale, name: str, status: str = "succeeded") -> PaymentEvent:
    return event(sale.attempt, status, kind="refund", provider_payment_id=name, amount=yuan(100))


async def test_an_echo_without_our_number_is_ours(store: Store) -> None:
    sale = await paid_sale(store)
    refund = await ask(sale, 100)
    assert (await store.write(apply_event, bare(sale, "rf_1"))).word == "assumed"
    sale.provider.refund_result = RefundResult("succeeded", "rf_1")
    await store.write(refunding.note_sent, refund.id, "succeeded", "rf_1")
    assert await money.refunds(sale) == [(10000, "staff", "succeeded")]
    assert await store.read(violations) == []


async def test_the_answer_tells_whether_the_console_s_was_taken_for_ours(any_store: Store) -> None:
    sale = await paid_sale(any_store)
    refund = await ask(sale, 100)
    await any_store.write(apply_event, bare(sale, "rf_console"))
    await any_store.write(refunding.note_sent, refund.id, "succeeded", "rf_1")
    await any_store.write(apply_event, bare(sale, "rf_1"))
    rows = [(each.reason, each.status, each.reference) for each in await any_store.read(
        repository.refunds, sale.order_id)]
    assert rows == [("staff", "succeeded", "rf_1"), ("external", "external", "rf_console")]
    assert await money.standing_of(sale) == ("placed", "partly_refunded", 39800, 10000)
    assert await any_store.read(violations) == []


@pytest.mark.parametrize(("told_so_far", "then"), [
    (["pending"], "pending"), (["pending", "succeeded"], "external"), (["failed"], None), (["pending", "failed"], None),
])
async def test_what_was_told_of_the_other_one_stays_true_of_it(
    store: Store, told_so_far: list[str], then: str | None
) -> None:
    sale = await paid_sale(store)
    refund = await ask(sale, 100)
    for status in told_so_far:
        await store.write(apply_event, bare(sale, "rf_console", status))
    await store.write(refunding.note_sent, refund.id, "succeeded", "rf_1")
    others = [(10000, "external", then)] if then else []
    assert await money.refunds(sale) == [(10000, "staff", "succeeded"), *others]
    assert (await money.standing_of(sale))[3] == 10000
    assert await store.read(violations) == []


async def test_what_the_console_did_in_place_of_ours_counts_once(store: Store) -> None:
    """Ours was refused since the console had given the money back: the same amount has gone, once."""
    sale = await paid_sale(store)
    refund = await ask(sale, 100)
    await store.write(apply_event, bare(sale, "rf_console"))
    await store.write(refunding.note_sent, refund.id, "failed", "rf_1")
    assert await money.refunds(sale) == [(10000, "staff", "succeeded")]
    assert (await only(sale)).reference == "rf_console"
    assert await store.read(violations) == []


async def test_without_that_look_the_console_s_would_be_lost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = await paid_sale(store)
    monkeypatch.setattr(external_repository, "was_assumed", lambda tx, refund: False)
    refund = await ask(sale, 100)
    await store.write(apply_event, bare(sale, "rf_console"))
    await store.write(refunding.note_sent, refund.id, "succeeded", "rf_1")
    assert await money.refunds(sale) == [(10000, "staff", "succeeded")]
