"""Payment providers' notices: verified, applied, committed, and only then acknowledged.

401: not from the provider, nothing stored. 404: no such payment. 400: no sense in it. 200: applied now or before.
Anything else makes the provider try again.
"""

from __future__ import annotations

import logging

from aiohttp import web

from handlers.chat.shop import Shop
from services.payments.errors import BadSignature
from services.payments.events import apply_event
from services.shared.errors import NotFound

log = logging.getLogger(__name__)


def routes(shop: Shop) -> list[web.RouteDef]:
    async def receive(request: web.Request) -> web.Response:
        provider = shop.providers.get(request.match_info["provider"])
        if provider is None:
            return web.Response(status=404)
        body = await request.read()
        try:
            event = provider.read_event(request.headers, body, shop.clock.now())
        except BadSignature:
            log.warning("a notice for %s was refused: its signature or age is wrong", provider.code)
            return web.Response(status=401)
        except ValueError:
            log.warning("a notice of %s made no sense", provider.code)
            return web.Response(status=400)
        try:
            outcome = await shop.store.write(apply_event, event)
        except NotFound:
            log.warning("%s event %s is about no payment of ours", provider.code, event.event_id)
            return web.Response(status=404)
        log.info("%s event %s: %s", provider.code, event.event_id, outcome.word)
        return web.Response()

    return [web.post("/webhooks/payments/{provider}", receive)]
