"""WeChat Pay, API v3, for a merchant of the Chinese mainland: Native (a QR for the app's camera) and H5 (a browser on a
phone opens the app).

A Native code is read by the app's camera alone, not from an album nor by a long press; H5 must be granted to the
merchant, with a domain of its own. Amounts are whole fen of CNY; what an order costs is `amount.total`, which coupons
of WeChat Pay do not change.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from services.payments.provider import Accepts, NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.providers import wechat_bill
from services.payments.providers.wechat_api import Api, Declined
from services.payments.providers.wechat_bill import BEIJING
from services.payments.providers.wechat_signing import read_json
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import Clock
from services.shared.money import Money

log = logging.getLogger(__name__)

CODE = "wechat"
H5 = "h5"
CURRENCY = "CNY"
# A code lives for two hours, the address of H5 for five minutes (the latter unverified); then they are asked for anew.
_CODE_IS_GOOD, _ADDRESS_IS_GOOD = timedelta(minutes=115), timedelta(minutes=4)
_NEAREST_END = timedelta(seconds=90)
_LONGEST_DESCRIPTION = 127
_LARGEST_AMOUNT = 10**12
_ORDERS = "/v3/pay/transactions"
_REFUNDS = "/v3/refund/domestic/refunds"

# Words of Declined have no underscores.
_UNKNOWN = frozenset({"ORDERNOTEXIST", "ORDERNOTEXISTS", "RESOURCENOTEXISTS"})
_OVER = frozenset({"ORDERCLOSED", "ORDERPAID"})
# The number is taken: it was paid, closed, or ordered with other parameters.
_TAKEN = _OVER | {"OUTTRADENOUSED"}
# Nothing is wrong with the refund: our own settings are, or the certificate has been replaced.
_SETTINGS = frozenset({"SIGNERROR", "MCHNOTEXISTS", "APPIDMCHIDNOTMATCH"})
# `USERPAYING` and `PAYERROR` decide nothing: the payer may go on with the same code until it is closed.
_RECEIVED, _ENDED = ("SUCCESS", "REFUND"), ("CLOSED", "REVOKED")
_REFUND_STATES = {"SUCCESS": "succeeded", "PROCESSING": "pending", "CLOSED": "failed", "ABNORMAL": "failed"}
_NO_BILL = frozenset({"NOSTATEMENTEXIST", "STATEMENTCREATING"})


class Wechat:
    """The shop's side of WeChat Pay. `appid` is that of an account bound to the merchant's number `mchid`.

    `notify_url` is where refunds are announced; `h5` whether the merchant may use H5.
    """

    code = CODE
    online = True
    acknowledgement = ""

    def __init__(self, api: Api, clock: Clock, mchid: str, appid: str, notify_url: str, *, h5: bool = False) -> None:
        self._api = api
        self._clock = clock
        self._mchid = mchid
        self._appid = appid
        self._notify_url = notify_url
        self.accepts = Accepts(frozenset({CURRENCY}), channels={H5: "phone"} if h5 else {})

    async def start(self, request: StartRequest) -> Started:
        """The same number must come with the same parameters: those of the first call are kept as facts."""
        attempt = request.attempt
        now = {"description": _description(request.title), "notify_url": request.notify_url,
               "time_expire": _end(attempt.expires_at, self._clock.now())}
        facts = {name: attempt.facts.get(name, value) for name, value in now.items()}
        order: dict[str, Any] = {
            "appid": self._appid, "mchid": self._mchid, "out_trade_no": attempt.number,
            "amount": {"total": attempt.amount.amount, "currency": CURRENCY},
        } | {name: value for name, value in facts.items() if value}
        if attempt.channel == H5:
            return await self._start_h5(request, order, facts)
        code = _word(await self._place("native", order, attempt), "code_url", 512)
        return Started(None, code, fresh_until=self._clock.now() + _CODE_IS_GOOD, facts=facts)

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        await self._api.verify(headers, body, now)
        notice = read_json(body)
        kind, _, what = str(notice.get("event_type")).partition(".")
        if kind not in ("TRANSACTION", "REFUND") or (kind == "TRANSACTION" and what != "SUCCESS"):
            return ()
        try:
            content = read_json(self._api.unseal(notice.get("resource")))
        except ValueError:
            log.error("a genuine notice of wechat could not be opened: is WECHAT_APIV3_KEY the merchant's present key?")
            raise
        event_id = _clear(notice, "id", 128)
        if kind == "REFUND":
            return (self._refund_event(event_id, notice, content),)
        paid = self._paid(content)
        return () if paid is None else (_succeeded(paid, event_id),)

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        """An order that WeChat Pay closed is failed, for nobody can pay it any more; an unknown one is not decided."""
        try:
            known = await self._api.call("GET", f"{_ORDERS}/out-trade-no/{attempt.number}?mchid={self._mchid}")
        except Declined as no:
            if no.word in _UNKNOWN:
                return None
            raise Unreachable(f"query: {no}") from None
        try:
            if known.get("out_trade_no") != attempt.number:
                raise ValueError("an answer about another payment")
            if known.get("trade_state") in _ENDED:
                return PaymentEvent(CODE, f"query:{attempt.number}:closed", "payment", "failed", attempt.number,
                                    attempt.number, attempt.amount, self._clock.now())
            paid = self._paid(known)
            return None if paid is None else _succeeded(paid)
        except ValueError as error:
            raise Unreachable("query: no sense in the answer") from error

    async def close(self, attempt: Attempt) -> None:
        """What is closed, paid or unknown already is as good as closed: whoever closes asks again afterwards."""
        try:
            await self._api.call("POST", f"{_ORDERS}/out-trade-no/{attempt.number}/close", {"mchid": self._mchid})
        except Declined as no:
            # Which word stands for what is unverified; in doubt the order itself says whether it is over.
            if no.word not in _OVER | _UNKNOWN and await self.query(attempt) is None:
                raise Unreachable(f"close: {no}") from None

    async def refund(self, refund: Refund) -> RefundResult:
        """A refusal is believed when the refund is unknown at WeChat Pay too: an earlier call with an unknown result
        may have made it."""
        paid = refund.attempt
        total = int(paid.facts.get("total", paid.amount.amount))
        body = {
            "out_trade_no": paid.number, "out_refund_no": refund.number,
            "amount": {"refund": refund.amount.amount, "total": total, "currency": CURRENCY},
        }
        if self._notify_url:
            body["notify_url"] = self._notify_url
        try:
            return _refunded(await self._api.call("POST", _REFUNDS, body), refund)
        except Declined as no:
            if no.word in _SETTINGS:
                raise Unreachable(f"refund: {no}") from None
            log.warning("wechat refused refund %s: %s", refund.number, no.word)
        try:
            return _refunded(await self._api.call("GET", f"{_REFUNDS}/{refund.number}"), refund)
        except Declined as no:
            if no.word not in _UNKNOWN:
                raise Unreachable(f"refund: {no}") from None
        return RefundResult("failed", refund.number)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        """The trades of a day in Beijing; made in the next morning, at ten (unverified). A day without any has none."""
        if day >= self._clock.now().astimezone(BEIJING).date():
            raise NoBill()
        target = f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL&tar_type=GZIP"
        try:
            known = await self._api.call("GET", target)
        except Declined as no:
            if no.word in _NO_BILL:
                raise NoBill() from None
            raise Unreachable(f"bill: {no}") from None
        file = await self._api.download(_word(known, "download_url", 4096))
        try:
            return await asyncio.to_thread(_read_bill, file, _word(known, "hash_value", 128), self._appid)
        except ValueError as error:
            raise Unreachable(f"bill: {error}") from error

    async def aclose(self) -> None:
        await self._api.aclose()

    async def _start_h5(self, request: StartRequest, order: dict[str, Any], facts: Mapping[str, str]) -> Started:
        if not request.payer_ip:
            raise Refused("NO_PAYER_IP")
        # The kinds of H5 beside a web page are apps (unverified).
        order["scene_info"] = {"payer_client_ip": request.payer_ip, "h5_info": {"type": "Wap"}}
        address = _word(await self._place(H5, order, request.attempt), "h5_url", 2048)
        back = quote(request.return_url, safe="")
        return Started(f"{address}{'&' if '?' in address else '?'}redirect_url={back}",
                       fresh_until=self._clock.now() + _ADDRESS_IS_GOOD, facts=facts)

    async def _place(self, product: str, order: Mapping[str, Any], attempt: Attempt) -> dict[str, Any]:
        """Raises Refused; Unreachable also for a number that is paid already, for then the question is not how to pay
        it but what came of it."""
        try:
            return await self._api.call("POST", f"{_ORDERS}/{product}", order)
        except Declined as no:
            if no.word in _TAKEN:
                known = await self.query(attempt)
                if known is not None and known.status == "succeeded":
                    raise Unreachable("start: paid already") from None
            raise Refused(no.word) from None

    def _paid(self, content: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What is known of an order, if it was paid to us; None while it was not. Raises ValueError."""
        if content.get("trade_state") not in _RECEIVED:
            return None
        if content.get("mchid") != self._mchid or content.get("appid") != self._appid:
            raise ValueError("an order of somebody else")
        return content

    def _refund_event(self, event_id: str, notice: Mapping[str, Any], content: Mapping[str, Any]) -> PaymentEvent:
        if content.get("mchid") != self._mchid:
            raise ValueError("a refund of somebody else")
        status = _REFUND_STATES.get(str(content.get("refund_status")))
        if status is None:
            raise ValueError("an unknown state of a refund")
        at = content.get("success_time") or notice.get("create_time")
        return PaymentEvent(
            CODE, event_id, "refund", status, _clear(content, "out_trade_no", 32), _clear(content, "refund_id", 64),
            _fen(content, "refund"), _moment(at), refund_number=_clear(content, "out_refund_no", 64),
        )


