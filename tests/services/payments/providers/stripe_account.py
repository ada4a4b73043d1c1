"""A Stripe account on this machine with the shop's side of it, and attempts to pay."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from aiohttp import web

from services.payments.provider import Started, StartRequest
from services.payments.providers.stripe import Stripe
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes.base import Notice
from tests.fakes.stripe import KEY, SECRET, FakeStripe

NUMBER, REFUND = "A1B2C3D4E5F6G7H8J9K0", "R1B2C3D4E5F6G7H8J9K0"


@dataclass
class Account:
    fake: FakeStripe
    shop: Stripe
    clock: MovableClock

    def attempt(self, amount: Money | None = None, *, number: str = NUMBER, minutes: int | None = 15,
                facts: Mapping[str, str] | None = None) -> Attempt:
        now = self.clock.now()
        ends = None if minutes is None else now + timedelta(minutes=minutes)
        return Attempt(1, number, 7, "stripe", amount or Money(1999, "USD"), "pending", None, now, ends,
                       facts=facts or {})

    async def start(self, attempt: Attempt, language: str = "en") -> tuple[Attempt, Started]:
        """The attempt as it is kept after the start, and what the provider said."""
        request = StartRequest(attempt, "Order QL-1", language, "https://shop.example/pay/abc",
                               "https://shop.example/webhooks/payments/stripe")
        started = await self.shop.start(request)
        facts = {**attempt.facts, **started.facts}
        return replace(attempt, url=started.url, fresh_until=started.fresh_until, facts=facts), started

    async def paid(self, attempt: Attempt | None = None) -> Attempt:
        """An attempt that was paid and whose facts are known."""
        opened, _ = await self.start(attempt or self.attempt())
        await self.fake.pay(opened.number)
        event, = await self.hear(self.fake.notices.pop())
        return replace(opened, facts={**opened.facts, **event.facts})

    def refund(self, attempt: Attempt, amount: int, number: str = REFUND) -> Refund:
        return Refund(1, number, 7, attempt, Money(amount, attempt.amount.currency), "staff", "requested",
                      self.clock.now())

    async def hear(self, notice: Notice) -> tuple[PaymentEvent, ...]:
        return await self.shop.read_events(notice.headers, notice.body, self.clock.now())

    async def hear_all(self) -> list[tuple[str, str, str]]:
        """(kind, status, number) of what the waiting notices say."""
        notices, self.fake.notices = self.fake.notices, []
        return [(event.kind, event.status, event.refund_number or event.number)
                for notice in notices for event in await self.hear(notice)]

    def asked(self, act: str) -> int:
        return sum(each == act for each, _ in self.fake.calls)


@asynccontextmanager
async def serving(fake: FakeStripe) -> AsyncIterator[str]:
    """The fake's address while it serves."""
    app = web.Application()
    app.add_routes(fake.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.base_url = f"http://{host}:{port}"
    yield fake.base_url
    await runner.cleanup()


@asynccontextmanager
async def account(clock: MovableClock, secret: str = SECRET, key: str = KEY) -> AsyncIterator[Account]:
    fake = FakeStripe(clock)
    async with serving(fake) as base_url:
        shop = Stripe(key, secret, clock, api_url=f"{base_url}/fake/stripe")
        yield Account(fake, shop, clock)
        await shop.aclose()
