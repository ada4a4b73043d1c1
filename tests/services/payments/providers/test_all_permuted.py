"""Notices in every order of arrival: whatever comes first, the same stands at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.orders import standing
from services.payments import attempts, process, refunding, repository
from services.payments.checking import violations
from services.payments.errors import TooEarly
from services.payments.events import apply_event
from services.payments.types import PaymentEvent
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from tests.fakes.street import CODES, REFUNDING, able
from tests.services.orders.shop import TERMS, yuan
from tests.services.payments import money
from tests.services.payments.money import DESK
from tests.services.payments.providers.bench import Bench, Sale, opened_bench

# (order and payment state, paid, refunded), statuses of attempts, (amount, status) of refunds
End = tuple[tuple[str, str, int, int], list[str], list[tuple[int, str]]]


class Undo(Exception):
    def __init__(self, end: End) -> None:
        self.end = end


@pytest.fixture(params=CODES)
def code(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def bench(code: str, store: Store, clock: MovableClock) -> AsyncIterator[Bench]:
    async with opened_bench(store, clock, code) as opened:
        yield opened


def end_of(tx: Tx, order_id: int) -> End:
    order = standing.read(tx, order_id)
    refunds = [(each.amount.amount, each.status) for each in repository.refunds(tx, order_id)]
    assert violations(tx) == []
    return (
        (order.state, order.payment, order.paid.amount, order.refunded.amount),
        sorted(each.status for each in repository.attempts(tx, order_id)), sorted(refunds),
    )


async def ends(sale: Sale, notices: Sequence[Sequence[PaymentEvent]]) -> list[End]:
    """Where each order of arrival of notices (each with its events) leads to; nothing of it is kept."""

    def arrive(tx: Tx, order: Sequence[Sequence[PaymentEvent]]) -> None:
        for notice in order:
            take(tx, notice)
        # What was refused for now comes again.
        for notice in order:
            assert take(tx, notice)
        raise Undo(end_of(tx, sale.order_id))

    def take(tx: Tx, notice: Sequence[PaymentEvent]) -> bool:
        for event in notice:
            try:
                with tx.savepoint():
                    apply_event(tx, event, b"as it came")
            except TooEarly:
                return False
        return True

    found = []
    for order in permutations(notices):
        with pytest.raises(Undo) as undone:
            await sale.bench.store.write(arrive, order)
        found.append(undone.value.end)
    return found


async def heard(bench: Bench) -> list[tuple[PaymentEvent, ...]]:
    """The events of each notice that waits; some say nothing of use."""
    return [found for notice in bench.fake.notices if (found := await bench.events(notice))]


async def told_of_refunds(bench: Bench) -> list[tuple[PaymentEvent, ...]]:
    """The notice of the payment, and for each refund the first that tells of it."""
    payment, *others = await heard(bench)
    seen: set[str] = set()
    first = []
    for notice in others:
        names = {event.provider_payment_id for event in notice if event.kind == "refund"}
        if names - seen:
            first.append(notice)
        seen |= names
    assert len(seen) == 3
    return [payment, *first]


async def test_a_notice_its_repetition_and_answers_to_questions(bench: Bench) -> None:
    sale = await bench.order()
    attempt = await sale.start()
    await bench.fake.pay(attempt.number)
    asked = await bench.provider.query(attempt)
    [told] = await heard(bench)
    found = await ends(sale, [told, told, [asked], [asked]])
    assert found == [(("placed", "paid", 39800, 0), ["succeeded"], [])] * 24


async def test_two_payments_by_two_methods(bench: Bench) -> None:
    """Which one goes back depends on who was first; that one of them does, on nothing."""
    sale = await bench.order()
    first = await sale.start()
    await bench.fake.pay(first.number)
    other = await bench.store.write(attempts.open_attempt, sale.actor, sale.order_id, "sandbox",
                                    money.ways("sandbox"), TERMS)
    [told] = await heard(bench)
    asked = await bench.provider.query(first)
    found = await ends(sale, [told, [asked], [money.event(other)], [money.event(other, "failed")]])
    end = (("placed", "paid", 79600, 0), ["succeeded", "succeeded"], [(39800, "requested")])
    assert found == [end] * 24


@pytest.mark.parametrize("code", REFUNDING)
async def test_our_own_refunds_whose_results_are_unknown(bench: Bench) -> None:
    sale = await bench.order()
    await sale.paid()
    for amount in (1, 1, 250):
        (refund,) = await bench.store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(amount))
        bench.fake.faults.next("refund", "hang-after")
        await process.send_refund(bench.store, bench.providers, refund.id)
    notices = await told_of_refunds(bench)
    found = await ends(sale, notices)
    assert len(found) in (6, 24), "Stripe tells of several at once"
    end = (("placed", "partly_refunded", 39800, 25200), ["succeeded"],
           [(100, "succeeded"), (100, "succeeded"), (25000, "succeeded")])
    assert found == [end] * len(found)


@pytest.mark.parametrize("code", able("console-refund-notice"))
async def test_refunds_of_the_console_and_the_payment_itself(bench: Bench) -> None:
    sale = await bench.order()
    attempt = await sale.start()
    await bench.fake.pay(attempt.number)
    for amount in (100, 100, 250):
        await bench.fake.console_refund(attempt.number, amount)
    notices = await told_of_refunds(bench)
    found = await ends(sale, notices)
    assert len(found) in (6, 24), "Stripe tells of several at once"
    end = (("placed", "paid", 39800, 0), ["succeeded"], [(100, "external"), (100, "external"), (250, "external")])
    assert found == [end] * len(found)


async def test_without_the_memory_of_events_the_books_are_what_is_left(bench: Bench, monkeypatch: Any) -> None:
    """Two guards make it so; without the first, a payment that is told twice stops at the second."""
    sale = await bench.order()
    attempt = await sale.start()
    await bench.fake.pay(attempt.number)
    [told] = await heard(bench)
    monkeypatch.setattr(repository, "set_raw", lambda *_: None)
    monkeypatch.setattr(repository, "add_event", lambda *_: 0)
    with pytest.raises(IntegrityError):
        await ends(sale, [told, told])
