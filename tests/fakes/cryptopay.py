"""Crypto Pay on this machine: the API, the page of an invoice, and signed webhooks.

`endpoint` is where webhooks go, which a real app is told in @CryptoBot; the fake's own server unless it is set.
"""

from __future__ import annotations

import hmac
import html
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from aiohttp import web

from bot.payments.cryptopay import CryptopaySettings
from services.shared.clock import Clock
from tests.fakes.base import Fake, Notice, cut

# Made up, like the token of the examples.
TOKEN = "12345:AAtestOnlyTokenForCryptoPay0123456789"
PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Crypto Pay</title><h1>Crypto Pay (fake · 模拟)</h1><p>{description}</p><p>{amount} {fiat}</p>{act}"""
PAY = '<form method="post"><button>Pay in USDT · 用 USDT 付款</button></form>'
BACK = '<p><a href="{url}">Back to the shop · 返回商店</a></p>'


@dataclass
class Invoice:
    id: int
    asked: dict[str, Any]
    created: datetime
    paid: Decimal | None = None
    paid_at: datetime | None = None
    deleted: bool = False

    def status(self, now: datetime) -> str:
        life = self.asked.get("expires_in")
        if self.paid is not None:
            return "paid"
        return "expired" if life and now >= self.created + timedelta(seconds=life) else "active"


class FakeCryptoPay(Fake):
    """`asked` is what the shop sent, by method. `numbers`: amounts are JSON numbers instead of strings. A fault
    "no:AMOUNT_TOO_SMALL" refuses by that name, "no:FLOOD:429" with another HTTP status than 400."""

    code = "cryptopay"
    supports = frozenset({"wrong-amount"})

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.endpoint = ""
        self.numbers = False
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.invoices: list[Invoice] = []

    def settings(self, base_url: str) -> CryptopaySettings:
        self.base_url = base_url
        given: dict[str, Any] = {"token": TOKEN, "testnet": True, "url": f"{base_url}/fake/cryptopay"}
        return CryptopaySettings(_env_file=None, **given)  # type: ignore[call-arg]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/fake/cryptopay/api/{method}", self._api),
            web.get("/fake/cryptopay/invoice/{id}", self._show),
            web.post("/fake/cryptopay/invoice/{id}", self._pay),
        ]

    async def pay(self, number: str, amount: int | None = None) -> None:
        """The newest invoice of the attempt is paid. `amount` in hundredths: all the currencies have them."""
        invoice = self._of(number)[-1]
        if not self._active(invoice):
            raise ValueError("only an active invoice can be paid")
        invoice.paid = Decimal(invoice.asked["amount"]) if amount is None else Decimal(amount).scaleb(-2)
        invoice.paid_at = self.clock.now()
        self.notices.append(self.notice(invoice))

    def notice(self, invoice: Invoice, **more: Any) -> Notice:
        update = {"update_id": len(self.notices) + 1, "update_type": "invoice_paid",
                  "request_date": _iso(self.clock.now()), "payload": self._told(invoice)} | more
        body = json.dumps(update, ensure_ascii=False, default=float).encode()
        return self.signed(invoice.asked.get("payload", ""), body, TOKEN)

    def signed(self, about: str, body: bytes, token: str) -> Notice:
        mac = hmac.new(sha256(token.encode()).digest(), body, "sha256").hexdigest()
        headers = {"Content-Type": "application/json", "crypto-pay-api-signature": mac}
        url = self.endpoint or f"{self.base_url}/webhooks/payments/cryptopay"
        return Notice(about, url, headers, body)

    def forge(self, notice: Notice) -> Notice:
        return self.signed(notice.about, notice.body, "12345:AAsomebodyElsesTokenForCryptoPay012345")

    def captured(self, number: str) -> int:
        return sum(int(invoice.paid * 100) for invoice in self._of(number) if invoice.paid is not None)

    def refunded(self, number: str) -> int:
        """Nothing ever: people pay back, elsewhere."""
        return 0

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = self.faults.take({"createInvoice": "start", "getInvoices": "query", "deleteInvoice": "close"}[method])
        if fault == "down":
            return web.Response(status=503)
        if request.headers.get("Crypto-Pay-API-Token") != TOKEN:
            return self._no(401, "UNAUTHORIZED")
        asked = await request.json()
        self.asked.append((method, asked))
        if fault.startswith("no:"):
            name, _, code = fault.removeprefix("no:").partition(":")
            return self._no(int(code or 400), name)
        act = {"createInvoice": self._create, "getInvoices": self._list, "deleteInvoice": self._delete}[method]
        result = act(asked)
        if fault == "hang-after":
            return await cut(request)
        if fault in ("garbage", "badsig"):  # answers bear no signature
            return web.Response(text="<html>502</html>", content_type="text/html")
        if isinstance(result, str):
            return self._no(400, result)
        return web.json_response({"ok": True, "result": result}, dumps=lambda data: json.dumps(data, default=float))

    def _no(self, code: int, name: str) -> web.Response:
        return web.json_response({"ok": False, "error": {"code": code, "name": name}}, status=code)

    def _create(self, asked: dict[str, Any]) -> dict[str, Any] | str:
        if asked.get("currency_type") != "fiat" or not isinstance(asked.get("amount"), str):
            return "AMOUNT_INVALID"
        if not 1 <= asked.get("expires_in", 1) <= 2_678_400:
            return "EXPIRES_IN_INVALID"
        self.invoices.append(Invoice(528_890 + len(self.invoices), asked, self.clock.now()))
        return self._told(self.invoices[-1])

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        ids = str(asked.get("invoice_ids", "")).split(",") if asked.get("invoice_ids") else None
        known = [
            self._told(invoice) for invoice in reversed(self.invoices)
            if not invoice.deleted and (ids is None or str(invoice.id) in ids)
            and asked.get("status") in (None, invoice.status(self.clock.now()))
        ]
        begin = asked.get("offset", 0)
        return {"items": known[begin:begin + asked.get("count", 100)]}

    def _delete(self, asked: dict[str, Any]) -> bool | str:
        for invoice in self.invoices:
            if invoice.id == asked["invoice_id"] and self._active(invoice):
                invoice.deleted = True
                return True
        return "INVOICE_NOT_FOUND"

    async def _show(self, request: web.Request) -> web.Response:
        invoice = self._behind(request)
        back = invoice.asked.get("paid_btn_url", "")
        done = f"<p>{'✅' if invoice.paid else '⌛'}</p>" + (BACK.format(url=html.escape(back)) if back else "")
        act = PAY if self._active(invoice) else done
        fields = {name: html.escape(str(invoice.asked.get(name, ""))) for name in ("description", "amount", "fiat")}
        return web.Response(text=PAGE.format(act=act, **fields), content_type="text/html")

    async def _pay(self, request: web.Request) -> web.Response:
        invoice = self._behind(request)
        if self._active(invoice):
            await self.pay(invoice.asked["payload"])
        return web.Response(status=303, headers={"Location": request.path})

    def _active(self, invoice: Invoice) -> bool:
        return not invoice.deleted and invoice.status(self.clock.now()) == "active"

    def _behind(self, request: web.Request) -> Invoice:
        found = [invoice for invoice in self.invoices if str(invoice.id) == request.match_info["id"]]
        if not found:
            raise web.HTTPNotFound
        return found[0]

    def _of(self, number: str) -> list[Invoice]:
        """Raises KeyError for a payment without an invoice."""
        found = [invoice for invoice in self.invoices if invoice.asked.get("payload") == number]
        if not found:
            raise KeyError(number)
        return found

    def _told(self, invoice: Invoice) -> dict[str, Any]:
        amount = Decimal(invoice.asked["amount"]) if invoice.paid is None else invoice.paid
        url = f"{self.base_url}/fake/cryptopay/invoice/{invoice.id}"
        told = {
            "invoice_id": invoice.id, "hash": f"IV{invoice.id}", "currency_type": "fiat",
            "fiat": invoice.asked["fiat"], "amount": amount if self.numbers else str(amount),
            "bot_invoice_url": url, "mini_app_invoice_url": url, "web_app_invoice_url": url,
            "status": invoice.status(self.clock.now()), "created_at": _iso(invoice.created),
            "allow_comments": invoice.asked.get("allow_comments", True), "allow_anonymous": True,
            "payload": invoice.asked.get("payload", ""),
        }
        if invoice.paid_at is not None:
            told |= {"paid_at": _iso(invoice.paid_at), "paid_anonymously": False, "paid_asset": "USDT",
                     "paid_amount": str(amount), "fee_asset": "USDT", "fee_amount": str(amount * 3 / 100)}
        return told


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
