"""Payment providers' notices: verified, applied, committed, and only then acknowledged.

401: not from the provider, nothing stored. 404: no such payment. 400: no sense in it. 503: tell again later.
200: applied now or before. Anything but 200 makes the provider try again.
"""

from __future__ import annotations

import logging

from aiohttp import web

from handlers.chat.shop import Shop
from services.payments.errors import BadSignature, SignatureProbe, TooEarly
from services.payments.events import apply_event
from services.payments.provider import Unreachable
from services.shared.errors import NotFound

log = logging.getLogger(__name__)


def routes(shop: Shop) -> list[web.RouteDef]:
    async def receive(request: web.Request) -> web.Response:
        provider = shop.providers.get(request.match_info["provider"])
        if provider is None:
            return web.Response(status=404)
        body = await request.read()
        try:
            events = await provider.read_events(request.headers, body, shop.clock.now())
        except BadSignature as error:
            level = logging.INFO if isinstance(error, SignatureProbe) else logging.WARNING
            log.log(level, "a notice for %s was refused: its signature or age is wrong", provider.code)
            return _refusal(401, "signature")
        except ValueError:
            log.warning("a notice of %s made no sense", provider.code)
            return _refusal(400, "content")
        except Unreachable:
            log.warning("a notice of %s could not be judged: the provider did not answer", provider.code)
            return _refusal(503, "later")
        for event in events:
            try:
                outcome = await shop.store.write(apply_event, event, body)
            except NotFound:
                log.warning("%s event %s is about no payment of ours", provider.code, event.event_id)
                return _refusal(404, "payment")
            except TooEarly:
                log.warning("%s event %s came before the payment that it is about", provider.code, event.event_id)
                return _refusal(503, "later")
            log.info("%s event %s: %s", provider.code, event.event_id, outcome.word)
        return web.Response(text=provider.acknowledgement)

    return [web.post("/webhooks/payments/{provider}", receive)]


def _refusal(status: int, what: str) -> web.Response:
    """In the form that WeChat Pay asks for; the others look at the status alone."""
    return web.json_response({"code": "FAIL", "message": what}, status=status)
