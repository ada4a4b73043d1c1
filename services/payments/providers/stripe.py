"""Stripe: Checkout Sessions on Stripe's own page, notices, refunds, disputes and the account's daily movements.

Source: the SDK (stripe 16.1, which pins 2026-10-28.endive) and docs.stripe.com. What is known from memory only is
marked `unverified`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from services.payments.provider import Accepts, NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.providers import stripe_bill, stripe_notices
from services.payments.providers.stripe_amounts import CURRENCIES, MOST, NotPayableHere, to_stripe
from services.payments.providers.stripe_calls import Calls, Data
from services.payments.providers.stripe_notices import ATTEMPT, CODE, HEADER, REFUND, REFUND_STATUS, Notice
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.clock import Clock
from services.shared.money import Money

log = logging.getLogger(__name__)

API = "https://api.stripe.com"
# A session lives 30 minutes to 24 hours; the rest is for clocks that differ.
_SHORTEST, _LONGEST = timedelta(minutes=35), timedelta(hours=23)
# A name of goods may be longer; the limit is unverified.
_TITLE = 250
# While a page shows that a payment is under way already.
_LOOK_AGAIN = timedelta(minutes=1)
# A notice must be answered soon: what its fee was is worth no longer wait.
_FEE_SECONDS = 2.0
_FEE = ["latest_charge.balance_transaction"]
# Refusals that say nothing about the refund itself: the same number is sent again.
_NOT_ABOUT_IT = ("AuthenticationError", "PermissionError", "idempotency_error")


class Stripe:
    """The shop's side of the account behind `secret_key`, which says whether real money moves."""

    code = CODE
    online = True
    acknowledgement = ""

    def __init__(
        self, secret_key: str, webhook_secret: str, clock: Clock, *, currencies: frozenset[str] = CURRENCIES,
        api_url: str = API,
    ) -> None:
        self.accepts = Accepts(currencies & CURRENCIES, most=MOST)
        self._live = "_live_" in secret_key
        self._webhook_secret = webhook_secret
        self._clock = clock
        self._calls = Calls(secret_key, api_url)

    async def start(self, request: StartRequest) -> Started:
        attempt, now = request.attempt, self._clock.now()
        try:
            asked = to_stripe(attempt.amount)
        except NotPayableHere:
            raise Refused("amount") from None
        known = attempt.facts.get("session")
        if known is not None:
            session = await self._session(known)
            if session.get("status") == "complete":
                # Paid, or under way by a slow method: the payer sees on our page what comes of it.
                return Started(request.return_url, fresh_until=now + _LOOK_AGAIN)
            if session.get("status") == "open":
                return _started(session, attempt, asked)
        started = await self._open(request, asked, again=known is not None)
        if started.fresh_until is not None and started.fresh_until <= now:
            # What Stripe remembers for this number has run out since.
            started = await self._open(request, asked, again=True)
        return started

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        stripe_notices.verify(self._webhook_secret, headers.get(HEADER, ""), body, now)
        notice = stripe_notices.read(body, self._live)
        if notice.type.startswith("checkout.session."):
            event = await self._about_session(notice)
            return () if event is None else (event,)
        if notice.type == "charge.refunded":
            return await self._about_refunds(notice)
        if notice.type.startswith(("refund.", "charge.refund.")):
            event = await self._about_refund(notice)
            return () if event is None else (event,)
        if notice.type.startswith("charge.dispute."):
            number = await self._number_behind(notice.about)
            return () if number is None else (
                stripe_notices.of_dispute(notice.about, notice.id, notice.created, number),)
        # A try with one card failed (payment_intent.payment_failed): the payer can go on. Or nothing for us.
        return ()

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        known = attempt.facts.get("session")
        if known is None:
            # Nobody has ever been shown a page.
            return None
        session = await self._session(known, ["payment_intent.latest_charge.balance_transaction"])
        payment = session.get("payment_intent")
        payment = payment if isinstance(payment, dict) else {}
        charge = payment.get("latest_charge")
        try:
            at = stripe_notices.moment(charge if isinstance(charge, dict) else session, "created")
            event = stripe_notices.of_session(session, "", at, fee=stripe_notices.fee_of(payment))
        except ValueError:
            raise Unreachable("query: an answer without sense") from None
        if event is not None and event.number != attempt.number:
            raise Unreachable("query: an answer about another payment")
        return event

    async def close(self, attempt: Attempt) -> None:
        known = attempt.facts.get("session")
        if known is None:
            return
        try:
            await self._calls.ask(lambda v1: v1.checkout.sessions.expire_async(known))
        except Refused as refusal:
            # It is complete or has run out; or the payer was faster by a moment.
            session = await self._session(known)
            if session.get("status") == "open":
                raise Unreachable(refusal.word) from None

    async def refund(self, refund: Refund) -> RefundResult:
        payment = await self._payment_of(refund.attempt)
        if payment is None:
            return RefundResult("manual", refund.number)
        known = await self._known_refund(refund, payment)
        if known is None:
            try:
                known = await self._give_back(refund, payment)
            except (Refused, NotPayableHere) as refusal:
                why = refusal.word if isinstance(refusal, Refused) else "amount"
                if why in _NOT_ABOUT_IT:
                    raise Unreachable(why) from None
                log.warning("stripe refused refund %s: %s", refund.number, why)
                return RefundResult("failed", refund.number)
        status, reference = REFUND_STATUS.get(str(known.get("status"))), known.get("id")
        if status is None or not isinstance(reference, str):
            raise Unreachable("refund: an answer without sense")
        return RefundResult(status, reference)

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        """The account's movements of a day in UTC which are those of this shop, and the account's own fees."""
        if day >= self._clock.now().date():
            raise NoBill()
        try:
            return await stripe_bill.lines(self._calls, day, self._number_of)
        except (Refused, ValueError) as error:
            raise Unreachable(error.word if isinstance(error, Refused) else "bill: a line without sense") from None

    async def aclose(self) -> None:
        await self._calls.aclose()

    async def _open(self, request: StartRequest, asked: int, *, again: bool) -> Started:
        """A new session, or the one that was made before with the same number and the same words.

        Stripe keeps what it answered to a number for a day at least. With other words (the payer has changed the
        language, the session before has run out) it takes a number of its own; of two sessions only one is ever shown.
        """
        attempt = request.attempt
        wanted = _wanted(request, asked, _end(attempt, self._clock.now(), again=again))
        digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]
        other = f"{attempt.number}-{digest}"
        try:
            session = await self._create(wanted, other if again else attempt.number)
        except Refused as refusal:
            if refusal.word != "idempotency_error" or again:
                raise
            session = await self._create(wanted, other)
        return _started(session, attempt, asked)

    async def _create(self, wanted: Data, key: str) -> Data:
        return await self._calls.ask(
            lambda v1: v1.checkout.sessions.create_async(wanted, {"idempotency_key": key}))

    async def _session(self, known: str, expand: list[str] | None = None) -> Data:
        return await self._get(lambda v1: v1.checkout.sessions.retrieve_async(known, {"expand": expand or []}))

    async def _get(self, call: Any) -> Data:
        """Raises Unreachable also for what must be there and is not: a key of another account, a wrong mode."""
        try:
            return await self._calls.ask(call)
        except Refused as refusal:
            raise Unreachable(refusal.word) from None

    async def _about_session(self, notice: Notice) -> PaymentEvent | None:
        failed = notice.type == "checkout.session.async_payment_failed"
        event = stripe_notices.of_session(notice.about, notice.id, notice.created, failed=failed)
        if event is None or event.status != "succeeded":
            return event
        fee = await self._fee(event.provider_payment_id)
        return stripe_notices.of_session(notice.about, notice.id, notice.created, fee=fee)

    async def _fee(self, payment: str) -> Money | None:
        """Often Stripe does not know it yet when it sends the notice; the bill has it in the end."""
        try:
            async with asyncio.timeout(_FEE_SECONDS):
                found = await self._get(lambda v1: v1.payment_intents.retrieve_async(payment, {"expand": _FEE}))
            return stripe_notices.fee_of(found)
        except (Unreachable, TimeoutError, ValueError):
            return None

    async def _about_refund(self, notice: Notice) -> PaymentEvent | None:
        """A refund that succeeded may fail for good days later, and notices come in any order: the refund is asked for
        as it stands now."""
        number = stripe_notices.our_number(notice.about) or await self._number_behind(notice.about)
        if number is None:
            return None
        known = stripe_notices.word(notice.about, "id")
        now = await self._get(lambda v1: v1.refunds.retrieve_async(known))
        return stripe_notices.of_refund(now, notice.id, notice.created, number)

    async def _about_refunds(self, notice: Notice) -> tuple[PaymentEvent, ...]:
        """The notice of a charge names only its sum of refunds: they are asked for one by one."""
        payment = stripe_notices.id_of(notice.about, "payment_intent")
        number = stripe_notices.our_number(notice.about) or await self._number_behind(notice.about)
        if payment is None or number is None:
            return ()
        events = [stripe_notices.of_refund(each, f"{notice.id}:{each.get('id')}", notice.created, number)
                  for each in await self._refunds_of(payment)]
        return tuple(event for event in events if event is not None)

    async def _number_behind(self, about: Data) -> str | None:
        """The attempt's number behind a refund or a dispute, neither of which repeats what the payment carries."""
        payment = stripe_notices.id_of(about, "payment_intent")
        return None if payment is None else await self._number_of(payment)

    async def _number_of(self, payment: str) -> str | None:
        return stripe_notices.our_number(await self._get(lambda v1: v1.payment_intents.retrieve_async(payment)))

    async def _payment_of(self, attempt: Attempt) -> str | None:
        known = attempt.facts.get("payment_intent")
        if known is not None or "session" not in attempt.facts:
            return known
        try:
            return stripe_notices.id_of(await self._session(attempt.facts["session"]), "payment_intent")
        except ValueError:
            raise Unreachable("refund: an answer without sense") from None

    async def _known_refund(self, refund: Refund, payment: str) -> Data | None:
        """What became of this number before. Stripe may forget its idempotency key after a day, and would then pay
        twice; the number in the refund's metadata stays."""
        found = (each for each in await self._refunds_of(payment)
                 if stripe_notices.our_number(each, REFUND) == refund.number)
        return next(found, None)

    async def _refunds_of(self, payment: str) -> list[Data]:
        try:
            return [item async for item in self._calls.pages(
                lambda v1, page: v1.refunds.list_async(page), {"payment_intent": payment})]
        except Refused as refusal:
            raise Unreachable(refusal.word) from None

    async def _give_back(self, refund: Refund, payment: str) -> Data:
        wanted = {"payment_intent": payment, "amount": to_stripe(refund.amount),
                  "metadata": {ATTEMPT: refund.attempt.number, REFUND: refund.number}}
        return await self._calls.ask(
            lambda v1: v1.refunds.create_async(wanted, {"idempotency_key": refund.number}))


