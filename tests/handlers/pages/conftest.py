from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from handlers.pages.errors import error_pages
from handlers.pages.order import OrderPages
from handlers.pages.pay import PayPages
from handlers.pages.render import PageRenderer
from locales import LANGUAGES, translator
from tests.handlers.pages.samples import OneOrderSource, RecordingPaySource, shop_view

Client = TestClient[Any, Any]
Serve = Callable[[web.Application], Awaitable[Client]]

ZONE = "Asia/Shanghai"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def pay_source() -> RecordingPaySource:
    return RecordingPaySource()


@pytest.fixture
def order_source() -> OneOrderSource:
    return OneOrderSource()


@pytest.fixture
def renderer() -> PageRenderer:
    return PageRenderer({language: translator(language, ZONE) for language in LANGUAGES}, "zh", shop_view)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves an application on a free local port until the test ends."""
    async with AsyncExitStack() as stack:
        yield lambda app: stack.enter_async_context(TestClient(TestServer(app)))


@pytest.fixture
async def client(
    serve: Serve, renderer: PageRenderer, pay_source: RecordingPaySource, order_source: OneOrderSource
) -> Client:
    app = web.Application(middlewares=[error_pages(renderer)])
    app.add_routes(PayPages(pay_source, renderer, max_streams=1).routes())
    app.add_routes(OrderPages(order_source, renderer).routes())
    app.add_routes([renderer.assets.route()])
    return await serve(app)
