"""Stripe on this machine: sessions with a hosted page, payments, refunds, disputes, balance transactions and events.

It speaks the form-encoded API of 2026-10-28.endive as far as a shop needs it, remembers idempotency keys, and signs
its events with code of its own. `slow_refunds` leaves refunds pending until `finish_refund`; `bank_currency` is that
of the shop's bank account where it is not the payment's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.payments.stripe import StripeSettings
from services.shared.clock import Clock
from tests.fakes.base import Fake, Notice, cut
from tests.fakes.stripe_wire import Data, Refusal, answered, nested, page, shown

KEY, SECRET = "sk_test_51FakeFakeFakeFake", "whsec_fake_0123456789abcdefghijkl"
VERSION = "2026-10-28.endive"
_HALF_HOUR, _DAY = 30 * 60, 24 * 60 * 60
_LEAST = {"usd": 50, "jpy": 50, "eur": 50, "cny": 400}


class FakeStripe(Fake):
    code = "stripe"
    supports = frozenset({"fail", "console-refund-notice", "pending-refund", "bill"})

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.slow_refunds = False
        self.bank_currency = ""
        self.secrets: tuple[str, ...] = (SECRET,)
        self.endpoint = ""
        self.page_size = 100
        # What was called with which fields, and the headers of the last call.
        self.calls: list[tuple[str, Data]] = []
        self.headers: dict[str, str] = {}
        self.sessions: dict[str, Data] = {}
        self.payments: dict[str, Data] = {}
        self.refunds: dict[str, Data] = {}
        self.disputes: dict[str, Data] = {}
        self.movements: list[Data] = []
        self._answered: dict[str, tuple[str, int, Data]] = {}
        self._ids = count(1)

    def settings(self, base_url: str) -> StripeSettings:
        self.base_url = base_url
        return StripeSettings(_env_file=None, secret_key=KEY, webhook_secret=SECRET,  # type: ignore[call-arg]
                              api_url=f"{base_url}/fake/stripe")

    def routes(self) -> list[web.RouteDef]:
        v1 = "/fake/stripe/v1"
        return [
            web.post(f"{v1}/checkout/sessions", self._api("start", self._create_session)),
            web.get(f"{v1}/checkout/sessions/{{id}}", self._api("query", self._get_session)),
            web.post(f"{v1}/checkout/sessions/{{id}}/expire", self._api("close", self._expire_session)),
            web.get(f"{v1}/payment_intents/{{id}}", self._api("payment", self._get_payment)),
            web.post(f"{v1}/refunds", self._api("refund", self._create_refund)),
            web.get(f"{v1}/refunds", self._api("refunds", self._list_refunds)),
            web.get(f"{v1}/refunds/{{id}}", self._api("refunds", lambda known, _: self._known(self.refunds, known))),
            web.get(f"{v1}/balance_transactions", self._api("bill", self._list_movements)),
            web.get("/fake/stripe/pay/{id}", self._page),
            web.post("/fake/stripe/pay/{id}", self._paid_page),
        ]

    # What people do.

    async def pay(self, number: str, amount: int | None = None) -> None:
        if amount is not None:
            raise NotImplementedError("nobody pays another amount than the page says")
        self.pay_session(self._session_of(number)["id"])

    def pay_session(self, session_id: str) -> None:
        session = self._open(session_id)
        payment = self._take(session, "succeeded")
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": payment["id"], "url": None}
        self._capture(payment)
        self.tell("checkout.session.completed", session, session["client_reference_id"])

    def pay_slowly(self, number: str) -> None:
        """By a method whose money comes later; see `end_slowly`."""
        session = self._open(self._session_of(number)["id"])
        payment = self._take(session, "processing")
        session |= {"status": "complete", "payment_status": "unpaid", "payment_intent": payment["id"], "url": None}
        self.tell("checkout.session.completed", session, number)

    def end_slowly(self, number: str, *, ok: bool = True) -> None:
        session = self._session_of(number)
        payment = self.payments[session["payment_intent"]]
        payment["status"] = "succeeded" if ok else "requires_payment_method"
        if ok:
            session["payment_status"] = "paid"
            self._capture(payment)
        self.tell(f"checkout.session.async_payment_{'succeeded' if ok else 'failed'}", session, number)

    async def fail(self, number: str) -> None:
        self.pay_slowly(number)
        self.end_slowly(number, ok=False)

    def decline(self, number: str) -> None:
        """A card is declined; the payer may try another on the same page."""
        payment = {"id": self._id("pi"), "object": "payment_intent", "metadata": {"shop_attempt": number}}
        self.tell("payment_intent.payment_failed", payment, number)

    def run_out(self, number: str) -> None:
        session = self._session_of(number)
        session |= {"status": "expired", "url": None}
        self.tell("checkout.session.expired", session, number)

    async def console_refund(self, number: str, amount: int) -> None:
        self._refund(self.payments[self._session_of(number)["payment_intent"]], amount, {})

    async def finish_refund(self, refund_number: str, *, ok: bool = True) -> None:
        refund = next(each for each in self.refunds.values() if each["metadata"].get("shop_refund") == refund_number)
        refund["status"] = "succeeded" if ok else "failed"
        if not ok:
            self._move("refund_failure", refund["amount"], refund, 0)
        self.tell("refund.updated" if ok else "refund.failed", refund, refund_number)

    def dispute(self, number: str, status: str = "needs_response") -> str:
        """The payer's bank takes the payment back; a status with "warning" is an inquiry, which moves nothing."""
        payment = self.payments[self._session_of(number)["payment_intent"]]
        dispute = {"id": self._id("du"), "object": "dispute", "amount": payment["amount"], "status": status,
                   "currency": payment["currency"], "payment_intent": payment["id"], "metadata": {},
                   "charge": payment["latest_charge"]["id"], "reason": "general", "livemode": False}
        self.disputes[dispute["id"]] = dispute
        self.tell("charge.dispute.created", dispute, number)
        if "warning" not in status:
            self._move("adjustment", -dispute["amount"], dispute, 1500)
            self.tell("charge.dispute.funds_withdrawn", dispute, number)
        return dispute["id"]

    def decide(self, dispute_id: str, status: str) -> None:
        dispute = self.disputes[dispute_id]
        dispute["status"] = status
        self.tell("charge.dispute.closed", dispute, "")
        if status == "won":
            self._move("adjustment", dispute["amount"], dispute, 0)
            self.tell("charge.dispute.funds_reinstated", dispute, "")

    def captured(self, number: str) -> int:
        return sum(each["amount"] for each in self.payments.values()
                   if each["metadata"].get("shop_attempt") == number and each["status"] == "succeeded")

    def refunded(self, number: str) -> int:
        return sum(each["amount"] for each in self.refunds.values()
                   if each["status"] == "succeeded"
                   and self.payments[each["payment_intent"]]["metadata"].get("shop_attempt") == number)

    # Events.

    def tell(self, kind: str, about: Data, number: str, **changes: Any) -> Notice:
        event = {"id": self._id("evt"), "object": "event", "api_version": VERSION, "created": self._now(),
                 "type": kind, "livemode": False, "data": {"object": shown(about)}} | changes
        notice = self.signed(json.dumps(event, indent=2, ensure_ascii=False).encode(), number)
        self.notices.append(notice)
        return notice

    def signed(self, body: bytes, number: str = "", secrets: tuple[str, ...] | None = None) -> Notice:
        stamp = self._now()
        macs = [hmac.new(secret.encode(), b"%d." % stamp + body, hashlib.sha256).hexdigest()
                for secret in secrets or self.secrets]
        header = ",".join([f"t={stamp}", *(f"v1={mac}" for mac in macs)])
        headers = {"Stripe-Signature": header, "Content-Type": "application/json; charset=utf-8"}
        return Notice(number, self.endpoint, headers, body)

    def stamped(self, notice: Notice) -> Notice:
        return self.signed(notice.body, notice.about)

    def forge(self, notice: Notice) -> Notice:
        forged = self.signed(notice.body, notice.about, ("whsec_somebody_else_0123456789",))
        return Notice(notice.about, notice.url, forged.headers, notice.body)

    # The API.

    def _api(
        self, act: str, answer: Callable[[str, Data], Data]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            fields = nested(request.query_string or await request.text())
            self.calls.append((act, fields))
            self.headers = dict(request.headers)
            fault = self.faults.take(act)
            if fault == "down":
                return answered({"error": {"type": "api_error", "message": "Try again."}}, 503)
            if fault == "garbage":
                return web.Response(body=b"\xff<html>", content_type="application/json")
            if fault.startswith("json:"):
                return web.Response(text=fault[5:], content_type="application/json")
            if fault.isdigit():
                return answered({"error": {"type": "api_error", "message": "Not now."}}, int(fault))
            if fault == "retry":
                refusal = answered({"error": {"type": "invalid_request_error", "code": "lock_timeout"}}, 400)
                refusal.headers["Stripe-Should-Retry"] = "true"
                return refusal
            if fault.startswith("no:"):
                return answered({"error": {"type": "invalid_request_error", "code": fault[3:], "message": "No."}}, 400)
            status, body = self._once(request, fields, answer)
            return await cut(request) if fault == "hang-after" else answered(body, status)
        return serve

    def _once(self, request: web.Request, fields: Data, answer: Callable[[str, Data], Data]) -> tuple[int, Data]:
        """An idempotency key keeps its answer; what was refused is not kept."""
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided: sk_test_***"}}
        if request.headers.get("Stripe-Version") != VERSION:
            return 400, {"error": {"type": "invalid_request_error", "message": "another version"}}
        key, said = request.headers.get("Idempotency-Key", ""), request.path + json.dumps(fields, sort_keys=True)
        if key in self._answered:
            known, status, body = self._answered[key]
            if known != said:
                return 400, {"error": {"type": "idempotency_error", "message": "Keys can only be used once."}}
            return status, body
        try:
            body = json.loads(json.dumps(answer(request.match_info.get("id", ""), fields)))
        except Refusal as refusal:
            return refusal.status, refusal.body
        if key:
            self._answered[key] = (said, 200, body)
        return 200, body

    def _create_session(self, _: str, fields: Data) -> Data:
        price = fields["line_items"]["0"]["price_data"]
        amount, ends = int(price["unit_amount"]), int(fields["expires_at"]) - self._now()
        if not _HALF_HOUR <= ends <= _DAY:
            raise Refusal("expires_at must be between 30 minutes and 24 hours from now")
        if amount < _LEAST.get(price["currency"], 1):
            raise Refusal("The total must convert to at least 50 cents.", "amount_too_small")
        if fields["mode"] != "payment" or fields.get("adaptive_pricing") != {"enabled": "false"}:
            raise Refusal("not what this shop sells")
        session_id = self._id("cs_test")
        session = {
            "id": session_id, "object": "checkout.session", "mode": "payment", "status": "open", "livemode": False,
            "payment_status": "unpaid", "amount_total": amount, "currency": price["currency"],
            "client_reference_id": fields["client_reference_id"], "metadata": fields["metadata"],
            "payment_intent": None, "created": self._now(), "expires_at": int(fields["expires_at"]),
            "locale": fields["locale"], "success_url": fields["success_url"], "cancel_url": fields["cancel_url"],
            "url": f"{self.base_url}/fake/stripe/pay/{session_id}",
            "customer_details": {"email": "payer@example.com"}, "_goods": price["product_data"]["name"],
        }
        session["_payment_metadata"] = fields["payment_intent_data"]["metadata"]
        self.sessions[session_id] = session
        shop = urlsplit(fields["success_url"])
        self.endpoint = self.endpoint or f"{shop.scheme}://{shop.netloc}/webhooks/payments/stripe"
        return session

    def _get_session(self, session_id: str, fields: Data) -> Data:
        session = self._known(self.sessions, session_id)
        if "expand" in fields and session["payment_intent"]:
            return session | {"payment_intent": self.payments[session["payment_intent"]]}
        return session

    def _expire_session(self, session_id: str, _: Data) -> Data:
        session = self._known(self.sessions, session_id)
        if session["status"] != "open":
            raise Refusal(f"Only open sessions can be expired. This one is {session['status']}.", "")
        self.run_out(session["client_reference_id"])
        return session

    def _get_payment(self, payment_id: str, fields: Data) -> Data:
        payment = self._known(self.payments, payment_id)
        charge = payment["latest_charge"]
        return payment if "expand" in fields or charge is None else payment | {"latest_charge": charge["id"]}

    def _create_refund(self, _: str, fields: Data) -> Data:
        payment = self._known(self.payments, fields["payment_intent"])
        left = payment["amount"] - sum(each["amount"] for each in self._refunds_of(payment["id"]))
        if left <= 0:
            raise Refusal("This charge has already been refunded: payer@example.com", "charge_already_refunded")
        if int(fields["amount"]) > left:
            raise Refusal("Refund amount is greater than what is left.")
        return self._refund(payment, int(fields["amount"]), fields["metadata"])

    def _list_refunds(self, _: str, fields: Data) -> Data:
        return self._page_of([each for each in self.refunds.values()
                              if each["payment_intent"] == fields["payment_intent"]], fields)

    def _list_movements(self, _: str, fields: Data) -> Data:
        first, end = int(fields["created"]["gte"]), int(fields["created"]["lt"])
        found = [each for each in self.movements if first <= each["created"] < end]
        return self._page_of(list(reversed(found)), fields)

    def _page_of(self, items: list[Data], fields: Data) -> Data:
        after = next((index for index, item in enumerate(items) if item["id"] == fields.get("starting_after")), -1)
        size = min(self.page_size, int(fields["limit"]))
        return {"object": "list", "url": "/v1", "data": items[after + 1:after + 1 + size],
                "has_more": after + 1 + size < len(items)}

    # The hosted page.

    async def _page(self, request: web.Request) -> web.Response:
        return page(self.sessions[request.match_info["id"]])

    async def _paid_page(self, request: web.Request) -> web.StreamResponse:
        session = self.sessions[request.match_info["id"]]
        act = dict(parse_qsl(await request.text())).get("act", "")
        if session["status"] == "open" and act in ("pay", "slow", "decline"):
            number = session["client_reference_id"]
            {"pay": lambda: self.pay_session(session["id"]), "slow": lambda: self.pay_slowly(number),
             "decline": lambda: self.decline(number)}[act]()
        if act == "decline":
            raise web.HTTPSeeOther(request.path)
        raise web.HTTPSeeOther(session["cancel_url" if act == "back" else "success_url"])

    # The account.

    def _take(self, session: Data, status: str) -> Data:
        payment = {"id": self._id("pi"), "object": "payment_intent", "amount": session["amount_total"],
                   "currency": session["currency"], "status": status, "latest_charge": None, "livemode": False,
                   "metadata": dict(session["_payment_metadata"])}
        self.payments[payment["id"]] = payment
        return payment

    def _capture(self, payment: Data) -> None:
        charge = {"id": self._id("ch"), "object": "charge", "amount": payment["amount"], "created": self._now(),
                  "currency": payment["currency"], "payment_intent": payment["id"],
                  "metadata": dict(payment["metadata"]), "balance_transaction": None, "amount_refunded": 0}
        fee = payment["amount"] * 29 // 1000 + 30
        moved = self._move("charge", payment["amount"], charge, fee)
        payment["latest_charge"] = charge | {"balance_transaction": {**moved, "source": charge["id"]}}

    def _refund(self, payment: Data, amount: int, metadata: Mapping[str, str]) -> Data:
        refund = {"id": self._id("re"), "object": "refund", "amount": amount, "currency": payment["currency"],
                  "payment_intent": payment["id"], "charge": payment["latest_charge"]["id"], "created": self._now(),
                  "status": "pending" if self.slow_refunds else "succeeded", "metadata": dict(metadata)}
        self.refunds[refund["id"]] = refund
        self._move("refund", -amount, refund, 0)
        number = refund["metadata"].get("shop_refund", "")
        self.tell("refund.created", refund, number)
        charge = {key: value for key, value in payment["latest_charge"].items() if key != "balance_transaction"}
        self.tell("charge.refunded", charge | {
            "amount_refunded": sum(each["amount"] for each in self._refunds_of(payment["id"]))}, number)
        return refund

    def _refunds_of(self, payment_id: str) -> list[Data]:
        return [each for each in self.refunds.values()
                if each["payment_intent"] == payment_id and each["status"] != "failed"]

    def _move(self, kind: str, amount: int, source: Data, fee: int) -> Data:
        """In the bank account's currency at two for one where that is another."""
        foreign = self.bank_currency not in ("", source["currency"])
        moved = {"id": self._id("txn"), "object": "balance_transaction", "type": kind, "created": self._now(),
                 "amount": amount * (2 if foreign else 1), "fee": fee, "source": source, "exchange_rate": 2.0,
                 "currency": self.bank_currency if foreign else source["currency"]}
        self.movements.append(moved)
        return moved

    def _open(self, session_id: str) -> Data:
        session = self.sessions[session_id]
        if session["status"] != "open":
            raise ValueError(f"the page is {session['status']}")
        return session

    def _session_of(self, number: str) -> Data:
        """The newest of an attempt."""
        return [each for each in self.sessions.values() if each["client_reference_id"] == number][-1]

    def _known(self, objects: dict[str, Data], name: str) -> Data:
        if name not in objects:
            raise Refusal(f"No such object: '{name}'", "resource_missing", 404)
        return objects[name]

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._ids):024d}"

    def _now(self) -> int:
        return int(self.clock.now().timestamp())
