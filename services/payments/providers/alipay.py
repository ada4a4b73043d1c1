"""Alipay of mainland China (open platform, gateway.do): a QR, and where the merchant has them, pages for browsers.

Notices have no age limit: Alipay repeats one for more than a day, and an old one sent again is the same event again,
which changes nothing. What is known from memory only is marked unverified.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.payments.errors import BadSignature
from services.payments.provider import Accepts, NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.providers import alipay_reading as reading
from services.payments.providers.alipay_bill import read_bill
from services.payments.providers.alipay_gateway import PRODUCTION, Gateway
from services.payments.providers.alipay_reading import CODE, CURRENCY, Returned
from services.payments.providers.alipay_signing import Keys, read_notice
from services.payments.providers.alipay_values import BEIJING, beijing, fen, subject, yuan
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import Clock
from services.shared.money import Money

WAP, PAGE = "wap", "page"
# Channel → the method that its address calls, its product code, the browser that it is for.
_PAGES = {
    WAP: ("alipay.trade.wap.pay", "QUICK_WAP_WAY", "phone"),
    PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY", "desktop"),
}
_MOST = 100_000_000 * 100
# An unscanned code is good for two hours. How long a signed address is taken is not documented (unverified): a new one
# costs nothing.
_CODE_FRESH, _PAGE_FRESH = timedelta(minutes=110), timedelta(minutes=10)
_NOT_THERE = "ACQ.TRADE_NOT_EXIST"
# Nothing to close: never scanned, closed already, or paid, which the query that follows finds.
_NOTHING_TO_CLOSE = frozenset({
    _NOT_THERE, "ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.REASON_ILLEGAL_STATUS",
    "ACQ.TRADE_HAS_CLOSE", "ACQ.TRADE_HAS_FINISHED", "ACQ.TRADE_HAS_SUCCESS",
})
# Alipay will not move this money, however often it is asked.
_NO_REFUND = frozenset({
    _NOT_THERE, "ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "ACQ.REFUND_FEE_ERROR",
    "ACQ.REASON_TRADE_BEEN_FREEZEN", "ACQ.REASON_TRADE_REFUND_FEE_ERR", "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_HAS_CLOSE", "ACQ.TRADE_STATUS_ERROR", "ACQ.TRADE_NOT_ALLOW_REFUND", "ACQ.INVALID_PARAMETER",
})
# The first is what the gateway answers, the second what its documentation names.
_NO_BILL = frozenset({"isp.bill_not_exist", "BILL_NOT_EXIST"})
_OUR_NUMBER = re.compile(r"[0-9A-Z]{20}")


@dataclass(frozen=True, slots=True)
class Account:
    """The app and who is paid: `seller_id` is the merchant's 2088…; `products` are those of `WAP`, `PAGE` it has."""

    app_id: str
    seller_id: str
    products: frozenset[str] = frozenset()
    gateway: str = PRODUCTION