def _succeeded(paid: Mapping[str, Any], event_id: str = "") -> PaymentEvent:
    """Without an `event_id`, which notices have, one that every query would give again."""
    transaction, total = _clear(paid, "transaction_id", 64), _fen(paid, "total")
    return PaymentEvent(
        CODE, event_id or f"query:{transaction}:succeeded", "payment", "succeeded", _clear(paid, "out_trade_no", 32),
        transaction, total, _moment(paid.get("success_time")), facts={"total": str(total.amount)},
    )


def _refunded(known: Mapping[str, Any], refund: Refund) -> RefundResult:
    """Raises Unreachable for an answer about another refund, or of an unknown state."""
    status = _REFUND_STATES.get(str(known.get("status")))
    if status is None or known.get("out_refund_no") != refund.number:
        raise Unreachable("refund: no sense in the answer")
    return RefundResult(status, _word(known, "refund_id", 64))


def _read_bill(file: bytes, digest: str, appid: str) -> tuple[BillLine, ...]:
    plain = wechat_bill.unpack(file)
    if not hmac.compare_digest(hashlib.sha1(plain).hexdigest(), digest.lower()):
        raise ValueError("the file is not the one that was promised")
    return wechat_bill.read(plain.decode(), appid)


def _end(expires_at: datetime | None, now: datetime) -> str:
    """The last moment to pay; "" where it is too near for WeChat Pay (unverified), for the shop closes what is over."""
    if expires_at is None or expires_at < now + _NEAREST_END:
        return ""
    return expires_at.astimezone(BEIJING).isoformat(timespec="seconds")


