"""UnionPay's online gateway (ACP 5.1.0, open.unionpay.com): a signed form that the payer's browser posts.

(merId, orderId, txnTime) name a payment, so that txnTime is that of the attempt or the refund, however often it is
sent. The gateway has no call to close a payment: payTimeout ends it. Marked `unverified` is what nobody could yet try
against the gateway itself; see docs/payments.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import aiohttp

from services.payments.errors import BadSignature
from services.payments.provider import Accepts, NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.providers.unionpay_signing import VERSION, Signer, Trust, read_form, read_reply
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import Clock
from services.shared.money import Money

log = logging.getLogger(__name__)

CODE = "unionpay"
PRODUCTION, TEST = "https://gateway.95516.com", "https://gateway.test.95516.com"

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_BEIJING = timezone(timedelta(hours=8))
_NUMBER = re.compile(r"[0-9A-Z]{20}")
_TXN_TIME = re.compile(r"\d{14}")
_AMOUNT = re.compile(r"\d{1,12}")
_WORD = re.compile(r"[0-9A-Za-z]{1,64}")
# What may stand in a value in braces; the name of a product could hold anything.
_UNSAFE = re.compile(r"[^\w .,:;()-]")

# A6 is a success with a flaw (the official demo treats it like 00). 03 to 05: not known yet.
_DONE, _UNDER_WAY = ("00", "A6"), ("03", "04", "05")
_DUPLICATE, _NOT_FOUND = "12", "34"
# "Not open now", "busy" and the like: nothing was decided.
_LATER = re.compile(r"0[1-9]|9\d|37")
_PAYMENT, _REFUND, _REVOKE = "01", "04", "31"


@dataclass(frozen=True, slots=True)
class Terms:
    """The merchant's number (`merId`), where the gateway is, where its notices go, and whether QR codes are in the
    contract."""

    merchant: str
    gateway: str
    notify_url: str
    qr: bool = False


class UnionPay:
    """The shop's side of the gateway. What UnionPay says counts only with its signature, in notices and answers."""

    code = CODE
    online = True
    # Any answer 200 is taken for yes.
    acknowledgement = "ok"

    def __init__(self, terms: Terms, signer: Signer, trust: Trust, clock: Clock) -> None:
        self._terms = terms
        self._signer = signer
        self._trust = trust
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        channels = {"wap": "phone"} | ({"qr": "desktop"} if terms.qr else {})
        self.accepts = Accepts(frozenset({"CNY"}), most=10**12 - 1, channels=channels)

    async def start(self, request: StartRequest) -> Started:
        """The form for the payer's browser; nothing is sent before it posts it. Raises Refused for a QR code only."""
        attempt = request.attempt
        if attempt.channel == "qr":
            return await self._start_code(request)
        fields = self._order(request) | {
            "txnSubType": "01", "bizType": "000201", "channelType": "08" if attempt.channel == "wap" else "07",
            "frontUrl": request.return_url, "riskRateInfo": f"{{commodityName={_plain(request.title)}}}",
        }
        url = f"{self._terms.gateway}/gateway/api/frontTransReq.do"
        return Started(url, form=self._signer.sign(fields), facts={"txn_time": fields["txnTime"]})

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        """A genuine notice is only the reason to ask the gateway, whose answer decides; no answer is Unreachable."""
        try:
            notice = read_form(body)
        except ValueError as error:
            raise BadSignature() from error
        self._trust.verify(notice, now)
        if notice.get("merId") != self._terms.merchant:
            # Genuine, and about another merchant's money.
            raise BadSignature()
        number, txn_time = notice.get("orderId", ""), notice.get("txnTime", "")
        kind = notice.get("txnType")
        if not _WORD.fullmatch(number) or not _TXN_TIME.fullmatch(txn_time):
            raise ValueError("no order in it")
        if kind == _PAYMENT:
            event = self._payment(number, await self._trade(number, txn_time, told=True))
        elif kind in (_REFUND, _REVOKE):
            paid = notice.get("reqReserved") or notice.get("origOrderId") or ""
            if not _NUMBER.fullmatch(paid):
                log.warning("unionpay tells of money given back (%s) for a payment that it does not name", number)
                return ()
            event = self._refunded(number, paid, await self._trade(number, txn_time, told=True))
        else:
            return ()
        # A failed payment may be tried again at the gateway until its time is over.
        return () if event is None or (event.kind, event.status) == ("payment", "failed") else (event,)

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        """Not found, and a failure before payTimeout, decide nothing: the payer may still be at the gateway."""
        answer = await self._trade(attempt.number, _txn_time(attempt))
        event = None if answer is None else self._payment(attempt.number, answer)
        over = attempt.expires_at is not None and self._clock.now() > attempt.expires_at
        return None if event is not None and event.status == "failed" and not over else event

    async def close(self, attempt: Attempt) -> None:
        """Nothing to do: the gateway has no such call, payTimeout ends the payment."""

    async def refund(self, refund: Refund) -> RefundResult:
        """Asks first what became of this number: it is sent only while the gateway does not know it."""
        txn_time = _beijing(refund.created_at)
        answer = await self._trade(refund.number, txn_time)
        if answer is not None:
            event = self._refunded(refund.number, refund.attempt.number, answer)
            if event is None:
                return RefundResult("pending", answer.get("queryId") or refund.number)
            return RefundResult(event.status, event.provider_payment_id)
        answer = await self._ask("backTransReq", self._common(refund.number, txn_time) | {
            "txnType": _REFUND, "txnSubType": "00", "bizType": "000201", "channelType": "07",
            "currencyCode": "156", "txnAmt": str(refund.amount.amount), "backUrl": self._terms.notify_url,
            "origQryId": await self._query_id(refund.attempt), "reqReserved": refund.attempt.number,
        })
        word = answer["respCode"]
        if word in (*_DONE, *_UNDER_WAY, _DUPLICATE):
            return RefundResult("pending", answer.get("queryId") or refund.number)
        if _LATER.fullmatch(word):
            raise Unreachable(f"refund: {word}")
        log.warning("unionpay refused refund %s: %s", refund.number, word)
        return RefundResult("failed", refund.number)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        """UnionPay has files of settlement; their form could not be verified, so that none is read."""
        raise NoBill()

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _start_code(self, request: StartRequest) -> Started:
        """A QR code for any bank's app. Unverified: txnSubType 07, bizType 000000 and channelType 08 for a payment."""
        if not self._terms.qr:
            raise Refused("channel")
        fields = self._order(request) | {"txnSubType": "07", "bizType": "000000", "channelType": "08"}
        answer = await self._ask("backTransReq", fields)
        word, code = answer["respCode"], answer.get("qrCode")
        if word in _UNDER_WAY or _LATER.fullmatch(word):
            raise Unreachable(f"qr: {word}")
        if word != "00":
            raise Refused(word)
        if not code:
            raise Unreachable("qr: no code in the answer")
        return Started(None, code, facts={"txn_time": fields["txnTime"]})

    def _order(self, request: StartRequest) -> dict[str, str]:
        """What all ways to pay have in common."""
        attempt = request.attempt
        return self._common(attempt.number, _txn_time(attempt)) | {
            "txnType": _PAYMENT, "currencyCode": "156", "txnAmt": str(attempt.amount.amount),
            "backUrl": request.notify_url or self._terms.notify_url,
            "payTimeout": _beijing(attempt.expires_at) if attempt.expires_at else "",
        }

    def _common(self, number: str, txn_time: str) -> dict[str, str]:
        return {"version": VERSION, "encoding": "UTF-8", "signMethod": "01", "accessType": "0",
                "merId": self._terms.merchant, "orderId": number, "txnTime": txn_time}

    async def _trade(self, number: str, txn_time: str, *, told: bool = False) -> dict[str, str] | None:
        """What the gateway knows about a payment or a refund; None while it knows none of this number.

        Of one that UnionPay has `told` of, that counts as no answer. Raises Unreachable.
        """
        fields = {"txnType": "00", "txnSubType": "00", "bizType": "000000", "channelType": "07"}
        answer = await self._ask("queryTrans", self._common(number, txn_time) | fields)
        if answer["respCode"] == _NOT_FOUND and not told:
            return None
        if answer["respCode"] != "00" or (told and answer.get("origRespCode") in _UNDER_WAY):
            raise Unreachable(f"query: {answer['respCode']}")
        if answer.get("txnTime") != txn_time:
            raise Unreachable("query: an answer about another payment")
        return answer

    def _payment(self, number: str, answer: Mapping[str, str] | None) -> PaymentEvent | None:
        """None while it is not decided."""
        word = (answer or {}).get("origRespCode", "")
        if answer is None or word in _UNDER_WAY:
            return None
        status = "succeeded" if word in _DONE else "failed"
        query_id, amount = _movement(answer, number if status == "failed" else "")
        facts = {"query_id": query_id, "txn_time": answer["txnTime"]} if status == "succeeded" else {}
        return PaymentEvent(CODE, f"{query_id}:{status}", "payment", status, number, query_id, amount,
                            self._clock.now(), facts=facts)

    def _refunded(self, number: str, paid: str, answer: Mapping[str, str] | None) -> PaymentEvent | None:
        """The fate of refund `number` of payment `paid`; None while it is not decided."""
        word = (answer or {}).get("origRespCode", "")
        if answer is None or word in _UNDER_WAY:
            return None
        status = "succeeded" if word in _DONE else "failed"
        query_id, amount = _movement(answer, number if status == "failed" else "")
        return PaymentEvent(CODE, f"{query_id}:{status}", "refund", status, paid, query_id, amount, self._clock.now(),
                            refund_number=number)

    async def _query_id(self, paid: Attempt) -> str:
        """UnionPay's number of the payment that is given back."""
        if known := paid.facts.get("query_id"):
            return known
        answer = await self._trade(paid.number, _txn_time(paid), told=True)
        assert answer is not None
        return _movement(answer)[0]

    async def _ask(self, path: str, fields: Mapping[str, str]) -> dict[str, str]:
        """The signed answer to a signed call. Raises Unreachable for none, and for one that is not UnionPay's or not
        about this order."""
        session = self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        url = f"{self._terms.gateway}/gateway/api/{path}.do"
        try:
            async with session.post(url, data=self._signer.sign(fields), allow_redirects=False) as reply:
                if reply.status != 200:
                    raise Unreachable(f"{path}: HTTP {reply.status}")
                raw = await reply.read()
            answer = read_reply(raw.decode())
            self._trust.verify(answer, self._clock.now())
        except (aiohttp.ClientError, TimeoutError, ValueError, BadSignature) as error:
            raise Unreachable(path) from error
        if answer.get("orderId") != fields["orderId"] or answer.get("merId") != fields["merId"]:
            raise Unreachable(f"{path}: an answer about another order")
        if not _WORD.fullmatch(answer.get("respCode", "")):
            raise Unreachable(f"{path}: no sense in the answer")
        return answer


def _movement(answer: Mapping[str, str], number: str = "") -> tuple[str, Money]:
    """UnionPay's number of the movement of money, `number` where it has none, and how much. Raises Unreachable."""
    query_id, amount = answer.get("queryId") or number, answer.get("txnAmt", "")
    if not _WORD.fullmatch(query_id) or not _AMOUNT.fullmatch(amount) or answer.get("currencyCode", "156") != "156":
        raise Unreachable("query: no sense in the answer")
    return query_id, Money(int(amount), "CNY")


def _txn_time(attempt: Attempt) -> str:
    return attempt.facts.get("txn_time") or _beijing(attempt.created_at)


def _beijing(at: datetime) -> str:
    return at.astimezone(_BEIJING).strftime("%Y%m%d%H%M%S")


def _plain(title: str) -> str:
    return _UNSAFE.sub(" ", title)[:60].strip() or "-"