class Alipay:
    code = CODE
    online = True
    # Exactly this: anything else makes Alipay send the notice again.
    acknowledgement = "success"

    def __init__(self, account: Account, keys: Keys, clock: Clock) -> None:
        self._account, self._keys, self._clock = account, keys, clock
        self._ours = account.app_id, account.seller_id
        self._gateway = Gateway(account.gateway, account.app_id, keys, clock)
        channels = {name: _PAGES[name][2] for name in (WAP, PAGE) if name in account.products}
        self.accepts = Accepts(frozenset({CURRENCY}), 1, _MOST, channels=channels)

    async def start(self, request: StartRequest) -> Started:
        channel = request.attempt.channel
        if channel in self.accepts.channels:
            return self._page(request, channel)
        if channel:
            raise Refused("channel")
        content = _order(request) | {"product_code": "FACE_TO_FACE_PAYMENT"}
        answer = await self._gateway.call("alipay.trade.precreate", content, request.notify_url)
        if answer.word:
            raise Refused(answer.word)
        code = answer.text("qr_code")
        if not self._gateway.trusts(code):
            raise Unreachable("precreate: no code in the answer")
        # Opened in a phone's browser the code's address offers the app (unverified).
        return Started(code, code, fresh_until=self._clock.now() + _CODE_FRESH, facts=_facts(content))

    def _page(self, request: StartRequest, channel: str) -> Started:
        """A signed address. Alipay hears of it when the payer opens it."""
        method, product, _ = _PAGES[channel]
        content = _order(request) | {"product_code": product}
        if channel == WAP:
            content["quit_url"] = request.return_url
        url = self._gateway.link(method, content, request.notify_url, request.return_url)
        return Started(url, fresh_until=self._clock.now() + _PAGE_FRESH, facts=_facts(content))

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        fields = read_notice(self._keys, body)
        # What Alipay signed may be about another merchant's money. `seller_id` may be left out, says its documentation.
        if (fields.get("app_id"), fields.get("seller_id", self._account.seller_id)) != self._ours:
            raise BadSignature()
        notice = reading.read(fields, now)
        if notice is None:
            return ()
        if notice.returned is None:
            return (notice.payment,)
        amount = await self._refunded(notice.payment.number, notice.returned)
        return notice.payment, reading.refund_event(notice.payment, notice.returned, amount)

    async def _refunded(self, number: str, returned: Returned) -> Money:
        """The amount of one refund: the notice has only the sum of all, so Alipay is asked. Raises Unreachable.

        Of a refund in Alipay's console which it cannot find by number (whether it can is unverified) the sum is told:
        such a refund waits for a person, who sees what it was.
        """
        amount = await self._look_up(number, returned.request) if returned.request else None
        if amount is None and returned.request != number and _OUR_NUMBER.fullmatch(returned.request):
            raise Unreachable("refund query: a refund of ours is told of, and not there yet")
        return amount or returned.so_far

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        answer = await self._gateway.call("alipay.trade.query", {"out_trade_no": attempt.number})
        if answer.word == _NOT_THERE:
            # A code makes no trade before somebody scans it.
            return None
        if answer.word:
            raise Unreachable(f"query: {answer.word}")
        return reading.read_query(answer, attempt, self._clock.now())

    async def close(self, attempt: Attempt) -> None:
        """A code that nobody scanned cannot be closed: it ends by its own time, and is paid back if used before."""
        answer = await self._gateway.call("alipay.trade.close", {"out_trade_no": attempt.number})
        if answer.word and answer.word not in _NOTHING_TO_CLOSE:
            raise Unreachable(f"close: {answer.word}")

    async def refund(self, refund: Refund) -> RefundResult:
        """Success is only what Alipay says moved money now (`fund_change` Y), or confirms when asked again."""
        number = refund.attempt.number
        content = {"out_trade_no": number, "refund_amount": yuan(refund.amount.amount), "out_request_no": refund.number}
        answer = await self._gateway.call("alipay.trade.refund", content)
        if answer.word and answer.word not in _NO_REFUND:
            raise Unreachable(f"refund: {answer.word}")
        trade_no = answer.text("trade_no") or refund.attempt.facts.get("trade_no", "")
        reference = reading.refund_reference(trade_no, refund.number)
        if not answer.word and answer.text("fund_change") == "Y":
            return RefundResult("succeeded", reference)
        # A repeated number moves nothing again; a refusal may be about what an earlier call has done.
        found = await self._look_up(number, refund.number)
        if found == refund.amount:
            return RefundResult("succeeded", reference)
        if found is not None or not answer.word:
            raise Unreachable("refund: not settled yet, or another amount")
        return RefundResult("failed", reference)

    async def _look_up(self, number: str, request: str) -> Money | None:
        """The amount that went back under `request`; None when Alipay knows of none. Raises Unreachable."""
        content = {"out_trade_no": number, "out_request_no": request}
        answer = await self._gateway.call("alipay.trade.fastpay.refund.query", content)
        if answer.word in (_NOT_THERE, "TRADE_NOT_EXIST") or (not answer.word and not answer.text("refund_status")):
            return None
        if answer.word or answer.text("refund_status") != "REFUND_SUCCESS":
            raise Unreachable(f"refund query: {answer.word or 'under way'}")
        try:
            return Money(fen(answer.text("refund_amount")), CURRENCY)
        except ValueError:
            raise Unreachable("refund query: no sense in the answer") from None

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        """Lines of a day in Beijing; Alipay makes the bill on the next morning."""
        if day >= self._clock.now().astimezone(BEIJING).date():
            raise NoBill()
        answer = await self._gateway.call("alipay.data.dataservice.bill.downloadurl.query",
                                          {"bill_type": "trade", "bill_date": day.isoformat()})
        if answer.word in _NO_BILL:
            raise NoBill()
        if answer.word:
            raise Unreachable(f"bill: {answer.word}")
        archive = await self._gateway.download(answer.text("bill_download_url"))
        try:
            return await asyncio.to_thread(read_bill, archive)
        except ValueError as error:
            raise Unreachable(f"bill: {error}") from None

    async def aclose(self) -> None:
        await self._gateway.aclose()


def _order(request: StartRequest) -> dict[str, Any]:
    """What is paid. The title stays the first one: Alipay refuses the same number with another title."""
    attempt = request.attempt
    title = attempt.facts.get("subject") or subject(request.title) or attempt.number
    ends = {"time_expire": beijing(attempt.expires_at)} if attempt.expires_at is not None else {}
    return {"out_trade_no": attempt.number, "total_amount": yuan(attempt.amount.amount), "subject": title, **ends}


def _facts(content: Mapping[str, Any]) -> dict[str, str]:
    return {"subject": content["subject"]}
