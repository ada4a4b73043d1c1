"""Alipay on this machine: the gateway, the cashier that a scanned code or a page opens, notices and the daily bill.

It signs and checks with code of its own. A code makes no trade before somebody scans it; a refund's notice repeats the
payment and tells the sum of all refunds.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from bot.payments.alipay import AlipaySettings
from services.shared.clock import Clock
from tests.fakes.alipay_bill import bill_archive, bill_text, yuan
from tests.fakes.base import Fake, Notice, cut

APP_ID, SELLER_ID = "2021000000000001", "2088000000000001"
_BEIJING = timezone(timedelta(hours=8))
_ACTS = {
    "alipay.trade.precreate": "start", "alipay.trade.query": "query", "alipay.trade.close": "close",
    "alipay.trade.refund": "refund", "alipay.trade.fastpay.refund.query": "refund-query",
    "alipay.data.dataservice.bill.downloadurl.query": "bill",
}
_PAGES = {"alipay.trade.wap.pay": "QUICK_WAP_WAY", "alipay.trade.page.pay": "FAST_INSTANT_TRADE_PAY"}


@dataclass
class Returned:
    request: str
    amount: int
    at: datetime
    settled: bool = True


@dataclass
class Trade:
    """`number` is the shop's; `trade_no` is there once a payer has opened it; amounts are fen."""

    number: str
    content: dict[str, str]
    notify_url: str
    return_url: str
    amount: int
    trade_no: str = ""
    status: str = "WAIT_BUYER_PAY"
    paid_at: datetime | None = None
    refunds: dict[str, Returned] = field(default_factory=dict)

    @property
    def returned(self) -> int:
        return sum(each.amount for each in self.refunds.values() if each.settled)