def _description(title: str) -> str:
    """Shown in the payer's own bill. A backtick would begin a cell of ours."""
    return " ".join(title.replace("`", "'").split())[:_LONGEST_DESCRIPTION]


def _word(known: Mapping[str, Any], key: str, most: int) -> str:
    """A field of an answer. Raises Unreachable."""
    try:
        return _clear(known, key, most)
    except ValueError as error:
        raise Unreachable(f"no sense in the answer: {error}") from None


def _clear(known: Mapping[str, Any], key: str, most: int) -> str:
    """A field of 1 to `most` visible ASCII characters. Raises ValueError."""
    value = known.get(key)
    if not isinstance(value, str) or not (0 < len(value) <= most and value.isascii() and value.isprintable()):
        raise ValueError(f"no sense in {key}")
    return value


def _fen(known: Mapping[str, Any], key: str) -> Money:
    """An amount of what is paid or given back. Raises ValueError."""
    amount = known.get("amount")
    given = amount if isinstance(amount, dict) else {}
    value = given.get(key)
    if type(value) is not int or not 0 < value <= _LARGEST_AMOUNT or given.get("currency", CURRENCY) != CURRENCY:
        raise ValueError(f"no sense in amount.{key}")
    return Money(value, CURRENCY)


def _moment(text: Any) -> datetime:
    """A time with its offset. Raises ValueError."""
    try:
        at = datetime.fromisoformat(text)
    except TypeError:
        raise ValueError("no sense in a time") from None
    if at.tzinfo is None:
        raise ValueError("a time without offset")
    return at
