"""The outer edge of the pages: a person who gets no page gets a reason and a way out, never internals."""

from __future__ import annotations

import logging
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from handlers.pages.render import STATUS, PageRenderer
from handlers.pages.views import LinkExpired, LinkUnknown, MessageKind, MessageView

KINDS: dict[int, MessageKind] = {404: "missing", 410: "expired", 405: "method", 429: "limited", 503: "maintenance"}

log = logging.getLogger(__name__)


def error_pages(renderer: PageRenderer) -> Middleware:
    """Turns refusals and crashes into message pages for browsers.

    Requests that do not accept HTML (webhooks, scripts) keep their plain status; their crashes go on to the caller.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except LinkUnknown:
            return _refusal(renderer, request, "missing")
        except LinkExpired:
            return _refusal(renderer, request, "expired")
        except web.HTTPException as refused:
            kind = KINDS.get(refused.status)
            if kind is None or not _reads_html(request):
                raise
            retry_after = _seconds(refused.headers.get("Retry-After"))
            return renderer.message(request, MessageView(kind, retry_after=retry_after))
        except Exception:
            if not _reads_html(request):
                raise
            error_id = f"E-{secrets.token_hex(4).upper()}"
            log.exception("page failed, error id %s", error_id)
            return renderer.message(request, MessageView("error", error_id=error_id))

    return middleware


def _refusal(renderer: PageRenderer, request: web.Request, kind: MessageKind) -> web.Response:
    if _reads_html(request):
        return renderer.message(request, MessageView(kind))
    return web.json_response({"error": kind}, status=STATUS[kind], headers={"Cache-Control": "no-store"})


def _reads_html(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _seconds(retry_after: str | None) -> int:
    return int(retry_after) if retry_after and retry_after.isdigit() else 0