class FakeAlipay(Fake):
    """A fault with a dot or of digits is the word or code that a call is refused with.

    `holds_refunds`: refunds move nothing before `finish_refund`. `finds_console_refunds`: whether a query by number
    knows the refunds of the console."""

    code = "alipay"
    supports = frozenset({"fail", "wrong-amount", "pay-after-close", "console-refund-notice", "bill"})

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.trades: dict[str, Trade] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.holds_refunds = False
        self.finds_console_refunds = True
        self._codes: dict[str, str] = {}
        self._numbers = count(1)

    # --- the shop's side ---

    def settings(self, base_url: str) -> AlipaySettings:
        self.base_url = base_url
        return _settings().model_copy(update={"gateway": f"{base_url}/fake/alipay/gateway.do"})

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/fake/alipay/gateway.do", self._gateway),
            web.get("/fake/alipay/gateway.do", self._open_page),
            web.get("/fake/alipay/qr/{code}", self._scan),
            web.post("/fake/alipay/cashier/{number}", self._cashier),
            web.get("/fake/alipay/bill/{day}.zip", self._download),
        ]

    # --- people ---

    async def pay(self, number: str, amount: int | None = None) -> None:
        trade = self._opened(self.trades[number])
        if trade.status != "WAIT_BUYER_PAY":
            raise ValueError(f"a trade that is {trade.status} cannot be paid")
        trade.amount = trade.amount if amount is None else amount
        trade.status, trade.paid_at = "TRADE_SUCCESS", self.clock.now()
        self._notify(trade, trade.number)

    async def console_refund(self, number: str, amount: int) -> None:
        self._give_back(self.trades[number], f"{next(self._numbers):028d}", amount)

    async def finish_refund(self, refund_number: str, *, ok: bool = True) -> None:
        trade = next(each for each in self.trades.values() if refund_number in each.refunds)
        if ok:
            trade.refunds[refund_number].settled = True
            self._tell_refund(trade, trade.refunds[refund_number])
        else:
            del trade.refunds[refund_number]

    async def fail(self, number: str) -> None:
        """The payer opened the payment and did not pay in its time: Alipay closes it and tells."""
        trade = self._opened(self.trades[number])
        trade.status = "TRADE_CLOSED"
        self._notify(trade, trade.number, gmt_close=_beijing(self.clock.now()))

    def captured(self, number: str) -> int:
        trade = self.trades.get(number)
        return trade.amount if trade is not None and trade.paid_at is not None else 0

    def refunded(self, number: str) -> int:
        return self.trades[number].returned if number in self.trades else 0

    def forge(self, notice: Notice) -> Notice:
        fields = dict(pair for pair in _form(notice.body) if pair[0] not in ("sign", "sign_type"))
        return Notice(notice.about, notice.url, notice.headers, _notice_body(fields, "app"))

    def bill_text(self, day: str) -> str:
        return bill_text(self.trades.values(), day, SELLER_ID)

    # --- notices ---

    def _notify(self, trade: Trade, about: str, **more: str) -> None:
        number = next(self._numbers)
        fields = {
            "gmt_create": _beijing(self.clock.now()), "charset": "utf-8", "seller_email": "shop@example.com",
            "subject": trade.content["subject"], "buyer_id": "2088102100000001", "notify_id": f"{number:034d}",
            "notify_type": "trade_status_sync", "trade_status": trade.status, "app_id": APP_ID, "auth_app_id": APP_ID,
            "seller_id": SELLER_ID, "notify_time": _beijing(self.clock.now()), "version": "1.0",
            "out_trade_no": trade.number, "total_amount": yuan(trade.amount), "trade_no": trade.trade_no, **more,
        }
        if trade.paid_at is not None:
            fields |= {"gmt_payment": _beijing(trade.paid_at), "receipt_amount": yuan(trade.amount),
                       "buyer_pay_amount": yuan(trade.amount)}
        self.send_later(fields, about, trade.notify_url)

    def send_later(self, fields: Mapping[str, str], about: str, url: str) -> None:
        """A notice of any fields, with Alipay's signature."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        self.notices.append(Notice(about, url, headers, _notice_body(fields, "alipay")))

    def _tell_refund(self, trade: Trade, returned: Returned) -> None:
        if trade.returned == trade.amount:
            trade.status = "TRADE_CLOSED"
        self._notify(trade, returned.request, refund_fee=yuan(trade.returned), out_biz_no=returned.request,
                     gmt_refund=f"{_beijing(returned.at)}.123")

    # --- the gateway ---

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        body = (await request.read()).decode()
        params = dict(request.query) | dict(_form(body.encode()))
        method = params.get("method", "")
        if request.query.get("charset") != "utf-8" or not _signed_by_app(params) or method not in _ACTS:
            return web.json_response({"error_response": {"code": "40002", "msg": "Invalid Arguments",
                                                         "sub_code": "isv.invalid-signature"}})
        act, content = _ACTS[method], json.loads(params["biz_content"])
        self.calls.append((act, content))
        fault = self.faults.take(act)
        if fault == "down":
            return web.Response(status=503)
        refused = "." in fault or fault.isdigit()
        answer = _no(fault) if refused else getattr(self, "_" + act.replace("-", "_"))(content, params)
        if fault == "hang-after":
            return await cut(request)
        if fault == "garbage":
            return web.Response(text="<html>系统繁忙</html>", content_type="text/html")
        text = json.dumps(answer, ensure_ascii=False).replace("/", "\\/")
        name = method.replace(".", "_") + "_response"
        sign = _sign(text, "app" if fault == "badsig" else "alipay")
        return web.Response(text=f'{{"{name}":{text},"sign":"{sign}"}}', content_type="text/html", charset="utf-8")

    def _start(self, content: dict[str, str], params: dict[str, str]) -> dict[str, Any]:
        trade = self._place(content, params)
        if isinstance(trade, str):
            return _no(trade)
        if trade.status != "WAIT_BUYER_PAY":
            return _no("ACQ.TRADE_HAS_SUCCESS" if trade.paid_at else "ACQ.TRADE_HAS_CLOSE")
        code = f"bax{next(self._numbers):08d}"
        self._codes[code] = trade.number
        return _yes(out_trade_no=trade.number, qr_code=f"{self.base_url}/fake/alipay/qr/{code}")

    def _place(self, content: dict[str, str], params: Mapping[str, str]) -> Trade | str:
        """The order of this number, or the word for why not."""
        number, amount = content["out_trade_no"], _fen(content["total_amount"])
        ends = content.get("time_expire")
        if amount <= 0 or (ends is not None and _moment(ends) <= self.clock.now()):
            return "ACQ.INVALID_PARAMETER"
        trade = self.trades.setdefault(
            number, Trade(number, content, params["notify_url"], params.get("return_url", ""), amount))
        return trade if trade.content == content else "ACQ.CONTEXT_INCONSISTENT"

    def _query(self, content: dict[str, str], params: dict[str, str]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None or not trade.trade_no:
            return _no("ACQ.TRADE_NOT_EXIST")
        paid = {"send_pay_date": _beijing(trade.paid_at)} if trade.paid_at else {}
        return _yes(out_trade_no=trade.number, trade_no=trade.trade_no, trade_status=trade.status,
                    total_amount=yuan(trade.amount), buyer_logon_id="{te}***@example.com", **paid)

    def _close(self, content: dict[str, str], params: dict[str, str]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None or not trade.trade_no:
            return _no("ACQ.TRADE_NOT_EXIST")
        if trade.status != "WAIT_BUYER_PAY":
            return _no("ACQ.TRADE_STATUS_ERROR")
        trade.status = "TRADE_CLOSED"
        return _yes(out_trade_no=trade.number, trade_no=trade.trade_no)

    def _refund(self, content: dict[str, str], params: dict[str, str]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None or trade.paid_at is None:
            return _no("ACQ.TRADE_NOT_EXIST")
        amount, request = _fen(content["refund_amount"]), content["out_request_no"]
        known = trade.refunds.get(request)
        if known is not None and known.amount != amount:
            return _no("ACQ.DISCORDANT_REPEAT_REQUEST")
        if known is None and amount > trade.amount - trade.returned:
            return _no("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        if known is None:
            self._give_back(trade, request, amount, settled=not self.holds_refunds)
        moved = known is None and not self.holds_refunds
        return _yes(out_trade_no=trade.number, trade_no=trade.trade_no, fund_change="Y" if moved else "N",
                    refund_fee=yuan(trade.returned))

    def _give_back(self, trade: Trade, request: str, amount: int, *, settled: bool = True) -> None:
        returned = trade.refunds[request] = Returned(request, amount, self.clock.now(), settled)
        if settled:
            self._tell_refund(trade, returned)

    def _refund_query(self, content: dict[str, str], params: dict[str, str]) -> dict[str, Any]:
        trade, request = self.trades.get(content["out_trade_no"]), content["out_request_no"]
        if trade is None or not trade.trade_no:
            return _no("ACQ.TRADE_NOT_EXIST")
        known = trade.refunds.get(request)
        console = request.isdigit() and not self.finds_console_refunds
        if known is None or not known.settled or console:
            return _yes()
        return _yes(out_trade_no=trade.number, trade_no=trade.trade_no, out_request_no=request,
                    total_amount=yuan(trade.amount), refund_amount=yuan(known.amount), refund_status="REFUND_SUCCESS")

    def _bill(self, content: dict[str, str], params: dict[str, str]) -> dict[str, Any]:
        day = content["bill_date"]
        if not any(line.startswith("20") for line in self.bill_text(day).splitlines()):
            return _no("isp.bill_not_exist")
        return _yes(bill_download_url=f"{self.base_url}/fake/alipay/bill/{day}.zip?token=a%2Fb")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=bill_archive(self.trades.values(), request.match_info["day"], SELLER_ID))

    # --- the cashier ---

    async def _open_page(self, request: web.Request) -> web.StreamResponse:
        params = dict(request.query)
        content = json.loads(params.get("biz_content", "{}"))
        if not _signed_by_app(params) or _PAGES.get(params.get("method", "")) != content.get("product_code"):
            raise web.HTTPBadRequest(text="invalid-signature")
        trade = self._place(content, params)
        if isinstance(trade, str):
            raise web.HTTPBadRequest(text=trade)
        return _page(self._opened(trade))

    async def _scan(self, request: web.Request) -> web.StreamResponse:
        number = self._codes.get(request.match_info["code"])
        if number is None:
            raise web.HTTPNotFound()
        return _page(self._opened(self.trades[number]))

    async def _cashier(self, request: web.Request) -> web.StreamResponse:
        trade = self.trades[request.match_info["number"]]
        if trade.status == "WAIT_BUYER_PAY":
            await self.pay(trade.number)
        if trade.return_url:
            raise web.HTTPSeeOther(trade.return_url)
        return _page(trade)

    def _opened(self, trade: Trade) -> Trade:
        trade.trade_no = trade.trade_no or f"{self.clock.now():%Y%m%d}{next(self._numbers):020d}"
        return trade


@cache
def _settings() -> AlipaySettings:
    app = _key("app").private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                    serialization.NoEncryption())
    alipay = _key("alipay").public_key().public_bytes(serialization.Encoding.PEM,
                                                      serialization.PublicFormat.SubjectPublicKeyInfo)
    return AlipaySettings(_env_file=None, app_id=APP_ID, seller_id=SELLER_ID, private_key=app.decode(),  # type: ignore[call-arg]
                          public_key=alipay.decode(), wap=True, page=True)


@cache
def _key(owner: str) -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _sign(text: str, owner: str) -> str:
    return base64.b64encode(_key(owner).sign(text.encode(), PKCS1v15(), hashes.SHA256())).decode()


def _joined(fields: Mapping[str, str]) -> str:
    return "&".join("=".join(pair) for pair in sorted(fields.items()))


def _signed_by_app(params: Mapping[str, str]) -> bool:
    fields = {name: value for name, value in params.items() if name != "sign" and value != ""}
    try:
        signature = base64.b64decode(params["sign"])
        _key("app").public_key().verify(signature, _joined(fields).encode(), PKCS1v15(), hashes.SHA256())
    except (KeyError, ValueError, InvalidSignature):
        return False
    return params.get("sign_type") == "RSA2" and params.get("app_id") == APP_ID


def _notice_body(fields: Mapping[str, str], owner: str) -> bytes:
    return urlencode({**fields, "sign_type": "RSA2", "sign": _sign(_joined(fields), owner)}).encode()


def _form(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(), keep_blank_values=True)


def _yes(**fields: str) -> dict[str, Any]:
    return {"code": "10000", "msg": "Success", **fields}


def _no(word: str) -> dict[str, Any]:
    """A refusal by its word ("ACQ.SYSTEM_ERROR"), or by the gateway's own code ("20000")."""
    if word.isdigit():
        return {"code": word, "msg": "Service Currently Unavailable"}
    return {"code": "40004", "msg": "Business Failed", "sub_code": word, "sub_msg": '业务失败 } { \\" '}


def _fen(text: str) -> int:
    return int(Decimal(text) * 100)


def _beijing(at: datetime) -> str:
    return at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str) -> datetime:
    return datetime.strptime(f"{text}+0800", "%Y-%m-%d %H:%M:%S%z").astimezone(UTC)


def _page(trade: Trade) -> web.Response:
    """The cashier's page: what is paid, and a button while it can be."""
    button = f"<p>{trade.status}</p>"
    if trade.status == "WAIT_BUYER_PAY":
        button = (f'<form method="post" action="/fake/alipay/cashier/{html.escape(trade.number)}">'
                  "<button>确认付款 · Pay</button></form>")
    text = (f'<!doctype html><meta charset="utf-8"><title>支付宝(模拟)</title><h1>支付宝(模拟) · Alipay, a fake</h1>'
            f'<p>{html.escape(trade.content["subject"])}</p><p>¥{yuan(trade.amount)}</p>{button}')
    return web.Response(text=text, content_type="text/html")