def _wanted(request: StartRequest, asked: int, end: datetime) -> Data:
    attempt, ours = request.attempt, {ATTEMPT: request.attempt.number}
    goods = {"currency": attempt.amount.currency.lower(), "unit_amount": asked,
             "product_data": {"name": request.title.strip()[:_TITLE] or attempt.number}}
    return {
        "mode": "payment", "line_items": [{"quantity": 1, "price_data": goods}],
        "client_reference_id": attempt.number, "metadata": ours, "payment_intent_data": {"metadata": ours},
        "success_url": request.return_url, "cancel_url": request.return_url,
        "locale": request.language if request.language in ("zh", "en") else "auto",
        "expires_at": int(end.timestamp()),
        # Otherwise Stripe may show, and take, a sum in the payer's own currency.
        "adaptive_pricing": {"enabled": False},
    }


def _end(attempt: Attempt, now: datetime, *, again: bool) -> datetime:
    """When the session runs out by itself: a while after the attempt, so that a start can be repeated to the end with
    the same words. The shop closes it sooner."""
    begun, shortest = attempt.created_at, _SHORTEST
    end = _bounded(attempt, begun, shortest)
    if again or end < now + _SHORTEST - timedelta(minutes=4):
        # The full hour, for a repeated call must say the same.
        begun, shortest = now.replace(minute=0, second=0, microsecond=0), timedelta(hours=1) + _SHORTEST
        end = _bounded(attempt, begun, shortest)
    return end


def _bounded(attempt: Attempt, begun: datetime, shortest: timedelta) -> datetime:
    wished = attempt.expires_at + _SHORTEST if attempt.expires_at is not None else begun + _LONGEST
    return min(max(wished, begun + shortest), begun + _LONGEST)


def _started(session: Data, attempt: Attempt, asked: int) -> Started:
    """Raises Unreachable for a session that is not open, or another one than was asked for."""
    expected = {"status": "open", "amount_total": asked, "currency": attempt.amount.currency.lower(),
                "client_reference_id": attempt.number}
    if any(session.get(key) != value for key, value in expected.items()):
        raise Unreachable("start: an answer about another payment")
    try:
        facts, until = {"session": stripe_notices.word(session, "id")}, stripe_notices.moment(session, "expires_at")
    except ValueError:
        raise Unreachable("start: an answer without sense") from None
    url = session.get("url")
    if not isinstance(url, str) or not url.startswith("http"):
        raise Unreachable("start: no page to open")
    return Started(url, fresh_until=until, facts=facts)
