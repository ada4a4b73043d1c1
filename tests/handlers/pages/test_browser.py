"""The pages in a real browser: what only script, style and the content security policy together can show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import TypeVar

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright
from yarl import URL

from handlers.pages.order import OrderPages
from handlers.pages.pay import PayPages
from handlers.pages.render import PageRenderer
from handlers.pages.views import MethodView, Opening, OrderView, PayView
from tests.handlers.pages.conftest import Serve
from tests.handlers.pages.samples import TOKEN, OneOrderSource, RecordingPaySource, methods, order_view, pay_view

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium (apt-get install chromium)"),
]

View = TypeVar("View", PayView, OrderView)


@asynccontextmanager
async def opened(address: str, *, script: bool = True) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page of a fresh browser and the complaints that its console makes."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        context = await browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=script)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address)
        yield page, complaints
        await browser.close()


class ChoosingPaySource(RecordingPaySource):
    """Pays by the method that was chosen."""

    async def choose_method(self, token: str, code: str) -> None:
        await super().choose_method(token, code)
        self.make = partial(with_method, code)


def with_method(code: str, language: str) -> PayView:
    return without_pictures(replace(pay_view(language), methods=methods(language, code)))


def without_pictures(view: View) -> View:
    """Pictures come from another part of the store, which is not served here."""
    return replace(view, items=tuple(replace(item, picture_url="") for item in view.items))


async def address_of(serve: Serve, renderer: PageRenderer, source: RecordingPaySource, streams: int = 5) -> str:
    app = web.Application()
    orders = OneOrderSource()
    orders.make = lambda language: without_pictures(order_view(language))
    app.add_routes(PayPages(source, renderer, max_streams=streams).routes())
    app.add_routes(OrderPages(orders, renderer).routes())
    app.add_routes([renderer.assets.route()])
    return str((await serve(app)).make_url(f"/pay/{TOKEN}"))


async def test_the_page_turns_paid_by_itself(serve: Serve, renderer: PageRenderer) -> None:
    source = RecordingPaySource()
    source.show(lambda language: without_pictures(pay_view(language)))
    async with opened(await address_of(serve, renderer, source) + "?lang=zh") as (page, complaints):
        await page.wait_for_selector("main[data-state=pending]")
        source.show(partial(pay_view, state="paid"))
        await page.wait_for_selector("main[data-state=paid]")
        assert await page.text_content("#news") == "支付成功"
        assert await page.get_attribute("main", "data-waiting") is None
        assert complaints == []


async def test_the_page_shows_another_method_that_was_chosen_elsewhere(serve: Serve, renderer: PageRenderer) -> None:
    source = RecordingPaySource()
    source.show(partial(with_method, "wechat"))
    async with opened(await address_of(serve, renderer, source)) as (page, complaints):
        await page.wait_for_selector("button[value=wechat][aria-current]")
        source.show(lambda language: replace(with_method("bank", language), version="pending-bank"))
        await page.wait_for_selector("button[value=bank][aria-current]")
        assert await page.get_attribute("main", "data-version") == "pending-bank"
        assert complaints == []


async def test_without_the_stream_a_return_to_the_page_asks_at_once(serve: Serve, renderer: PageRenderer) -> None:
    source = RecordingPaySource()
    source.show(lambda language: without_pictures(pay_view(language)))
    async with opened(await address_of(serve, renderer, source, streams=0)) as (page, _):
        source.show(partial(pay_view, state="expired"))
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await page.wait_for_selector("main[data-state=expired]")


@pytest.mark.parametrize("script", [True, False])
async def test_the_method_is_changed_with_and_without_script(
    serve: Serve, renderer: PageRenderer, script: bool
) -> None:
    source = ChoosingPaySource()
    source.show(partial(with_method, "wechat"))
    async with opened(await address_of(serve, renderer, source), script=script) as (page, complaints):
        await page.click("button[value=bank]")
        await page.wait_for_selector("button[value=bank][aria-current]")
        assert await page.locator(".bank dd").last.text_content() == "QL7F3A"
        assert source.calls == [("choose_method", "bank")]
        assert complaints == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("form", [None, {"orderId": "7F3A"}])
async def test_the_way_to_the_provider_is_open(
    serve: Serve, renderer: PageRenderer, script: bool, form: dict[str, str] | None
) -> None:
    """The content security policy lets the browser go there, and the provider learns our host and no more."""
    seen: list[tuple[str, str, str]] = []

    async def provider(request: web.Request) -> web.Response:
        seen.append((request.method, request.headers.get("Referer", ""), (await request.post()).get("orderId", "")))  # type: ignore[arg-type]
        return web.Response(text="<h1>provider</h1>", content_type="text/html")

    theirs = web.Application()
    theirs.router.add_route("*", "/cashier", provider)
    source = RecordingPaySource()
    source.opening = Opening("wechat", str((await serve(theirs)).make_url("/cashier")), form)
    native = MethodView("wechat", "WeChat", channels={"h5": "phone"}, chosen=True)
    source.show(lambda language: replace(without_pictures(pay_view(language)), methods=(native,)))
    address = await address_of(serve, renderer, source)
    async with opened(address, script=script) as (page, complaints):
        await page.click(".bar form[action*='/open'] button")
        if form is not None:
            await page.click("form[action*='/cashier'] button")
        await page.wait_for_selector("text=provider")
        assert [each for each in complaints if "favicon" not in each and "404" not in each] == []
    assert seen == [("GET" if form is None else "POST", f"{URL(address).origin()}/", "7F3A" if form else "")]


async def test_nothing_runs_out_of_the_side(serve: Serve, renderer: PageRenderer) -> None:
    source = RecordingPaySource()
    long = "X" * 90
    source.show(lambda reader: replace(without_pictures(pay_view(reader)), order_number=long, recipient=long))
    pay = await address_of(serve, renderer, source)
    async with opened(pay) as (page, complaints):
        for width, language in product((320, 390, 1280), ("zh", "en")):
            await page.set_viewport_size({"width": width, "height": 844})
            for address in (pay, pay.replace("/pay/", "/orders/")):
                await page.goto(f"{address}?lang={language}")
                assert await page.evaluate("document.documentElement.scrollWidth") == width, (width, language)
        assert complaints == []
