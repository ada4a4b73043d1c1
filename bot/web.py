"""The web server: Telegram's webhook, payment webhooks, pages, health and figures, in one aiohttp application."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from aiogram.types import Update
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import ValidationError
from sqlalchemy import text

from bot.composition import Application

log = logging.getLogger(__name__)

TELEGRAM_PATH = "/telegram/webhook"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
# Photos and slips go through Telegram; nothing that reaches the web server is large.
_LARGEST_BODY = 1 << 20


def build(application: Application) -> web.Application:
    """The aiohttp application over a built shop."""
    from bot import pages
    from handlers.webhooks import payments

    app = web.Application(client_max_size=_LARGEST_BODY)
    app.add_routes([
        web.get("/healthz", _alive),
        web.get("/readyz", _readiness(application)),
        web.get("/metrics", _metrics),
    ])
    if application.settings.updates == "webhook":
        app.add_routes([web.post(TELEGRAM_PATH, _telegram(application))])
    app.add_routes(payments.routes(application.shop))
    pages.add(app, application)
    return app


def _telegram(application: Application) -> Any:
    """Answers 200 after the handler is done: an update lost in a crash comes again."""
    assert application.settings.webhook_secret is not None
    secret = application.settings.webhook_secret.get_secret_value().encode()

    async def receive(request: web.Request) -> web.Response:
        # Bytes that are no UTF-8 reach us as surrogates.
        given = request.headers.get(_SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, secret):
            return web.Response(status=401)
        try:
            update = Update.model_validate_json(await request.read(), context={"bot": application.bot})
        except ValidationError:
            # It would come again and again and hold up the queue behind it.
            log.exception("an update that cannot be read was dropped")
            return web.Response()
        await application.dispatcher.feed_update(application.bot, update)
        return web.Response()

    return receive


def _readiness(application: Application) -> Any:
    async def ready(_request: web.Request) -> web.Response:
        try:
            await application.shop.store.read(lambda tx: tx.scalar(text("SELECT 1")))
        except Exception:  # whatever it is, the answer to the load balancer is the same
            log.exception("not ready")
            return web.Response(status=503, text="database")
        return web.Response(text="ready")

    return ready


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="alive")


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
