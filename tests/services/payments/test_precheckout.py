"""The last question before money moves in the chat, reason by reason, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from services.customers import service as customers
from services.orders import standing
from services.payments import precheckout, receiving, repository
from services.payments.errors import InvoiceRefused
from services.payments.types import Attempt
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotFound
from services.shared.money import Money
from tests.services.orders import shop

PAYER = 1001


@dataclass
class Asked:
    """An order of two codes for 100 Stars with an open invoice."""

    store: Store
    order_id: int
    attempt: Attempt

    async def why_not(
        self, query: str = "q1", payer: int = PAYER, number: str = "", amount: Money | None = None
    ) -> str:
        """The reason of a no; "" for a yes."""
        try:
            await self.store.write(precheckout.approve, query, payer, number or self.attempt.number,
                                   amount or self.attempt.amount)
        except InvoiceRefused as refusal:
            return str(refusal.facts["reason"])
        return ""


async def ask(store: Store) -> Asked:
    await shop.open_shop(store)
    sku_id = await store.write(shop.put_product, "GAME", Money(50, "XTR"), 10, "digital")
    placed = await shop.order_now(store, await shop.buyer(store, PAYER), sku_id, 2)

    def add(tx: Tx) -> Attempt:
        order = standing.read(tx, placed.order_id)
        return repository.add_attempt(tx, placed.order_id, "stars", order.total, order.expires_at, None)

    return Asked(store, placed.order_id, await store.write(add))


async def test_everything_must_be_as_it_was_asked(any_store: Store) -> None:
    asked = await ask(any_store)
    await shop.buyer(any_store, 2002)
    assert await asked.why_not(number="NOBODYS00000000000X") == "unknown"
    assert await asked.why_not(amount=Money(100, "USD")) == "unknown"
    assert await asked.why_not(payer=2002) == await asked.why_not(payer=0) == "not-yours"
    for amount in (99, 101, 1, 10_000):
        assert await asked.why_not(amount=Money(amount, "XTR")) == "changed"
    assert await asked.why_not() == ""


async def test_an_invoice_that_is_not_the_newest_or_not_for_all_that_is_due_is_out_of_date(store: Store) -> None:
    asked = await ask(store)

    def again(tx: Tx) -> Attempt:
        return repository.add_attempt(tx, asked.order_id, "stars", asked.attempt.amount, None, None)

    newer = await store.write(again)
    assert await asked.why_not() == "changed"
    assert await asked.why_not(number=newer.number) == ""

    def part(tx: Tx) -> str:
        order = standing.lock(tx, asked.order_id)
        return receiving.receive(tx, SYSTEM, order, newer, Money(40, "XTR"), "part", in_parts=True)

    assert await store.write(part) == "part"
    assert await asked.why_not("q2", number=newer.number) == "changed"


async def test_the_same_question_has_the_same_answer_and_another_one_waits(store: Store, clock: MovableClock) -> None:
    asked = await ask(store)
    assert await asked.why_not("q1") == await asked.why_not("q1") == ""
    assert await asked.why_not("q2") == "under-way"
    clock.move(precheckout.UNDER_WAY.total_seconds() - 0.001)
    assert await asked.why_not("q2") == "under-way"
    clock.move(0.001)
    assert await asked.why_not("q2") == ""


async def test_of_many_at_once_one_hears_yes(any_store: Store) -> None:
    asked = await ask(any_store)
    answers = await asyncio.gather(*(asked.why_not(f"q{n}") for n in range(8)))
    assert sorted(answers) == ["", *["under-way"] * 7]


async def test_time_is_given_once_and_never_taken(store: Store, clock: MovableClock) -> None:
    asked = await ask(store)
    first = (await store.read(standing.read, asked.order_id)).expires_at
    assert first is not None and await asked.why_not("q1") == ""
    assert (await store.read(standing.read, asked.order_id)).expires_at == first
    clock.move((first - clock.now()).total_seconds())
    assert await asked.why_not("q2") == "over"


async def test_who_ordered_finds_the_order_behind_an_invoice_and_nobody_else(store: Store) -> None:
    asked = await ask(store)
    owner, other = await shop.buyer(store, PAYER, at_home=False), await shop.buyer(store, 2002)
    assert await store.read(precheckout.order_behind, owner, asked.attempt.number) == asked.order_id
    for actor, number in ((other, asked.attempt.number), (owner, "NOBODYS00000000000X")):
        with pytest.raises(NotFound):
            await store.read(precheckout.order_behind, actor, number)
    assert (await store.read(customers.require, owner.id)).telegram_id == PAYER
