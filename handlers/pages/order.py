"""The order page: where an order is, what is in it, and the way back to the chat. Read only."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from handlers.pages.render import PageRenderer
from handlers.pages.views import OrderView


class OrderSource(Protocol):
    async def view(self, token: str, language: str) -> OrderView:
        """Reads; changes nothing. Raises LinkUnknown or LinkExpired."""
        ...


class OrderPages:
    def __init__(self, source: OrderSource, renderer: PageRenderer) -> None:
        self._source = source
        self._renderer = renderer

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/orders/{token}", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        view = await self._source.view(request.match_info["token"], self._renderer.language(request))
        return self._renderer.page(request, "order.html", order=view)
