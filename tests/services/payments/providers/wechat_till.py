"""The shop's side of WeChat Pay against the fake one, over HTTP, with an attempt to pay ¥19.99."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from services.payments.errors import BadSignature
from services.payments.provider import StartRequest
from services.payments.providers.wechat import Wechat
from services.payments.providers.wechat_api import Api, Secrets
from services.payments.providers.wechat_signing import Merchant
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes.wechat import FakeWechat
from tests.fakes.wechat_keys import APIV3_KEY, APPID, MCHID, MERCHANT_SERIAL, PUBLIC_KEY_ID, private_key

NUMBER = "0123456789ABCDEFGHJK"


@dataclass
class WechatTill:
    """`heard` are the events in notices that the shop took."""

    clock: MovableClock
    fake: FakeWechat
    wechat: Wechat
    url: str
    heard: list[PaymentEvent] = field(default_factory=list)

    def attempt(self, **changes: Any) -> Attempt:
        now = self.clock.now()
        return replace(Attempt(1, NUMBER, 1, "wechat", Money(1999, "CNY"), "pending", None, now,
                               now + timedelta(minutes=15)), **changes)

    def request(self, title: str = "青粒优选 QL-1", ip: str = "203.0.113.9", **changes: Any) -> StartRequest:
        return StartRequest(self.attempt(**changes), title, "zh", "https://shop.example/pay/t?a=1",
                            f"{self.url}/webhooks/payments/wechat", ip)

    def refund(self, amount: int, number: str = "R123456789ABCDEFGHJK", **facts: str) -> Refund:
        return Refund(1, number, 1, self.attempt(facts=facts), Money(amount, "CNY"), "staff", "requested",
                      self.clock.now())

    async def bought(self, number: str = NUMBER, amount: int = 1999) -> None:
        """An attempt that was paid, whose notice was taken."""
        await self.wechat.start(self.request(number=number, amount=Money(amount, "CNY"), expires_at=None))
        await self.fake.pay(number)
        assert await self.fake.deliver() == 200

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            self.heard += await self.wechat.read_events(request.headers, body, self.clock.now())
        except BadSignature:
            return web.Response(status=401)
        return web.Response()


@asynccontextmanager
async def open_till(clock: MovableClock, fake: FakeWechat, seconds: float = 8) -> AsyncIterator[WechatTill]:
    app = web.Application()
    app.add_routes(fake.routes())
    server = TestServer(app, host="127.0.0.1")
    till: list[WechatTill] = []

    async def receive(request: web.Request) -> web.Response:
        return await till[0].receive(request)

    app.router.add_post("/webhooks/payments/wechat", receive)
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    settings = fake.settings(url)
    # As `bot.payments.wechat.make` does it, but for the keys: OpenSSL takes its time to look at one.
    merchant = Merchant(MCHID, MERCHANT_SERIAL, private_key("merchant"))
    known = {} if settings.public_key is None else {PUBLIC_KEY_ID: private_key("platform").public_key()}
    api = Api(Secrets(merchant, APIV3_KEY.encode(), known), clock, settings.api_url, seconds)
    wechat = Wechat(api, clock, MCHID, APPID, f"{url}/webhooks/payments/wechat", h5=settings.h5)
    till.append(WechatTill(clock, fake, wechat, url))
    try:
        yield till[0]
    finally:
        await wechat.aclose()
        await server.close()
