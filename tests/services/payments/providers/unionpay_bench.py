"""UnionPay's provider and the fake gateway over HTTP, with one payment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer

from services.payments.provider import StartRequest
from services.payments.providers.unionpay import Terms, UnionPay
from services.payments.providers.unionpay_signing import TEST_OWNER, Signer, Trust
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes.base import Notice
from tests.fakes.unionpay import KEYS, FakeUnionPay

NUMBER, REFUND = "A0000000000000000001", "R0000000000000000001"
HOOK = "https://shop.example/webhooks/payments/unionpay"
# Read once: reading a key checks it, which takes longer than a test.
SIGNER = Signer.from_pem(KEYS["merchant_key"], KEYS["merchant_cert"])


class Bench:
    """The provider and the fake with one payment of ¥19.99 that has 15 minutes."""

    def __init__(self, fake: FakeUnionPay, provider: UnionPay, clock: MovableClock) -> None:
        self.fake, self.provider, self.clock = fake, provider, clock
        self.attempt = Attempt(1, NUMBER, 1, "unionpay", Money(1999, "CNY"), "pending", None, clock.now(),
                               clock.now() + timedelta(minutes=15))

    async def open(self, channel: str = "") -> None:
        """The payer's browser posts the form; the shop keeps what it was told."""
        self.attempt = replace(self.attempt, channel=channel)
        started = await self.provider.start(request(self.attempt))
        assert started.form is not None and started.url is not None
        assert await self.fake.open(started.url, dict(started.form)) == 200
        self.attempt = replace(self.attempt, facts=started.facts)

    async def pay(self, amount: int | None = None) -> PaymentEvent:
        """Opened and paid, and the shop heard of it."""
        await self.open()
        await self.fake.pay(NUMBER, amount)
        (event,) = await self.read(self.fake.notices.pop())
        self.attempt = replace(self.attempt, facts={**self.attempt.facts, **event.facts})
        return event

    async def read(self, notice: Notice) -> tuple[PaymentEvent, ...]:
        return await self.provider.read_events(notice.headers, notice.body, self.clock.now())

    def refund(self, amount: int = 500, number: str = REFUND) -> Refund:
        return Refund(1, number, 1, self.attempt, Money(amount, "CNY"), "staff", "requested", self.clock.now())

    def sent(self, txn_type: str) -> list[dict[str, str]]:
        return [asked for asked in self.fake.asked if asked["txnType"] == txn_type]


def request(attempt: Attempt, title: str = "青粒优选 QL-1") -> StartRequest:
    return StartRequest(attempt, title, "zh", "https://shop.example/pay/token?lang=zh", HOOK)


@asynccontextmanager
async def opening(clock: MovableClock, *, qr: bool = False) -> AsyncIterator[Bench]:
    fake = FakeUnionPay(clock)
    fake.qr = qr
    app = web.Application()
    app.add_routes(fake.routes())
    async with TestServer(app) as server:
        chosen = fake.settings(str(server.make_url("")).rstrip("/"))
        provider = UnionPay(Terms(chosen.merchant_id, chosen.gateway, HOOK, qr), SIGNER,
                            Trust(KEYS["middle"], KEYS["root"], TEST_OWNER), clock)
        try:
            yield Bench(fake, provider, clock)
        finally:
            await provider.aclose()


def resigned(bench: Bench, **fields: str) -> Notice:
    """The first waiting notice, with other fields, signed by UnionPay."""
    notice = bench.fake.notices[0]
    known = {name: values[0] for name, values in parse_qs(notice.body.decode()).items()}
    signed = bench.fake.signed(known | fields, KEYS["unionpay_sign_key"], KEYS["unionpay_sign_cert"])
    return replace(notice, body=urlencode(signed).encode())
