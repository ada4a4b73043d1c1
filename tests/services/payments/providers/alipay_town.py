"""A shop's Alipay and the local Alipay that it talks to, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from aiohttp import web

from services.payments.provider import Started, StartRequest
from services.payments.providers.alipay import PAGE, WAP, Account, Alipay
from services.payments.providers.alipay_signing import Keys
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.conftest import START
from tests.fakes.alipay import FakeAlipay

NUMBER, REFUND = "7K2M9P4Q8R3S6T1V5W0X", "R2M9P4Q8R3S6T1V5W0XA"
PRICE, PART = Money(1999, "CNY"), Money(500, "CNY")


@dataclass
class Town:
    """A shop's provider, and the Alipay that it talks to."""

    shop: Alipay
    alipay: FakeAlipay
    clock: MovableClock

    async def start(self, paid: Attempt | None = None, title: str = "订单 QL-1 / A=B", language: str = "zh") -> Started:
        back = "https://shop.example/pay/token"
        notices = "https://shop.example/webhooks/payments/alipay"
        return await self.shop.start(StartRequest(paid or attempt(), title, language, back, notices))

    async def pay(self, paid: Attempt | None = None) -> None:
        await self.start(paid)
        await self.alipay.pay((paid or attempt()).number)

    async def read(self, index: int = -1) -> tuple[PaymentEvent, ...]:
        """What the shop reads in a waiting notice."""
        notice = self.alipay.notices[index]
        return await self.shop.read_events(notice.headers, notice.body, self.clock.now())

    def asked(self, act: str) -> list[dict[str, str]]:
        return [content for done, content in self.alipay.calls if done == act]


@asynccontextmanager
async def open_town(clock: MovableClock) -> AsyncIterator[Town]:
    alipay, app = FakeAlipay(clock), web.Application()
    app.add_routes(alipay.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = alipay.settings(base_url)
    account = Account(settings.app_id, settings.seller_id, frozenset({WAP, PAGE}), settings.gateway)
    shop = Alipay(account, keys(), clock)
    yield Town(shop, alipay, clock)
    await shop.aclose()
    await runner.cleanup()


@cache
def keys() -> Keys:
    """The shop's keys; to read one takes as long as a whole test."""
    return FakeAlipay(MovableClock(at=START)).settings("").keys()


def attempt(channel: str = "", **more: Any) -> Attempt:
    known = Attempt(1, NUMBER, 7, "alipay", PRICE, "pending", None, START, START + timedelta(minutes=15),
                    channel=channel)
    return replace(known, **more)


def refund(number: str = REFUND, amount: Money = PART) -> Refund:
    return Refund(1, number, 7, attempt(facts={"trade_no": "1"}), amount, "staff", "requested", START)
