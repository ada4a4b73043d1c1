"""WeChat Pay on this machine: API v3 with keys of its own, the app's scanner, the page of H5, notices, the daily bill.

Strict where WeChat Pay is: requests must be signed, a number comes back with the same parameters or not at all, what is
paid or closed is not ordered again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from aiohttp import web

from bot.payments.wechat import WechatSettings
from services.shared.clock import Clock
from tests.fakes import wechat_bill
from tests.fakes.base import Fake, Notice, cut
from tests.fakes.wechat_keys import APIV3_KEY, APPID, MCHID, PUBLIC_KEY_ID, VECTORS, Keys, No, merchant_certificate
from tests.fakes.wechat_orders import ADDRESS_LIVES, BEIJING, CODE_LIVES, Bought, Repayment, beijing, is_order, moment
from tests.fakes.wechat_pages import CODE, Pages

PATH = "/fake/wechat"


class FakeWechat(Fake):
    """`h5`: the merchant may use H5. `public_key`: the merchant has WeChat Pay's; without it there are certificates.
    `by_certificate`: messages are signed with the certificate's serial number. `slow_refunds`: refunds stay under way
    until `finish_refund`. `balance`: what refunds can be taken from, in fen. `spelling`: how a code is written.
    `paid_word`: how a paid order refuses to be closed. A fault in capitals is the code of a refusal."""

    code = "wechat"
    supports = frozenset({"console-refund-notice", "pending-refund", "wrong-amount", "bill"})

    def __init__(self, clock: Clock, *, h5: bool = True, public_key: bool = True) -> None:
        super().__init__(clock)
        self.h5 = h5
        self.public_key = public_key
        self.by_certificate = not public_key
        self.slow_refunds = False
        self.balance: int | None = None
        self.spelling: Callable[[str], str] = str
        self.paid_word = "ORDER_PAID"
        self.keys = Keys(clock)
        self.orders: dict[str, Bought] = {}
        self.asked: list[tuple[str, str]] = []
        self._files: dict[str, bytes] = {}
        self._count = 0

    def settings(self, base_url: str) -> WechatSettings:
        self.base_url = base_url
        return _settings(self.h5, self.public_key).model_copy(update={"api_url": f"{base_url}{PATH}"})

    def routes(self) -> list[web.RouteDef]:
        orders, refunds = f"{PATH}/v3/pay/transactions", f"{PATH}/v3/refund/domestic/refunds"
        return [
            web.post(f"{orders}/native", self._api("start", lambda request, body: self._place("native", body))),
            web.post(f"{orders}/h5", self._api("start", lambda request, body: self._place("h5", body))),
            web.get(f"{orders}/out-trade-no/{{number}}", self._api("query", self._query)),
            web.post(f"{orders}/out-trade-no/{{number}}/close", self._api("close", self._close)),
            web.post(refunds, self._api("refund", self._refund)),
            web.get(f"{refunds}/{{number}}", self._api("refund-query", self._refund_query)),
            web.get(f"{PATH}/v3/certificates", self._api("certificates", self._certificates)),
            web.get(f"{PATH}/v3/bill/tradebill", self._api("bill", self._bill)),
            web.get(f"{PATH}/v3/billdownload/file", self._file),
            *Pages(self, PATH).routes(),
        ]

    async def pay(self, number: str, amount: int | None = None) -> None:
        """The buyer confirmed before the order's time was over. Raises ValueError for one that is paid or closed."""
        bought = self.orders[number]
        if bought.state != "NOTPAY":
            raise ValueError(bought.state)
        bought.state, bought.paid_at, bought.transaction_id = "SUCCESS", self.clock.now(), self._id("42")
        bought.total = bought.total if amount is None else amount
        bought.entrances.clear()
        self._tell(number, bought.asked["notify_url"], "TRANSACTION.SUCCESS", "transaction", self._known(bought))

    async def console_refund(self, number: str, amount: int) -> None:
        """Announced to the address that the merchant set in the console: the shop's own."""
        bought = self.orders[number]
        self._give_back(bought, self._id("CONSOLE"), amount, bought.asked["notify_url"], "SUCCESS")

    async def finish_refund(self, refund_number: str, *, ok: bool = True) -> None:
        bought, refund = self._repayment(refund_number)
        if refund.state == "PROCESSING":
            refund.state = "SUCCESS" if ok else "ABNORMAL"
            self._tell_refund(bought, refund)

    def captured(self, number: str) -> int:
        bought = self.orders.get(number)
        return bought.total if bought is not None and bought.state == "SUCCESS" else 0

    def refunded(self, number: str) -> int:
        return sum(refund.amount for refund in self.orders[number].refunds if refund.state == "SUCCESS")

    def forge(self, notice: Notice) -> Notice:
        """Signed by somebody else, for WeChat Pay."""
        return self._signed(notice, self._forged)

    def probe(self, notice: Notice) -> Notice:
        """As WeChat Pay itself sends now and then, to see that it is refused."""
        return self._signed(notice, self._probed)

    async def deliver(self, index: int = 0) -> int:
        self.notices[index] = self._signed(self.notices[index], self._stamp)
        return await super().deliver(index)

    async def _try(self, notice: Notice) -> int:
        """Each try is signed anew."""
        again = self._signed(notice, self._stamp)
        self.notices[self.notices.index(notice)] = again
        return await super()._try(again)

    def bill_text(self, day: date) -> str:
        """The trades of a day in Beijing; "" for a day without any."""
        return wechat_bill.write(day, self.orders.values())

    def _api(
        self, act: str, work: Callable[[web.Request, dict[str, Any]], dict[str, Any] | None]
    ) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            self.asked.append((act, raw.decode()))
            fault = self.faults.take(act)
            if fault == "down":
                return web.Response(status=503)
            try:
                self.keys.check(request, raw)
                if fault.isupper():
                    raise No(401 if fault == "SIGN_ERROR" else 403, fault)
                said = work(request, json.loads(raw) if raw else {})
                status, body = (204, b"") if said is None else (200, _json(said))
            except No as no:
                status, body = no.status, _json({"code": self.spelling(no.code), "message": "(模拟)"})
            if fault == "hang-after":
                return await cut(request)
            if fault == "garbage":
                return web.Response(text="<html>系统维护</html>", content_type="text/html")
            stamps = {"badsig": self._forged, "probe": self._probed}.get(fault, self._stamp)
            headers = stamps(body) | ({"Content-Type": "application/json; charset=utf-8"} if body else {})
            return web.Response(status=status, body=body, headers=headers)

        return answer

    def _place(self, product: str, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("mchid") != MCHID or asked.get("appid") != APPID:
            raise No(400, "APPID_MCHID_NOT_MATCH")
        if product == "h5" and not self.h5:
            raise No(403, "NO_AUTH")
        known = self.orders.get(asked["out_trade_no"])
        if known is not None:
            if known.state != "NOTPAY":
                raise No(400, "ORDER_CLOSED") if known.state == "CLOSED" else No(403, "OUT_TRADE_NO_USED")
            if (known.asked, known.product) != (asked, product):
                raise No(400, "INVALID_REQUEST")
        elif not is_order(asked, product, self.clock.now()):
            raise No(400, "PARAM_ERROR")
        bought = known or Bought(asked, product, asked["amount"]["total"])
        self.orders[bought.number] = bought
        # A new way in closes the old one.
        bought.entrances.clear()
        entrance = self._id("wx")
        if product == "native":
            bought.entrances[entrance] = self.clock.now() + CODE_LIVES
            return {"code_url": f"{CODE}{entrance}"}
        bought.entrances[entrance] = self.clock.now() + ADDRESS_LIVES
        return {"h5_url": f"{self.base_url}{PATH}/h5?prepay_id={entrance}"}

    def _query(self, request: web.Request, asked: dict[str, Any]) -> dict[str, Any]:
        return self._known(self._bought(request))

    def _close(self, request: web.Request, asked: dict[str, Any]) -> None:
        bought = self._bought(request)
        if asked != {"mchid": MCHID}:
            raise No(400, "PARAM_ERROR")
        if bought.state != "NOTPAY":
            raise No(400, "ORDER_CLOSED" if bought.state == "CLOSED" else self.paid_word)
        bought.state = "CLOSED"
        bought.entrances.clear()

    def _refund(self, request: web.Request, asked: dict[str, Any]) -> dict[str, Any]:
        bought = self.orders.get(asked.get("out_trade_no", ""))
        if bought is None or bought.state != "SUCCESS":
            raise No(404, "RESOURCE_NOT_EXISTS")
        number, money = asked["out_refund_no"], asked["amount"]
        same = [refund for refund in bought.refunds if refund.number == number]
        if money["total"] != bought.total or money["currency"] != "CNY" or (same and same[0].amount != money["refund"]):
            raise No(400, "INVALID_REQUEST")
        if same:
            return self._repaid(bought, same[0])
        if bought.given_back + money["refund"] > bought.total or money["refund"] < 1:
            raise No(400, "INVALID_REQUEST")
        if self.balance is not None and self.balance < money["refund"]:
            raise No(403, "NOT_ENOUGH")
        state = "PROCESSING" if self.slow_refunds else "SUCCESS"
        refund = self._give_back(bought, number, money["refund"], asked.get("notify_url", ""), state)
        return self._repaid(bought, refund)

    def _refund_query(self, request: web.Request, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._repaid(*self._repayment(request.match_info["number"]))
        except KeyError:
            raise No(404, "RESOURCE_NOT_EXISTS") from None

    def _certificates(self, request: web.Request, asked: dict[str, Any]) -> dict[str, Any]:
        if self.public_key and not self.by_certificate:
            raise No(500, "SYSTEM_ERROR")
        return self.keys.certificates()

    def _bill(self, request: web.Request, asked: dict[str, Any]) -> dict[str, Any]:
        if request.query["bill_type"] != "ALL" or request.query["tar_type"] != "GZIP":
            raise No(400, "PARAM_ERROR")
        day, now = date.fromisoformat(request.query["bill_date"]), self.clock.now().astimezone(BEIJING)
        if day >= now.date():
            raise No(400, "INVALID_REQUEST")
        if now < datetime(day.year, day.month, day.day, 10, tzinfo=BEIJING) + timedelta(days=1):
            raise No(400, "STATEMENT_CREATING")
        plain = self.bill_text(day).encode()
        if not plain:
            raise No(400, "NO_STATEMENT_EXIST")
        token = self._id("file")
        self._files[token] = gzip.compress(plain)
        return {"hash_type": "SHA1", "hash_value": hashlib.sha1(plain).hexdigest(),
                "download_url": f"{self.base_url}{PATH}/v3/billdownload/file?token={token}"}

    async def _file(self, request: web.Request) -> web.Response:
        """Its answer is not signed, as at WeChat Pay."""
        try:
            self.keys.check(request, b"")
        except No as no:
            return web.Response(status=no.status, body=_json({"code": no.code}))
        file = self._files[request.query["token"]]
        match self.faults.take("bill-file"):
            case "down":
                return web.Response(status=503)
            case "garbage":
                file = b"<html></html>"
            case "another":
                file = gzip.compress(gzip.decompress(file).replace(b".99", b".98"))
        return web.Response(body=file)

    def entered(self, product: str, entrance: str) -> Bought | None:
        """The order that a code or address opens, while it can be paid."""
        now = self.clock.now()
        return next((bought for bought in self.orders.values()
                     if bought.product == product and now < bought.entrances.get(entrance, now)
                     and now < moment(bought.asked.get("time_expire"), now + CODE_LIVES)), None)

    def _bought(self, request: web.Request) -> Bought:
        if request.method == "GET" and request.query.get("mchid") != MCHID:
            raise No(400, "PARAM_ERROR")
        try:
            return self.orders[request.match_info["number"]]
        except KeyError:
            raise No(404, "ORDER_NOT_EXIST") from None

    def _known(self, bought: Bought) -> dict[str, Any]:
        """What a query and a notice say of an order."""
        state = "REFUND" if bought.refunds else bought.state
        said: dict[str, Any] = {"appid": APPID, "mchid": MCHID, "out_trade_no": bought.number, "attach": "",
                                "trade_state": state, "trade_state_desc": "(模拟)"}
        if bought.paid_at is None:
            return said
        # A coupon of WeChat Pay's own lowers what the payer pays, not what the shop gets.
        amount = {"total": bought.total, "payer_total": max(bought.total - 1, 0), "currency": "CNY",
                  "payer_currency": "CNY"}
        return said | {"transaction_id": bought.transaction_id, "bank_type": "OTHERS", "amount": amount,
                       "trade_type": "NATIVE" if bought.product == "native" else "MWEB",
                       "success_time": beijing(bought.paid_at), "payer": {"openid": "oFAKE0000000000000000000001"}}

    def _give_back(self, bought: Bought, number: str, amount: int, notify_url: str, state: str) -> Repayment:
        refund = Repayment(number, self._id("50"), amount, state, notify_url, self.clock.now())
        bought.refunds.append(refund)
        self.balance = None if self.balance is None else self.balance - amount
        if state == "SUCCESS":
            self._tell_refund(bought, refund)
        return refund

    def _repayment(self, number: str) -> tuple[Bought, Repayment]:
        for bought in self.orders.values():
            for refund in bought.refunds:
                if refund.number == number:
                    return bought, refund
        raise KeyError(number)

    def _repaid(self, bought: Bought, refund: Repayment) -> dict[str, Any]:
        return {"refund_id": refund.id, "out_refund_no": refund.number, "transaction_id": bought.transaction_id,
                "out_trade_no": bought.number, "channel": "ORIGINAL", "status": refund.state,
                "create_time": beijing(refund.at), "amount": {"total": bought.total, "refund": refund.amount}}

    def _tell_refund(self, bought: Bought, refund: Repayment) -> None:
        said = {"mchid": MCHID, "out_trade_no": bought.number, "transaction_id": bought.transaction_id,
                "out_refund_no": refund.number, "refund_id": refund.id, "refund_status": refund.state,
                "user_received_account": "支付用户零钱",
                "amount": {"total": bought.total, "refund": refund.amount, "payer_total": bought.total,
                           "payer_refund": refund.amount}}
        if refund.state == "SUCCESS":
            said["success_time"] = beijing(self.clock.now())
        self._tell(refund.number, refund.notify_url, f"REFUND.{refund.state}", "refund", said)

    def _tell(self, about: str, url: str, event: str, kind: str, said: Mapping[str, Any]) -> None:
        if not url:
            return
        body = _json({"id": self._id("EV-"), "create_time": beijing(self.clock.now()), "event_type": event,
                      "resource_type": "encrypt-resource", "summary": "(模拟)",
                      "resource": self.keys.seal(_json(said), kind) | {"original_type": kind}})
        self.notices.append(self._signed(Notice(about, url, {}, body), self._stamp))

    def _stamp(self, body: bytes) -> dict[str, str]:
        return self.keys.stamped(body, self.by_certificate)

    def _forged(self, body: bytes) -> dict[str, str]:
        return self.keys.forged(body, self.by_certificate)

    def _probed(self, body: bytes) -> dict[str, str]:
        return self.keys.probed(body, self.by_certificate)

    def _signed(self, notice: Notice, stamps: Callable[[bytes], dict[str, str]]) -> Notice:
        headers = stamps(notice.body) | {"Content-Type": "application/json"}
        return Notice(notice.about, notice.url, headers, notice.body)

    def _id(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self.clock.now().astimezone(BEIJING):%Y%m%d}{self._count:010}"


@cache
def _settings(h5: bool, public_key: bool) -> WechatSettings:
    given: dict[str, Any] = {
        "mchid": MCHID, "appid": APPID, "private_key": VECTORS["merchant"]["private_key_pem"],
        "certificate": merchant_certificate(), "apiv3_key": APIV3_KEY, "h5": h5,
    }
    if public_key:
        given |= {"public_key": VECTORS["platform"]["public_key_pem"], "public_key_id": PUBLIC_KEY_ID}
    return WechatSettings(_env_file=None, **given)  # type: ignore[call-arg]


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
