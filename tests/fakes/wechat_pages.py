"""What a buyer sees of the fake WeChat Pay: the app's scanner for Native codes, and the page of H5."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.fakes.wechat import FakeWechat

CODE = "weixin://wxpay/bizpayurl?pr="
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>微信支付(模拟)· WeChat Pay (fake)</title><h1>微信支付(模拟)· WeChat Pay (fake)</h1>{inside}</html>"""
SCAN = """<form method="post"><p>扫一扫 · Scan</p><input name="code" list="codes" size="48">
<datalist id="codes">{waiting}</datalist> <button>付款 · Pay</button></form>"""
PAY = """<p>{title}</p><p>¥{amount}</p><form method="post" action="{address}"><button>付款 · Pay</button></form>"""
OVER = "<p>已失效,请回商店重新打开 · Of no use any more: open it anew in the shop</p>"


class Pages:
    def __init__(self, fake: FakeWechat, path: str) -> None:
        self._fake = fake
        self._path = path

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{self._path}/scan", self.scanner), web.post(f"{self._path}/scan", self.scan),
            web.get(f"{self._path}/h5", self.cashier), web.post(f"{self._path}/h5", self.pay),
        ]

    async def scanner(self, request: web.Request) -> web.Response:
        """An app has a camera; here the code is pasted, or chosen among those that wait."""
        waiting = "".join(f"<option>{CODE}{entrance}" for bought in self._fake.orders.values()
                          for entrance in bought.entrances if bought.product == "native")
        return _page(SCAN.format(waiting=waiting))

    async def scan(self, request: web.Request) -> web.Response:
        code = str((await request.post()).get("code", ""))
        bought = self._fake.entered("native", code.removeprefix(CODE))
        if bought is None:
            return _page(OVER, 410)
        await self._fake.pay(bought.number)
        return _page("<p>支付成功 · Paid</p>")

    async def cashier(self, request: web.Request) -> web.Response:
        bought = self._fake.entered("h5", request.query.get("prepay_id", ""))
        if bought is None:
            return _page(OVER, 410)
        whole, cents = divmod(bought.total, 100)
        title, address = html.escape(bought.asked["description"]), html.escape(request.raw_path)
        return _page(PAY.format(title=title, amount=f"{whole}.{cents:02}", address=address))

    async def pay(self, request: web.Request) -> web.Response:
        bought = self._fake.entered("h5", request.query.get("prepay_id", ""))
        if bought is None:
            return _page(OVER, 410)
        await self._fake.pay(bought.number)
        return web.Response(status=303, headers={"Location": request.query["redirect_url"]})


def _page(inside: str, status: int = 200) -> web.Response:
    return web.Response(text=PAGE.format(inside=inside), status=status, content_type="text/html")
