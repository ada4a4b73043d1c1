"""An order to be paid by a real provider file at its fake, without a shop around it; and a shop that dies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.payments.base import Tools
from bot.payments.registry import set_up
from services.payments import attempts, process
from services.payments.provider import Provider
from services.payments.types import Attempt, PaymentEvent
from services.shared.actors import Actor
from services.shared.clock import Clock
from services.shared.db import Store
from tests.fakes.base import Fake, Notice
from tests.fakes.street import FAKES, served
from tests.fakes.unionpay import FakeUnionPay
from tests.services.orders import shop
from tests.services.orders.shop import TERMS
from tests.services.payments.money import Crash
from tests.services.payments.test_process import DyingStore

PAYER = process.Payer("青粒优选，订单 QL-1", "zh", "https://shop.example/pay/t/back",
                      "https://shop.example/webhooks/payments")


class Dying:
    """A provider that does what it is told, and then the shop dies, once, at the call named by `at`."""

    def __init__(self, provider: Provider) -> None:
        self._provider, self.at = provider, ""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._provider, name)
        if name != self.at:
            return found

        async def call(*args: Any) -> Any:
            await found(*args)
            self.at = ""
            raise Crash(name)

        return call


@dataclass
class Bench:
    store: Store
    fake: Fake
    provider: Dying
    sku_id: int
    buyers: int = 0

    @property
    def code(self) -> str:
        return self.fake.code

    @property
    def providers(self) -> dict[str, Any]:
        return {self.code: self.provider}

    async def order(self) -> Sale:
        """A new order of ¥398.00, by somebody new."""
        self.buyers += 1
        actor = await shop.buyer(self.store, 1000 + self.buyers)
        placed = await shop.order_now(self.store, actor, self.sku_id, 2)
        return Sale(self, actor, placed.order_id)

    def dying(self, at: str | Callable[..., Any]) -> Store:
        """The store of a process that dies after that commit; or, for a word, after that call to the provider."""
        if callable(at):
            return DyingStore(self.store, at)
        self.provider.at = at
        return self.store

    async def events(self, notice: Notice) -> tuple[PaymentEvent, ...]:
        return await self.provider.read_events(notice.headers, notice.body, self.store.clock.now())


@dataclass
class Sale:
    bench: Bench
    actor: Actor
    order_id: int

    async def start(self, store: Store | None = None) -> Attempt:
        bench = self.bench
        attempt = await process.start(store or bench.store, bench.providers, self.actor, self.order_id, bench.code,
                                      PAYER, TERMS)
        if isinstance(bench.fake, FakeUnionPay):
            assert attempt.url is not None and attempt.form is not None
            await bench.fake.open(attempt.url, dict(attempt.form))
        return attempt

    async def paid(self) -> Attempt:
        """Started, paid at the fake, and known to the shop by a question; the notice waits."""
        attempt = await self.start()
        await self.bench.fake.pay(attempt.number)
        await process.ask(self.bench.store, self.bench.providers, attempt)
        state = await self.bench.store.read(attempts.state, self.actor, self.order_id)
        assert state.attempt is not None and state.attempt.status == "succeeded"
        return state.attempt


@asynccontextmanager
async def opened_bench(store: Store, clock: Clock, code: str) -> AsyncIterator[Bench]:
    [fake] = [kind(clock) for kind in FAKES if kind.code == code]
    async with served([fake]) as url:
        provider = set_up(code).make(fake.settings(url), Tools(clock, "https://shop.example"))
        try:
            await shop.open_shop(store)
            sku_id = await store.write(shop.put_product, "F9", shop.yuan(199), 1000)
            yield Bench(store, fake, Dying(provider), sku_id)
        finally:
            await provider.aclose()
