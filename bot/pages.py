"""Puts the web pages into the web server: pay page, order page, pictures, and their error pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from bot.composition import Application
from handlers.chat.shop import Shop
from handlers.pages.errors import error_pages
from handlers.pages.order import OrderPages
from handlers.pages.order_source import ShopOrderSource
from handlers.pages.pay import PayPages
from handlers.pages.pay_source import ShopPaySource
from handlers.pages.payer_ip import payer_ip
from handlers.pages.pushes import PushLinks
from handlers.pages.render import PageRenderer
from handlers.pages.views import ShopView

_A_DAY = "public, max-age=86400"


def add(app: web.Application, application: Application) -> None:
    """Adds the pages of the shop to `app`."""
    shop, proxies = application.shop, application.settings.proxies
    translators = {language: shop.translator(language) for language in shop.languages}
    renderer = PageRenderer(translators, shop.languages[0], lambda language: _frame(shop, language))
    app.middlewares.append(error_pages(renderer))
    app.add_routes([
        *PayPages(ShopPaySource(shop), renderer, payer_ip=partial(payer_ip, proxies=proxies)).routes(),
        *OrderPages(ShopOrderSource(shop), renderer).routes(),
        *PushLinks(shop).routes(),
        renderer.assets.route(),
        web.get("/pictures/{key:.+}", _pictures(shop)),
    ])


def _frame(shop: Shop, language: str) -> ShopView:
    name = shop.name.get(language) or next(iter(shop.name.values()))
    return ShopView(name=name, chat_url=shop.way_back("menu"), support_url=shop.way_back("help"))


def _pictures(shop: Shop) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def send(request: web.Request) -> web.Response:
        key = request.match_info["key"]
        # Videos and manuals are sent in the chat only.
        data = None if key.startswith(("video/", "document/")) else await shop.pictures.load(key)
        if data is None:
            raise web.HTTPNotFound
        return web.Response(body=data, content_type="image/jpeg", headers={"Cache-Control": _A_DAY})

    return send
