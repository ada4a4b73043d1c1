"""The shop's own address of a link in a push: counts the click and leads on."""

from __future__ import annotations

from aiohttp import web

from handlers.chat.shop import Shop
from services.campaigns import reacting
from services.shared.errors import Refusal
from services.shared.ids import from_base36


class PushLinks:
    """The address behind a link stands in the push: nobody can make the shop lead elsewhere."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/go/{word}", self._follow)]

    async def _follow(self, request: web.Request) -> web.Response:
        try:
            push, place, customer, word = request.match_info["word"].split(".")
            url = await self._shop.store.write(
                reacting.follow_link, from_base36(push), int(place), from_base36(customer), word
            )
        except (ValueError, Refusal):
            raise web.HTTPNotFound from None
        # Not `HTTPFound`, which is an exception: the click is committed, and the answer is an ordinary one.
        return web.Response(status=302, headers={"Location": url, "Cache-Control": "no-store",
                                                 "Referrer-Policy": "no-referrer"})
