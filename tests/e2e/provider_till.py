"""A running shop beside all fake providers, and an order on its way through the chat to one of them."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.demo.emulator.driver import User
from bot.demo.emulator.limits import Limits
from bot.demo.house import House, opened
from services.cart import service as cart
from services.invariants import violations
from services.inventory import service as inventory
from services.orders import standing
from services.outbox.models import JobRow
from services.payments import attempts, process, refunding, repository
from services.payments.models import PaymentEventRow
from services.payments.types import Attempt, PaymentState
from services.shared.actors import SYSTEM, customer, staff
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.staff.types import ORDER_DESK
from tests.conftest import START
from tests.e2e import shopping
from tests.e2e.purchase import ZH, pay_page, tap
from tests.e2e.shopping import FILTER
from tests.fakes.base import Fake
from tests.fakes.cryptopay import FakeCryptoPay
from tests.fakes.street import CODES, FAKES, served
from tests.fakes.unionpay import FakeUnionPay
from tests.handlers.running import staffed
from tests.ports import free_port

LABELS = {"wechat": "微信支付", "alipay": "支付宝", "unionpay": "银联", "stripe": "Stripe", "cryptopay": "Crypto Pay",
          "sandbox": "模拟支付"}
# Who cannot give money back: people do.
BY_HAND = {"cryptopay"}
_LEADS = re.compile(r'(?:url=|href=")(http[^"]*/fake/[^"]*)"')
_FORM = re.compile(r'<form method="post" action="(http[^"]*/fake/[^"]*)"')
_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
DESK = staff(42, "小王", ORDER_DESK)
EVENTS, JOBS = PaymentEventRow.__table__, JobRow.__table__


@dataclass
class Street:
    """The shop and the providers around it."""

    house: House
    fakes: dict[str, Fake]
    person: User

    @property
    def store(self) -> Store:
        return self.house.application.shop.store

    async def pass_time(self, seconds: float) -> None:
        """Moves the clock and does what became due, until nothing more is."""
        self.house.clock.move(seconds)
        await self.settle()

    async def settle(self) -> None:
        due = select(func.count()).where(JOBS.c.state == "waiting", JOBS.c.due_at <= self.house.clock.now())
        async with asyncio.timeout(10):
            while True:
                await self.house.application.worker.round()
                await self.house.emulator.idle(quiet=0.02)
                if not await self.store.read(lambda tx: tx.scalar(due)):
                    return

    async def assert_sound(self, allow: tuple[str, ...] = ()) -> None:
        """What `python -m bot check` looks at holds, and the chat did nothing that Telegram refuses."""
        await self.settle()
        self.house.emulator.assert_clean(allow)
        assert await self.store.read(violations) == []


@asynccontextmanager
async def opened_street(seeded: Path, folder: Path) -> AsyncIterator[Street]:
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    clock = MovableClock(at=START)
    fakes = {kind.code: kind(clock) for kind in FAKES}
    async with served(fakes.values()) as url:
        providers = {code: fake.settings(url) for code, fake in fakes.items()}
        async with opened(folder, "127.0.0.1", free_port(), clock, limits=Limits(flood=False), providers=providers,
                          payment_methods=("sandbox", *CODES)) as house:
            crypto = fakes["cryptopay"]
            assert isinstance(crypto, FakeCryptoPay)
            # Where its notices go is set in the app, not told with each order.
            crypto.endpoint = f"{house.url}/webhooks/payments/cryptopay"
            await staffed(house)
            person = await shopping.arrive(house)
            await house.application.shop.store.write(
                lambda tx: inventory.adjust(tx, SYSTEM, shopping.sku(tx, FILTER), 1000, "count"))
            yield Street(house, fakes, person)


@dataclass
class Till:
    """The street with one provider in view, and the newest order that was placed for it."""

    street: Street
    fake: Fake
    order_id: int = 0

    @property
    def house(self) -> House:
        return self.street.house

    @property
    def person(self) -> User:
        return self.street.person

    @property
    def code(self) -> str:
        return self.fake.code

    async def to_checkout(self, pieces: int = 1) -> None:
        def fill(tx: Tx) -> None:
            person, filters = shopping.actor(tx, self.person.id), shopping.sku(tx, FILTER)
            if not cart.holds(tx, [filters]):
                cart.add(tx, person, filters)
            cart.put(tx, person, filters, pieces)

        await self.street.store.write(fill)
        await shopping.check_out(self.person)

    async def choose(self, code: str) -> None:
        """At the checkout: pays by that method."""
        # Something may have been told below it.
        screen = await self.person.expect("确认订单")
        [present] = [label for label in screen.labels if label.endswith("▾")]
        if LABELS[code] not in present:
            await tap(self.person, "▾")
            await self.person.expect("怎么付")
            await tap(self.person, re.escape(LABELS[code]))
            await self.person.expect("确认订单")

    async def order(self, pieces: int = 1) -> Attempt:
        """A new order at its pay screen, opened in the payer's browser where the provider waits for that."""
        await self.to_checkout(pieces)
        await self.choose(self.code)
        await tap(self.person, ZH.place)
        await self.person.expect("待支付")
        self.order_id = await shopping.order_id(self.house)
        return await self.open_in_browser()

    async def open_in_browser(self) -> Attempt:
        attempt = await self.attempt()
        if isinstance(self.fake, FakeUnionPay):
            assert attempt.url is not None and attempt.form is not None
            assert await self.fake.open(attempt.url, dict(attempt.form)) == 200
        return attempt

    async def paid_order(self, pieces: int = 1) -> Attempt:
        attempt = await self.order(pieces)
        await self.fake.pay(attempt.number)
        await self.deliver()
        await self.person.expect("支付成功")
        return attempt

    async def switch(self, code: str) -> None:
        """At the pay screen: pays another way."""
        await tap(self.person, "🔁 换支付方式")
        await self.person.expect("怎么付")
        await tap(self.person, re.escape(LABELS[code]))
        await self.person.expect("待支付")

    async def deliver(self) -> None:
        """The provider sends what waits; the shop takes all of it."""
        self.person.mark()
        await self.hand_over()

    async def hand_over(self) -> None:
        """The same, for somebody who has been looking at the chat for longer."""
        statuses = await self.fake.deliver_all()
        assert statuses and set(statuses) == {200}, statuses

    async def attempt(self) -> Attempt:
        state = await self.state()
        assert state.attempt is not None
        return state.attempt

    async def state(self) -> PaymentState:
        order = await self.street.store.read(standing.read, self.order_id)
        return await self.street.store.read(attempts.state, customer(order.customer_id), self.order_id)

    async def standing(self) -> tuple[str, str, int, int]:
        """(order state, payment state, paid, refunded)."""
        order = await self.street.store.read(standing.read, self.order_id)
        return order.state, order.payment, order.paid.amount, order.refunded.amount

    async def number(self) -> str:
        return (await self.street.store.read(standing.read, self.order_id)).number

    async def events(self) -> list[str]:
        """The outcomes of all that providers told about the order."""
        def read(tx: Tx) -> list[str]:
            tried = [each.id for each in repository.attempts(tx, self.order_id)]
            found = select(EVENTS.c.outcome).where(EVENTS.c.attempt_id.in_(tried)).order_by(EVENTS.c.id)
            return [row.outcome for row in tx.rows(found)]

        return await self.street.store.read(read)

    @asynccontextmanager
    async def sold_out(self) -> AsyncIterator[None]:
        """Inside this block all the goods are gone."""
        left = await shopping.available(self.house)

        async def count(pieces: int) -> None:
            await self.street.store.write(
                lambda tx: inventory.adjust(tx, SYSTEM, shopping.sku(tx, FILTER), pieces, "count"))

        await count(-left)
        try:
            yield
        finally:
            await count(left)

    async def refund(self, amount: int) -> None:
        """A member of staff gives money back, and the provider is told."""
        order = await self.street.store.read(standing.read, self.order_id)
        money = type(order.total)(amount, order.total.currency)
        self.person.mark()
        await self.street.store.write(refunding.refund_by_staff, DESK, self.order_id, money)
        await self.street.settle()

    async def refunds(self) -> list[tuple[int, str]]:
        """(amount, status) of the order's refunds."""
        return [(each.amount.amount, each.status) for each in (await self.state()).refunds]

    async def assert_given_back(self, number: str, amount: int) -> None:
        """All of it went back by itself, or is left to people where the provider cannot."""
        if self.code in BY_HAND:
            assert await self.refunds() == [(amount, "manual")]
            return
        if self.fake.notices:
            await self.deliver()
        assert self.fake.refunded(number) == amount
        assert await self.refunds() == [(amount, "succeeded")]

    async def poll(self) -> int:
        return await process.poll(self.street.store, self.house.application.shop.providers)

    @property
    def page(self) -> str:
        return pay_page(self.person)


async def go_on(browser: aiohttp.ClientSession, text: str) -> None:
    """What the browser does with a page that leads to a provider: follows it, or posts its form."""
    if action := _FORM.search(text):
        fields = {name: html.unescape(value) for name, value in _FIELD.findall(text)}
        request = browser.post(html.unescape(action[1]), data=fields)
    else:
        found = _LEADS.search(text)
        assert found is not None
        request = browser.get(html.unescape(found[1]))
    async with request as page:
        assert page.status == 200


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    async with opened_street(seeded, tmp_path_factory.mktemp("street") / "house") as found:
        yield found


@pytest.fixture(scope="module", params=CODES)
def code(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def till(street: Street, code: str) -> Till:
    for fake in street.fakes.values():
        fake.notices.clear()
        fake.faults.waiting.clear()
    # What went wrong in the test before is that test's matter.
    street.house.emulator.world.journal.problems.clear()
    street.house.emulator.world.queries.clear()
    return Till(street, street.fakes[code])
