"""UnionPay's gateway on this machine: the browser's form, queries, refunds, back notices, with keys of its own.

A buyer pays what a browser has opened: post `Attempt.form` to `Attempt.url` first (`open`), as the pay page does.
"""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import aiohttp
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from bot.payments.unionpay import UnionpaySettings
from services.shared.clock import Clock
from tests.fakes.base import Fake, Notice, cut

MERCHANT = "777290058110048"
VECTORS = Path(__file__).parents[1] / "data/vectors/unionpay.json"
# Keys that are published: of use for tests alone.
KEYS: dict[str, str] = json.loads(VECTORS.read_text(encoding="utf-8"))["keys"]


@cache
def read_key(pem: str) -> Any:
    """Reading a private key checks it, which takes longer than all else here."""
    return load_pem_private_key(pem.encode(), None)


@cache
def merchant() -> UnionpaySettings:
    given: dict[str, Any] = {
        "merchant_id": MERCHANT, "private_key": KEYS["merchant_key"], "certificate": KEYS["merchant_cert"],
        "middle_certificate": KEYS["middle"], "root_certificate": KEYS["root"], "test": True,
    }
    return UnionpaySettings(_env_file=None, **given)  # type: ignore[call-arg]


BACK = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>UnionPay</title><form method="post" action="{url}">{fields}<button>返回商户 · Back to the shop</button></form>"""
PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>UnionPay</title><h1>银联在线支付(模拟)· UnionPay (fake)</h1><p>{number}</p><p>CNY {amount}</p>
<form method="post" action="/fake/unionpay/pay/{number}">
<button name="act" value="pay">付款 · Pay</button> <button name="act" value="fail">余额不足 · Not enough money</button>
</form>"""


@dataclass
class Trade:
    """A payment or a refund at the gateway. `word` is its response code: 05 while it is under way."""

    sent: dict[str, str]
    query_id: str
    word: str = ""
    amount: int = 0
    refunds: list[Trade] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """The gateway finds a payment once its buyer has tried to pay."""
        return self.word != ""


