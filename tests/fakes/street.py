"""All the fakes, and a server for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from tests.fakes.alipay import FakeAlipay
from tests.fakes.base import CAPABILITIES, Fake
from tests.fakes.cryptopay import FakeCryptoPay
from tests.fakes.stripe import FakeStripe
from tests.fakes.unionpay import FakeUnionPay
from tests.fakes.wechat import FakeWechat

FAKES: tuple[type[Fake], ...] = (FakeWechat, FakeAlipay, FakeUnionPay, FakeStripe, FakeCryptoPay)
CODES = tuple(each.code for each in FAKES)
# Who gives money back when asked; of the other one people do.
REFUNDING = tuple(code for code in CODES if code != FakeCryptoPay.code)


def able(capability: str) -> tuple[str, ...]:
    """The codes of those who can do so (`Fake.supports`)."""
    assert capability in CAPABILITIES
    return tuple(each.code for each in FAKES if capability in each.supports)


@asynccontextmanager
async def served(fakes: Iterable[Fake], routes: Iterable[web.RouteDef] = (), port: int = 0) -> AsyncIterator[str]:
    """The fakes at one address of this machine, any free port unless one is given."""
    app = web.Application()
    for fake in fakes:
        app.add_routes(fake.routes())
    app.add_routes(list(routes))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
