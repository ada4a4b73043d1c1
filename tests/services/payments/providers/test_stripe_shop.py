"""A shop that sells in dollars and in yen by Stripe, from the order to the last refunded unit, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations

import pytest

from services.delivery import service as delivery
from services.delivery.types import Method, Zone
from services.orders import standing
from services.payments import attempts, checking, expiring, ledger, process, refunding
from services.payments.errors import BadSignature
from services.payments.events import apply_event
from services.payments.process import Payer
from services.payments.types import Attempt
from services.reconciliation import process as reconciliation
from services.shared.actors import SYSTEM, Actor
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.money import Money
from tests.fakes.base import Notice
from tests.services.orders import shop
from tests.services.orders.shop import TERMS
from tests.services.payments import money
from tests.services.payments.money import DESK
from tests.services.payments.providers.stripe_account import Account, account

PRICES = {"USD": Money(1999, "USD"), "JPY": Money(1001, "JPY")}


@dataclass
class Sale:
    """An order of one lamp with an attempt to pay it by Stripe."""

    store: Store
    stripe: Account
    actor: Actor
    order_id: int
    attempt: Attempt

    @property
    def providers(self) -> process.Providers:
        return {"stripe": self.stripe.shop}

    @property
    def number(self) -> str:
        return self.attempt.number

    async def deliver(self, *notices: Notice) -> list[str]:
        """What the notices come to, as the webhook applies them."""
        return [(await self.store.write(apply_event, event, notice.body)).word
                for notice in notices for event in await self.stripe.hear(notice)]

    async def deliver_all(self) -> list[str]:
        waiting, self.stripe.fake.notices = self.stripe.fake.notices, []
        return await self.deliver(*waiting)

    async def close(self) -> None:
        for job in await self.store.read(money.jobs, "payments.close"):
            await process.close(self.store, self.providers, job["attempt_id"])

    async def refund(self, amount: int) -> None:
        made = await self.store.write(
            refunding.give_back, DESK, self.order_id, Money(amount, self.attempt.amount.currency), "staff")
        for each in made:
            await process.send_refund(self.store, self.providers, each.id)

    async def stands(self) -> tuple[str, str, int, int]:
        order = await self.store.read(standing.read, self.order_id)
        return order.state, order.payment, order.paid.amount, order.refunded.amount

    async def is_sound(self) -> bool:
        return not await self.store.read(checking.violations)


def furnish(tx: Tx, price: Money) -> int:
    way = Method(f"post-{price.currency.lower()}", {"zh": "邮寄", "en": "Post"}, Money(0, price.currency), (2, 3))
    delivery.put_zone(tx, SYSTEM, Zone("near", {"zh": "境内", "en": "Mainland"}, ("beijing",), (way,)))
    return shop.put_product(tx, f"LAMP-{price.currency}", price, 40)


async def open_sale(store: Store, stripe: Account, actor: Actor, sku_id: int) -> Sale:
    placed = await shop.order_now(store, actor, sku_id)
    attempt = await start(store, stripe, actor, placed.order_id)
    return Sale(store, stripe, actor, placed.order_id, attempt)


async def start(store: Store, stripe: Account, actor: Actor, order_id: int) -> Attempt:
    payer = Payer("Order", "en", "https://shop.example/pay/abc", "https://shop.example/webhooks/payments")
    return await process.start(store, {"stripe": stripe.shop}, actor, order_id, "stripe", payer, TERMS)


@pytest.fixture
async def stripe(clock: MovableClock) -> AsyncIterator[Account]:
    async with account(clock) as opened:
        yield opened


@pytest.fixture(params=["USD", "JPY"])
async def sale(request: pytest.FixtureRequest, store: Store, stripe: Account) -> Sale:
    await shop.open_shop(store)
    sku_id = await store.write(furnish, PRICES[request.param])
    return await open_sale(store, stripe, await shop.buyer(store), sku_id)


async def test_paid_and_given_back_to_the_last_unit(sale: Sale) -> None:
    price = sale.attempt.amount.amount
    assert PRICES[sale.attempt.amount.currency] == sale.attempt.amount
    await sale.stripe.fake.pay(sale.number)
    notice, = sale.stripe.fake.notices
    assert await sale.deliver(notice, notice) == ["paid", "repeat"]
    assert await sale.stands() == ("placed", "paid", price, 0)
    sale.stripe.fake.notices.clear()
    for part in (333, 667, price - 1000):
        await sale.refund(part)
    assert await sale.stands() == ("placed", "refunded", price, price)
    assert (sale.stripe.fake.captured(sale.number), sale.stripe.fake.refunded(sale.number)) == (price, price)
    assert set(await sale.deliver_all()) == {"known", "repeat"}
    assert await sale.stands() == ("placed", "refunded", price, price)
    assert await sale.is_sound()


async def test_asking_alone_finishes_a_payment(sale: Sale, clock: MovableClock) -> None:
    assert await process.check(sale.store, sale.providers, sale.actor, sale.order_id) is None
    await sale.stripe.fake.pay(sale.number)
    clock.move(60)
    assert await process.poll(sale.store, sale.providers) == 1
    assert (await sale.stands())[:2] == ("placed", "paid")
    assert await sale.deliver_all() == ["repeat"]
    assert await sale.is_sound()


async def test_notices_of_one_payment_in_every_order(store: Store, stripe: Account) -> None:
    """A slow payment with a refund: two notices of its session, two of the refund."""
    await shop.open_shop(store)
    sku_id, actor = await store.write(furnish, PRICES["JPY"]), await shop.buyer(store)
    for order in permutations(range(4)):
        sale = await open_sale(store, stripe, actor, sku_id)
        stripe.fake.pay_slowly(sale.number)
        stripe.fake.end_slowly(sale.number)
        await process.ask(store, sale.providers, await store.read(attempts.require, sale.attempt.id))
        await sale.refund(100)
        assert len(stripe.fake.notices) == 4
        await sale.deliver(*(stripe.fake.notices[index] for index in order))
        stripe.fake.notices.clear()
        assert await sale.stands() == ("placed", "partly_refunded", 1001, 100), order
    assert await sale.is_sound()


async def test_an_order_that_runs_out_closes_its_page(sale: Sale, clock: MovableClock) -> None:
    clock.move(15 * 60)
    assert await sale.store.write(expiring.expire, sale.order_id)
    await sale.close()
    assert [each["status"] for each in sale.stripe.fake.sessions.values()] == ["expired"]
    assert await sale.stands() == ("cancelled", "unpaid", 0, 0)
    assert await sale.deliver_all() == ["repeat"]


async def test_who_was_faster_than_the_closing_has_paid(sale: Sale, clock: MovableClock) -> None:
    clock.move(15 * 60)
    await sale.store.write(expiring.expire, sale.order_id)
    await sale.stripe.fake.pay(sale.number)
    await sale.close()
    assert await sale.stands() == ("placed", "paid", sale.attempt.amount.amount, 0)
    assert await sale.deliver_all() == ["repeat"]
    assert await sale.is_sound()


async def test_a_failed_try_makes_room_for_another_which_a_late_success_does_not_break(sale: Sale) -> None:
    await sale.stripe.fake.fail(sale.number)
    assert await sale.deliver_all() == ["failed"]
    again = await start(sale.store, sale.stripe, sale.actor, sale.order_id)
    assert again.number != sale.number
    sale.stripe.fake.end_slowly(sale.number)
    assert await sale.deliver_all() == ["paid"]
    await sale.close()
    assert [each["status"] for each in sale.stripe.fake.sessions.values()] == ["complete", "expired"]
    assert await sale.is_sound()


async def test_a_refund_with_an_unknown_result_is_repeated_until_known(sale: Sale, clock: MovableClock) -> None:
    await sale.stripe.fake.pay(sale.number)
    await sale.deliver_all()
    sale.stripe.fake.faults.next("refund", "hang-after")
    await sale.refund(500)
    assert (await sale.stands())[3] == 0
    state = await sale.store.read(attempts.state, sale.actor, sale.order_id)
    clock.move(30)
    await process.send_refund(sale.store, sale.providers, state.refunds[0].id)
    assert (await sale.stands())[3] == 500
    assert sale.stripe.fake.refunded(sale.number) == 500
    assert set(await sale.deliver_all()) <= {"known", "repeat"}
    assert await sale.is_sound()


async def test_a_slow_refund_is_not_shown_as_done(sale: Sale) -> None:
    await sale.stripe.fake.pay(sale.number)
    await sale.deliver_all()
    sale.stripe.fake.slow_refunds = True
    await sale.refund(500)
    assert await sale.deliver_all() == []
    state = await sale.store.read(attempts.state, sale.actor, sale.order_id)
    assert [(each.status, each.amount.amount) for each in state.refunds] == [("pending", 500)]
    assert (await sale.stands())[3] == 0
    await sale.stripe.fake.finish_refund(state.refunds[0].number)
    assert await sale.deliver_all() == ["settled"]
    assert (await sale.stands())[3] == 500
    assert await sale.is_sound()


async def test_the_books_agree_with_the_bill_of_the_day(sale: Sale, clock: MovableClock) -> None:
    """A payment whose fee came with its notice, a refund, and a dispute that was won: its charge is the bill's news."""
    currency, price = sale.attempt.amount.currency, sale.attempt.amount.amount
    await sale.stripe.fake.pay(sale.number)
    await sale.deliver_all()
    await sale.refund(500)
    dispute = sale.stripe.fake.dispute(sale.number)
    assert await sale.deliver_all() == ["known", "repeat", "disputed", "repeat"]
    assert (await sale.store.read(standing.read, sale.order_id)).hold_reason == "dispute"
    sale.stripe.fake.decide(dispute, "won")
    await sale.deliver_all()
    clock.move(24 * 3600)
    for _ in range(2):
        run = await reconciliation.reconcile(sale.store, sale.stripe.shop, date(2026, 11, 24))
        assert (run.lines, run.entries, run.matched, run.open) == (2, 2, 2, 0)
    taken = price * 29 // 1000 + 30 + 1500
    assert (await sale.store.read(ledger.balances))["fees"] == (Money(taken, currency),)
    await sale.stripe.fake.console_refund(sale.number, 7)
    clock.move(24 * 3600)
    run = await reconciliation.reconcile(sale.store, sale.stripe.shop, date(2026, 11, 25))
    assert (run.lines, run.entries, run.matched, run.open) == (1, 0, 0, 1)
    assert await sale.is_sound()


async def test_forged_notices_store_nothing(sale: Sale) -> None:
    await sale.stripe.fake.pay(sale.number)
    notice, = sale.stripe.fake.notices
    for forged in (sale.stripe.fake.forge(notice), replace(notice, body=notice.body.replace(b"paid", b"Paid"))):
        with pytest.raises(BadSignature):
            await sale.deliver(forged)
    assert await sale.stands() == ("placed", "unpaid", 0, 0)
