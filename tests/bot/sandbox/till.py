"""The shop's web server and the sandbox beside it over real HTTP, with an order to pay."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import func, select

from bot.sandbox import records
from bot.sandbox.records import Notice
from bot.sandbox.system import NoteWebhook, SandboxSystem
from handlers.chat.shop import Shop
from handlers.webhooks.payments import routes
from locales import translator
from services.orders.types import BANK_TRANSFER
from services.outbox.models import JobRow
from services.payments import process
from services.payments.models import LedgerRow, PaymentEventRow
from services.payments.providers.offline import Offline
from services.payments.providers.sandbox import HEADER, Sandbox, sign
from services.payments.types import Attempt
from services.shared.actors import Actor
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from tests.services.orders import shop as stall
from tests.services.orders.shop import TERMS
from tests.services.payments.money import PAYER, RecordingProvider, Sale

SECRET = "secret-of-the-test"


class NoPictures:
    async def load(self, key: str) -> bytes | None:
        return None


@dataclass
class Till:
    """An order of two filters for ¥398.00 under way at the sandbox; `cashier` is the address of its page there."""

    store: Store
    clock: MovableClock
    url: str
    system: SandboxSystem
    sandbox: Sandbox
    http: ClientSession
    records: Store
    actor: Actor
    order_id: int
    attempt: Attempt

    @property
    def cashier(self) -> str:
        assert self.attempt.url is not None
        return self.attempt.url

    @property
    def sale(self) -> Sale:
        """The order as the tests of payments look at it."""
        return Sale(self.store, self.actor, self.order_id, self.attempt, 0, RecordingProvider())

    def body(self, **changes: object) -> dict[str, Any]:
        """A good notice about the order's payment."""
        return {
            "id": "evt_1", "type": "payment.succeeded", "payment": self.attempt.number, "provider_payment_id": "sbx_1",
            "amount": 39800, "currency": "CNY", "created": int(self.clock.now().timestamp()),
        } | changes

    def signed(self, body: bytes, secret: str = SECRET, late: int = 0) -> dict[str, str]:
        """Headers for `body`, signed `late` seconds from now."""
        return {HEADER: sign(secret, body, int(self.clock.now().timestamp()) + late)}

    async def notify(self, body: bytes, headers: dict[str, str] | None = None, provider: str = "sandbox") -> int:
        """Sends a notice, well signed unless `headers` are given; returns the HTTP status."""
        used = self.signed(body) if headers is None else headers
        async with self.http.post(f"{self.url}/webhooks/payments/{provider}", data=body, headers=used) as answer:
            return answer.status

    async def tell(self, **changes: object) -> int:
        return await self.notify(json.dumps(self.body(**changes)).encode())

    async def act(self, what: str, **fields: object) -> ClientResponse:
        """Presses a button of the cashier, without following where it leads."""
        form = {"do": what, "amount": "39700", "delay": "60"} | {key: str(value) for key, value in fields.items()}
        async with self.http.post(self.cashier, data=form, allow_redirects=False) as answer:
            await answer.read()
            return answer

    async def notices(self) -> list[Notice]:
        """What the sandbox owes or has told the shop about the payment, oldest first."""
        return list(reversed(await self.records.read(records.notices, self.attempt.number)))

    async def deliver(self) -> bool:
        return await self.system.deliver(self.http)

    async def kept(self) -> tuple[int, int, int]:
        """How many events, movements of money and jobs the shop has stored."""
        return await self.store.read(_kept)

    async def ask(self, what: str, body: object, headers: dict[str, str] | None = None) -> int:
        """Calls the sandbox's API, well signed unless `headers` are given; returns the HTTP status."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        used = self.signed(raw) if headers is None else headers
        async with self.http.post(f"{self.url}/sandbox/api/{what}", data=raw, headers=used) as answer:
            return answer.status


def _kept(tx: Tx) -> tuple[int, int, int]:
    events, ledger, jobs = (
        tx.scalar(select(func.count()).select_from(row.__table__)) for row in (PaymentEventRow, LedgerRow, JobRow))
    return events, ledger, jobs


@asynccontextmanager
async def open_till(
    store: Store, clock: MovableClock, folder: Path, notify_url: str = "", noted: NoteWebhook | None = None
) -> AsyncIterator[Till]:
    """Notices go to the shop, or to `notify_url`."""
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    sandbox = Sandbox(url, SECRET, clock)
    providers = {"sandbox": sandbox, BANK_TRANSFER: Offline(BANK_TRANSFER)}
    shop = Shop(store, clock, NoPictures(), {"zh": "青粒优选"}, "shop_bot", "CNY", "Asia/Shanghai", ("zh", "en"), url,
                providers=providers)
    languages = {code: translator(code, "Asia/Shanghai") for code in ("zh", "en")}
    system = SandboxSystem(folder / "sandbox.db", SECRET, clock, url, notify_url or f"{url}/webhooks/payments/sandbox",
                           languages, "zh", "青粒优选", noted)
    app = web.Application()
    app.add_routes([*routes(shop), *system.routes()])
    book = Store(f"sqlite:///{folder / 'sandbox.db'}", clock, store.vault)
    async with TestServer(app, port=port), ClientSession() as http:
        goods = await stall.open_shop(store)
        actor = await stall.buyer(store)
        placed = await stall.order_now(store, actor, goods.skus["F1"], 2)
        attempt = await process.start(store, providers, actor, placed.order_id, "sandbox", PAYER, TERMS)
        yield Till(store, clock, url, system, sandbox, http, book, actor, placed.order_id, attempt)
    for each in (sandbox.aclose, system.close, book.close):
        await each()