class FakeUnionPay(Fake):
    """`slow_refunds`: refunds stay under way until `finish_refund`. `qr`: the contract has QR codes. `asked` is what
    the merchant sent. A fault "word:06" answers with that response code and does
    nothing, "field:txnAmt=1" answers with another value in a field."""

    code = "unionpay"
    supports = frozenset({"pending-refund", "wrong-amount", "pay-after-close"})

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.slow_refunds = False
        self.qr = False
        self.asked: list[dict[str, str]] = []
        self.trades: dict[tuple[str, str], Trade] = {}
        self._count = 0

    def settings(self, base_url: str) -> UnionpaySettings:
        self.base_url = base_url
        return merchant().model_copy(update={"qr": self.qr, "gateway": f"{base_url}/fake/unionpay"})

    def routes(self) -> list[web.RouteDef]:
        api = "/fake/unionpay/gateway/api"
        return [
            web.post(f"{api}/frontTransReq.do", self._front), web.post(f"{api}/backTransReq.do", self._back),
            web.post(f"{api}/queryTrans.do", self._query), web.post("/fake/unionpay/pay/{number}", self._paid),
        ]

    async def open(self, url: str, form: dict[str, str]) -> int:
        """A browser posts the form; the gateway shows its page. Returns the HTTP status."""
        async with aiohttp.ClientSession() as browser, browser.post(url, data=form) as page:
            await page.read()
            return page.status

    async def pay(self, number: str, amount: int | None = None) -> None:
        trade = self._payment(number)
        trade.word, trade.amount = "00", int(trade.sent["txnAmt"]) if amount is None else amount
        self._tell(trade)

    async def fail(self, number: str) -> None:
        """Not enough money. The gateway tells of successes only; the buyer may try again."""
        trade = self._payment(number)
        trade.word, trade.amount = "61", int(trade.sent["txnAmt"])

    async def console_refund(self, number: str, amount: int) -> None:
        """Nobody knows of a notice about one."""
        payment = self._payment(number)
        payment.refunds.append(Trade({"orderId": "CONSOLE"}, self._id(), "00", amount))

    async def finish_refund(self, refund_number: str, *, ok: bool = True) -> None:
        trade = next(trade for (known, _), trade in self.trades.items() if known == refund_number)
        if trade.word == "05":
            trade.word = "00" if ok else "60"
            self._tell(trade)

    def captured(self, number: str) -> int:
        return sum(trade.amount for (known, _), trade in self.trades.items() if known == number and trade.word == "00")

    def refunded(self, number: str) -> int:
        return sum(refund.amount for refund in self._payment(number).refunds if refund.word == "00")

    def forge(self, notice: Notice) -> Notice:
        """Signed rightly, by somebody whose certificate says that it is UnionPay's and was issued by nobody."""
        fields = self._fields(notice.body.decode())
        return self._notice(notice.about, notice.url, fields, KEYS["fake_key"], KEYS["fake_cert"])

    async def _front(self, request: web.Request) -> web.StreamResponse:
        sent = await self._read(request)
        if sent is None:
            return web.Response(text="Invalid request.", status=400)
        trade = self.trades.setdefault((sent["orderId"], sent["txnTime"]), Trade(sent, self._id()))
        if why := self._closed(trade):
            return web.Response(text=why, status=400)
        whole, cents = divmod(int(sent["txnAmt"]), 100)
        page = PAGE.format(number=html.escape(sent["orderId"]), amount=f"{whole}.{cents:02}")
        return web.Response(text=page, content_type="text/html")

    async def _paid(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        act, trade = (await request.post()).get("act"), self._payment(number)
        if not self._closed(trade):
            await (self.pay(number) if act == "pay" else self.fail(number))
        fields = "".join(f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                         for name, value in self._result(trade).items())
        page = BACK.format(url=html.escape(trade.sent["frontUrl"]), fields=fields)
        return web.Response(text=page, content_type="text/html")

    def _closed(self, trade: Trade) -> str:
        """Why nobody can pay it in a browser any more; "" while somebody can."""
        over = trade.sent.get("payTimeout") and self._moment(trade.sent["payTimeout"]) <= self.clock.now()
        return "12" if trade.word == "00" else "payTimeout" if over else ""

    async def _back(self, request: web.Request) -> web.StreamResponse:
        sent = await self._read(request)
        act = "start" if sent is None or sent["txnType"] == "01" else "refund"
        fault = self.faults.take(act)
        if sent is None or fault == "down":
            return web.Response(text="Invalid request.", status=400 if sent is None else 503)
        if fault.startswith("word:"):
            return await self._answer(request, fault, sent, {})
        word, more = self._start_code(sent) if act == "start" else self._refund(sent)
        return await self._answer(request, fault, sent, {"respCode": word, "respMsg": f"[{word}]"} | more)

    def _start_code(self, sent: dict[str, str]) -> tuple[str, dict[str, str]]:
        key = (sent["orderId"], sent["txnTime"])
        if key in self.trades:
            return "12", {}
        self.trades[key] = Trade(sent, self._id())
        return "00", {"qrCode": f"{self.base_url}/fake/unionpay/qr/{sent['orderId']}"}

    def _refund(self, sent: dict[str, str]) -> tuple[str, dict[str, str]]:
        key, amount = (sent["orderId"], sent["txnTime"]), int(sent["txnAmt"])
        if any(sent["orderId"] == number for number, _ in self.trades):
            return "12", {}
        payment = next((trade for trade in self.trades.values() if trade.query_id == sent["origQryId"]), None)
        if payment is None or payment.word != "00":
            return "35", {}
        given = sum(refund.amount for refund in payment.refunds if refund.word in ("00", "05"))
        if given + amount > payment.amount:
            return "61", {}
        refund = self.trades[key] = Trade(sent, self._id(), "05" if self.slow_refunds else "00", amount)
        payment.refunds.append(refund)
        if refund.word == "00":
            self._tell(refund)
        return "00", {"queryId": refund.query_id}

    async def _query(self, request: web.Request) -> web.StreamResponse:
        sent, fault = await self._read(request), self.faults.take("query")
        if sent is None or fault == "down":
            return web.Response(text="Invalid request.", status=400 if sent is None else 503)
        trade = self.trades.get((sent["orderId"], sent["txnTime"]))
        if trade is None or not trade.known:
            return await self._answer(request, fault, sent, {"respCode": "34", "respMsg": "查无此交易[2600000]"})
        found = self._result(trade) | {"respCode": "00", "respMsg": "成功[0000000]", "origRespCode": trade.word,
                                       "origRespMsg": f"[{trade.word}]"}
        return await self._answer(request, fault, sent, found)

    async def _read(self, request: web.Request) -> dict[str, str] | None:
        """The form of a merchant's request; None unless it is signed by the merchant."""
        sent = self._fields((await request.read()).decode())
        self.asked.append(dict(sent))
        certificate: Any = load_pem_x509_certificate(KEYS["merchant_cert"].encode())
        if sent.get("certId") != str(certificate.serial_number) or sent.get("merId") != MERCHANT:
            return None
        try:
            signature = base64.b64decode(sent.pop("signature", ""))
            certificate.public_key().verify(signature, self._hashed(sent), padding.PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            return None
        return sent

    async def _answer(
        self, request: web.Request, fault: str, sent: dict[str, str], fields: dict[str, str]
    ) -> web.StreamResponse:
        echoed = {name: sent[name] for name in ("version", "encoding", "signMethod", "txnType", "txnSubType", "bizType",
                                                "accessType", "merId", "orderId", "txnTime", "reqReserved")
                  if name in sent}
        if fault == "hang-after":
            return await cut(request)
        if fault == "garbage":
            return web.Response(text="<html>系统维护</html>", content_type="text/html")
        if fault.startswith("field:"):
            name, _, value = fault.removeprefix("field:").partition("=")
            fields = fields | {name: value}
        if fault.startswith("word:"):
            fields = {"respCode": fault.removeprefix("word:"), "respMsg": "交易失败"}
        key = KEYS["fake_key" if fault == "badsig" else "unionpay_sign_key"]
        signed = self.signed(echoed | fields, key, KEYS["unionpay_sign_cert"])
        return web.Response(text="&".join(f"{name}={value}" for name, value in signed.items()),
                            content_type="text/html", charset="utf-8")

    def _tell(self, trade: Trade) -> None:
        fields = self._result(trade) | {"respCode": trade.word, "respMsg": "成功[0000000]"}
        self.notices.append(self._notice(trade.sent["orderId"], trade.sent["backUrl"], fields,
                                         KEYS["unionpay_sign_key"], KEYS["unionpay_sign_cert"]))

    def _notice(self, about: str, url: str, fields: dict[str, str], key: str, certificate: str) -> Notice:
        body = urlencode(self.signed(fields, key, certificate)).encode()
        return Notice(about, url, {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}, body)

    def _result(self, trade: Trade) -> dict[str, str]:
        """What is said about a trade in a notice, on the way back to the shop and to a query."""
        kept = ("version", "encoding", "signMethod", "txnType", "txnSubType", "bizType", "accessType", "merId",
                "orderId", "txnTime", "reqReserved", "origQryId")
        day = self.clock.now() + timedelta(hours=8)
        return {name: trade.sent[name] for name in kept if name in trade.sent} | {
            "txnAmt": str(trade.amount), "currencyCode": "156", "queryId": trade.query_id,
            "settleAmt": str(trade.amount), "settleCurrencyCode": "156", "settleDate": f"{day:%m%d}",
            "traceNo": trade.query_id[-6:], "traceTime": f"{day:%m%d%H%M%S}", "accNo": "6216***********0018",
            "payCardType": "01",
        }

    def signed(self, fields: dict[str, str], key_pem: str, certificate: str) -> dict[str, str]:
        """The fields with a signature by that key, and the certificate that is said to be its own."""
        signed = {name: value for name, value in fields.items() if name not in ("signature", "signPubKeyCert")}
        signed["signPubKeyCert"] = certificate
        signature = read_key(key_pem).sign(self._hashed(signed), padding.PKCS1v15(), SHA256())
        return signed | {"signature": base64.b64encode(signature).decode()}

    @staticmethod
    def _hashed(fields: dict[str, str]) -> bytes:
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
        return sha256(text.encode()).hexdigest().encode()

    @staticmethod
    def _fields(body: str) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(body).items()}

    @staticmethod
    def _moment(text: str) -> datetime:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC) - timedelta(hours=8)

    def _payment(self, number: str) -> Trade:
        """Raises KeyError for one that no browser has opened."""
        found = [trade for (known, _), trade in self.trades.items() if known == number]
        if not found:
            raise KeyError(number)
        return found[-1]

    def _id(self) -> str:
        self._count += 1
        return f"{self.clock.now() + timedelta(hours=8):%Y%m%d%H%M%S}{self._count:07}"
