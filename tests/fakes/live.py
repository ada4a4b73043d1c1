"""Fake providers beside the demo: their notices go out by themselves, and on a page of theirs they can be broken."""

from __future__ import annotations

import asyncio
import html
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import select

from bot.demo.house import House
from services.orders.models import OrderRow
from services.payments.models import PaymentAttemptRow
from services.shared.clock import Clock
from tests.fakes.base import Fake, Notice

ACTS = ("start", "query", "close", "refund", "bill")
FAULTS = {"down": "503", "hang-after": "done, then silence", "garbage": "no sense", "badsig": "wrong signature"}
# How long after the first try, and after each that failed, the next one comes.
RETRIES = (timedelta(seconds=5), timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
_ATTEMPTS, _ORDERS = PaymentAttemptRow.__table__, OrderRow.__table__
_NEWEST = (
    select(_ATTEMPTS, _ORDERS.c.number.label("order_number"))
    .join(_ORDERS, _ORDERS.c.id == _ATTEMPTS.c.order_id).order_by(_ATTEMPTS.c.id.desc()).limit(30)
)

Key = tuple[str, str, bytes]


class Post:
    """Sends each notice `delay` after it was made, and again until the shop takes it or the provider gives up."""

    def __init__(self, fakes: Mapping[str, Fake], clock: Clock, delay: timedelta = timedelta(seconds=2)) -> None:
        self.delay = delay
        self._fakes, self._clock = fakes, clock
        self._turns: dict[Key, tuple[datetime, int]] = {}

    async def run(self, every: float = 0.5) -> None:
        while True:
            await self.round()
            await asyncio.sleep(every)

    async def round(self) -> None:
        """Sends what is due now, once."""
        for fake in self._fakes.values():
            for notice in list(fake.notices):
                await self._turn(fake, notice)

    async def _turn(self, fake: Fake, notice: Notice) -> None:
        key, now = (fake.code, notice.about, notice.body), self._clock.now()
        at, tries = self._turns.setdefault(key, (now + self.delay, 0))
        if now < at:
            return
        try:
            taken = await fake.deliver(fake.notices.index(notice)) < 300
        except aiohttp.ClientError:
            taken = False
        if not taken and tries < len(RETRIES):
            self._turns[key] = (now + RETRIES[tries], tries + 1)
        elif not taken:
            fake.notices[:] = [each for each in fake.notices if (each.about, each.body) != key[1:]]


class Desk:
    """The page `/fake/`: the newest payments, what may happen to them, and what shall go wrong next."""

    def __init__(self, fakes: Mapping[str, Fake], post: Post) -> None:
        self._fakes, self._post = fakes, post
        self.house: House | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/fake/", self.show), web.post("/fake/", self.act)]

    async def show(self, request: web.Request) -> web.Response:
        rows = await self.house.application.shop.store.read(lambda tx: tx.rows(_NEWEST)) if self.house else ()
        body = PAGE.format(
            scan=SCAN if "wechat" in self._fakes else "", said=html.escape(request.query.get("said", "")),
            payments="".join(map(self._row, rows)), fakes="".join(map(self._fake, self._fakes.values())),
            delay=self._post.delay.total_seconds(),
        )
        return web.Response(text=body, content_type="text/html")

    async def act(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            said = await self._do(form)
        except (KeyError, ValueError, NotImplementedError) as no:
            said = f"no: {no}"
        raise web.HTTPSeeOther(str(request.rel_url.with_query(said=said)))

    async def _do(self, form: Mapping[str, str]) -> str:
        if "delay" in form:
            self._post.delay = timedelta(seconds=float(form["delay"]))
            return "ok"
        fake, number = self._fakes[form["fake"]], form.get("number", "")
        match form["act"]:
            case "pay":
                await fake.pay(number)
            case "wrong":
                await fake.pay(number, int(form["amount"]) - 1)
            case "fail":
                await fake.fail(number)
            case "console":
                await fake.console_refund(number, 1)
            case "forget":
                fake.notices.clear()
            case "fault":
                fake.faults.next(form["call"], form["fault"])
            case "heal":
                fake.faults.waiting.clear()
        return "ok"

    def _row(self, row: Any) -> str:
        fake = self._fakes.get(row.provider)
        acts = ""
        if fake is not None:
            can = ["pay", *(act for act, needs in (("wrong", "wrong-amount"), ("fail", "fail"),
                                                   ("console", "console-refund-notice")) if needs in fake.supports)]
            acts = _form({"fake": fake.code, "number": row.number, "amount": str(row.amount)}, can)
        page = f'<a href="{html.escape(row.url)}">{WORDS["page"]}</a>' if row.url and row.form is None else ""
        cells = (row.order_number, row.provider, row.channel, row.number, f"{row.amount} {row.currency}", row.status)
        return f"<tr>{''.join(f'<td>{html.escape(cell)}' for cell in cells)}<td>{page}<td>{acts}"

    def _fake(self, fake: Fake) -> str:
        calls = "".join(f"<option>{act}" for act in ACTS)
        faults = "".join(f'<option value="{fault}">{fault} ({what})' for fault, what in FAULTS.items())
        ahead = ", ".join(f"{act}: {' '.join(queue)}" for act, queue in fake.faults.waiting.items() if queue)
        return FAKE.format(code=fake.code, calls=calls, faults=faults, waiting=len(fake.notices),
                           ahead=html.escape(ahead or "–"))


@asynccontextmanager
async def lively(house: House, fakes: Mapping[str, Fake], post: Post, desk: Desk, url: str) -> AsyncIterator[str]:
    """The providers at work for the open shop; yields where their page is."""
    desk.house = house
    for fake in fakes.values():
        if hasattr(fake, "endpoint"):
            # Where its notices go is set in its console, not told with each payment.
            fake.endpoint = f"{house.url}/webhooks/payments/{fake.code}"  # type: ignore[attr-defined]
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(post.run())
        yield f"  The providers:     {url}/fake/\n"
        running.cancel()


def _form(hidden: Mapping[str, str], acts: list[str]) -> str:
    fields = "".join(f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                     for name, value in hidden.items())
    keys = " ".join(f'<button name="act" value="{act}">{WORDS[act]}</button>' for act in acts)
    return f'<form method="post" action="/fake/">{fields}{keys}</form>'


WORDS = {"pay": "付款 Pay", "wrong": "少付 1 分 Pay less", "fail": "失败 Fail", "console": "后台退 1 分 Console refund",
         "page": "收银台 Page"}
SCAN = '微信付款码 · WeChat codes: <a href="/fake/wechat/scan">扫一扫 Scan</a>'
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>模拟支付渠道 Fake providers</title><style>body{{font:14px/1.5 sans-serif;margin:24px}}
table{{border-collapse:collapse}}td,th{{border-top:1px solid #ccc;padding:6px 10px;text-align:left}}</style>
<h1>模拟支付渠道 · Fake providers</h1><p role="status">{said}</p>
<p>不涉及真钱。No real money moves. {scan}</p>
<form method="post" action="/fake/">通知延迟（秒） Notices after (s) <input name="delay" value="{delay}" size="5">
<button>保存 Save</button></form><h2>渠道 · Providers</h2>{fakes}
<h2>付款 · Payments</h2><table><tr><th>订单 Order<th>渠道 Provider<th>产品 Product<th>单号 Number<th>金额 Amount
<th>状态 State<th><th></tr>{payments}</table></html>"""
FAKE = """<form method="post" action="/fake/"><b>{code}</b> <input type="hidden" name="fake" value="{code}">
<select name="call">{calls}</select> <select name="fault">{faults}</select>
<button name="act" value="fault">下次出错 Fail next</button> <button name="act" value="heal">恢复 Heal</button>
待发通知 Notices waiting: {waiting} <button name="act" value="forget">丢弃 Drop</button> ·
将出错 Ahead: {ahead}</form>"""
