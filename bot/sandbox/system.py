"""The sandbox as a running system: its API for merchants, its cashier's pages, and the sender of its notices."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import NoneType
from typing import Any

import aiohttp
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.sandbox import cashier, records
from bot.sandbox.records import Notice, SandboxBase
from handlers.pages.assets import Assets
from handlers.pages.language import choose_language
from handlers.pages.render import HEADERS, HTML_LANGUAGES, LANGUAGE_NAMES
from locales import Translator
from services.payments.errors import BadSignature
from services.payments.providers.sandbox import HEADER, sign, verify
from services.shared.clock import Clock
from services.shared.crypto import Vault
from services.shared.db import Store
from services.shared.money import Money
from services.shared.sqlite import sqlite_engine

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
_EPOCH = datetime.fromtimestamp(0, UTC)
_NAP = 1.0
_LONGEST_WAIT = 300
_TIMEOUT = aiohttp.ClientTimeout(total=10)
NoteWebhook = Callable[[str, dict[str, Any], int | None], None]


class SandboxSystem:
    """An outside payment system at `base_url`, with its records in the SQLite file at `path`.

    It tells the merchant of events at `notify_url`. `noted` hears of each notice and its HTTP status.
    """

    def __init__(
        self, path: Path, secret: str, clock: Clock, base_url: str, notify_url: str,
        translators: Mapping[str, Translator], default_language: str, merchant: str, noted: NoteWebhook | None = None,
    ) -> None:
        self._secret, self._clock = secret, clock
        self._base_url, self._notify_url = base_url, notify_url
        self._translators, self._default, self._merchant = translators, default_language, merchant
        self._noted = noted
        # Nothing here is personal, so the vault is only there because a store has one.
        self._store = Store(f"sqlite:///{path}", clock, Vault({"none": os.urandom(32)}))
        self._wake = asyncio.Event()
        self._assets = Assets(HERE / "static", "/sandbox/static")
        self._jinja = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True,
                                  undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        engine = sqlite_engine(self._store.url)
        SandboxBase.metadata.create_all(engine)
        engine.dispose()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/api/{what}", self._api),
            web.get("/sandbox/pay/{session}", self._show),
            web.post("/sandbox/pay/{session}", self._act),
            self._assets.route(),
        ]

    async def run(self) -> None:
        """Sends due notices until cancelled."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            while True:
                self._wake.clear()
                if not await self.deliver(session):
                    try:
                        async with asyncio.timeout(_NAP):
                            await self._wake.wait()
                    except TimeoutError:
                        pass

    async def deliver(self, session: aiohttp.ClientSession) -> bool:
        """Sends what is due now, once; returns whether there was anything."""
        due = await self._store.read(records.due, 20)
        for notice in due:
            status = await self._send(session, notice)
            taken = status is not None and 200 <= status < 300
            wait = timedelta(seconds=min(2 ** notice.attempts, _LONGEST_WAIT))
            next_at = None if taken else self._clock.now() + wait
            await self._store.write(records.note_answer, notice, status, next_at)
        return bool(due)

    async def close(self) -> None:
        await self._store.close()

    async def _send(self, session: aiohttp.ClientSession, notice: Notice) -> int | None:
        body = json.dumps(notice.body).encode()
        headers = {HEADER: sign(self._secret, body, int(self._clock.now().timestamp())),
                   "Content-Type": "application/json"}
        try:
            async with session.post(self._notify_url, data=body, headers=headers) as answer:
                status: int | None = answer.status
        except (aiohttp.ClientError, TimeoutError):
            status = None
        if self._noted is not None:
            self._noted(f"webhook · {notice.type}", notice.body, status)
        return status

    async def _api(self, request: web.Request) -> web.Response:
        raw = await request.read()
        try:
            verify(self._secret, request.headers.get(HEADER, ""), raw, self._clock.now())
        except BadSignature:
            return web.Response(status=401)
        call = {"payments": self._start, "query": self._query, "close": self._close, "refunds": self._refund}.get(
            request.match_info["what"])
        if call is None:
            return web.Response(status=404)
        try:
            return web.json_response(await call(json.loads(raw)))
        except (TypeError, ValueError, OverflowError, RecursionError):
            return web.Response(status=400)

    async def _start(self, body: Any) -> dict[str, Any]:
        _require(body, payment=str, amount=int, currency=str, title=str, return_url=str, language=str,
                 expires=(int, NoneType))
        expires = _EPOCH + timedelta(seconds=body["expires"]) if body.get("expires") else None
        payment = await self._store.write(records.register, body["payment"], Money(body["amount"], body["currency"]),
                                          body["title"], body["return_url"], expires)
        return {"url": f"{self._base_url}/sandbox/pay/{payment.session}?lang={body['language']}"}

    async def _query(self, body: Any) -> dict[str, Any]:
        _require(body, payment=str)
        known = await self._store.read(records.outcome, body["payment"])
        return {"event": None if known is None else known.body}

    async def _close(self, body: Any) -> dict[str, Any]:
        _require(body, payment=str)
        await self._store.write(records.close, body["payment"])
        return {}

    async def _refund(self, body: Any) -> dict[str, Any]:
        _require(body, payment=str, refund=str, amount=int, currency=str)
        amount = Money(body["amount"], body["currency"])
        status, reference = await self._store.write(records.refund, body["payment"], body["refund"], amount)
        self._wake.set()
        return {"status": status, "id": reference}

    async def _show(self, request: web.Request) -> web.Response:
        session = request.match_info["session"]
        payment = await self._store.read(lambda tx: records.payment(tx, session=session))
        if payment is None:
            return self._page(request, "missing.html", 404)
        sent = await self._store.read(records.notices, payment.number)
        known = await self._store.read(records.outcome, payment.number)
        status = known.type.removeprefix("payment.") if known else "closed" if payment.closed else "pending"
        view = {
            "amount": payment.amount, "merchant": self._merchant, "number": payment.number, "order": payment.title,
            "status": status, "expires_at": payment.expires_at, "back_url": payment.return_url,
        }
        deliveries = [
            {"at": n.happened_at, "event_id": n.event_id, "type": n.type, "amount": n.amount,
             "http_status": n.http_status, "attempts": n.attempts, "next_at": n.due_at} for n in sent
        ]
        return self._page(request, "session.html", payment=view, deliveries=deliveries, delay=60,
                          webhook=f"POST {self._notify_url}", wrong_amount=max(1, payment.amount.amount - 100))

    async def _act(self, request: web.Request) -> web.Response:
        form = await request.post()
        session, what = request.match_info["session"], str(form.get("do", ""))
        try:
            amount, delay = int(str(form.get("amount") or 0)), int(str(form.get("delay") or 0))
        except ValueError:
            raise web.HTTPBadRequest from None
        if not (0 <= amount < 10**12 and 0 <= delay <= 86_400):
            raise web.HTTPBadRequest
        if await self._store.write(cashier.act, session, what, amount, delay) is None:
            return self._page(request, "missing.html", 404)
        self._wake.set()
        return web.Response(status=303, headers=HEADERS | {"Location": request.path_qs})

    def _page(self, request: web.Request, template: str, status: int = 200, **context: object) -> web.Response:
        language = choose_language(request, self._translators, self._default)
        others = [(code, HTML_LANGUAGES[code], LANGUAGE_NAMES[code]) for code in self._translators if code != language]
        text = self._jinja.get_template(template).render(
            t=self._translators[language], html_language=HTML_LANGUAGES[language], path=request.path, others=others,
            static=self._assets.url, **context,
        )
        return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def _require(body: Any, **kinds: type | tuple[type, ...]) -> None:
    """Raises ValueError unless a call's body is an object with fields of these kinds."""
    if not isinstance(body, dict) or not all(isinstance(body.get(name), kind) for name, kind in kinds.items()):
        raise ValueError("no sense in the call")
