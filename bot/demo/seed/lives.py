"""The life of one past order, from the basket to where it is meant to end, through the shop's own use cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.demo.seed.people import STAFF, DemoPerson
from bot.demo.seed.timeline import Timeline
from services.cart import service as cart
from services.catalog.types import SkuFacts
from services.orders import checkout, choosing, placing, standing
from services.orders import service as orders
from services.orders.assembly import MethodsFor
from services.orders.types import BANK_TRANSFER, CASH_ON_DELIVERY, FREE, Placed, Terms
from services.payments import attempts, by_hand, cancelling, events, receiving, refunding
from services.payments.provider import Provider
from services.payments.types import PaymentEvent
from services.shared.actors import Actor, staff
from services.shared.db import Tx
from services.shared.errors import Refusal
from services.shipping import desk
from services.shipping import service as shipping
from services.staff.types import ORDER_DESK

COMPLETED, SHIPPED, TO_SHIP, UNPAID, CANCELLED, REFUNDED = OUTCOMES = (
    "completed", "shipped", "to-ship", "unpaid", "cancelled", "refunded",
)
DESK = staff(STAFF, "小王", ORDER_DESK)
# How people pay, in percent of all orders.
_WAYS, _SHARES = ("sandbox", CASH_ON_DELIVERY, BANK_TRANSFER), (89, 7, 4)
_TRIES = 6
_CARRIERS = (("shunfeng", "SF", 12), ("yuanzhou", "YZ", 13), ("qingli", "", 0))


@dataclass(frozen=True, slots=True)
class Counter:
    """What every order needs: the goods, the shop's terms and ways to pay, and the one source of chance.

    `abroad` are by currency those of the goods that have a price in it.
    """

    goods: tuple[SkuFacts, ...]
    abroad: Mapping[str, tuple[SkuFacts, ...]]
    terms: Terms
    providers: Mapping[str, Provider]
    methods_for: MethodsFor
    random: Random

    def pick(self, currency: str) -> SkuFacts:
        """Something that is sold in the currency, cheap things more often than dear ones."""
        goods = self.abroad.get(currency, self.goods)
        return self.random.choices(goods, [1 / sku.price.amount ** 0.5 for sku in goods])[0]


class Life:
    """An order that `person` places at a moment and that is meant to end as `outcome`."""

    def __init__(self, counter: Counter, timeline: Timeline, person: DemoPerson, actor: Actor, outcome: str) -> None:
        self._counter, self._timeline, self._person = counter, timeline, person
        self._actor, self._outcome, self._random = actor, outcome, counter.random

    def begin(self, tx: Tx) -> None:
        """Places the order and plans the rest. A person who finds nothing that can be ordered leaves."""
        for _ in range(_TRIES):
            try:
                with tx.savepoint():
                    placed = self._place(tx)
            except Refusal:
                # Sold out for now, or not delivered there: they look for something else.
                continue
            self._follow(tx.now, placed)
            return

    def _place(self, tx: Tx) -> Placed:
        counter, actor = self._counter, self._actor
        if self._random.random() < 0.4:
            sku = counter.pick(actor.prices.currency)
            checkout_id = checkout.open_buy_now(tx, actor, sku.sku_id, 1)
        else:
            for _ in range(self._random.choice((1, 1, 2, 2, 3))):
                sku = counter.pick(actor.prices.currency)
                cart.add(tx, actor, sku.sku_id, 2 if sku.price.amount < 10_000 and self._random.random() < 0.3 else 1)
            checkout_id = checkout.open_cart(tx, actor)
        choosing.choose_method(tx, actor, checkout_id, self._way_to_pay())
        view = checkout.view(tx, actor, checkout_id, counter.methods_for)
        return placing.place(
            tx, actor, checkout_id, view.version, counter.terms, self._person.language, counter.methods_for
        )

    def _way_to_pay(self) -> str:
        if self._outcome == UNPAID:
            # The only way that is open for as long as a day.
            return BANK_TRANSFER
        if self._outcome == CANCELLED:
            return "sandbox"
        return self._person.pays or self._random.choices(_WAYS, _SHARES)[0]

    def _follow(self, at: datetime, placed: Placed) -> None:
        order_id = placed.order_id
        if placed.payment_method not in (CASH_ON_DELIVERY, FREE):
            self._timeline.plan(at, partial(self._start_payment, placed=placed))
        if self._outcome == UNPAID:
            return
        if self._outcome == CANCELLED and placed.payment_method not in (CASH_ON_DELIVERY, FREE):
            self._plan_cancelling(at, placed)
            return
        at = self._plan_payment(at, placed)
        if self._outcome == CANCELLED:
            self._timeline.plan(self._later(at, 0.5, 3), partial(self._call_off, order_id=order_id))
            return
        if self._outcome == TO_SHIP and self._random.random() < 0.4:
            return
        at = self._later(at, 0.3, 9)
        self._timeline.plan(at, partial(self._accept, order_id=order_id))
        if self._outcome != TO_SHIP:
            self._plan_journey(at, order_id)

    def _start_payment(self, tx: Tx, placed: Placed) -> None:
        attempts.open_attempt(
            tx, self._actor, placed.order_id, placed.payment_method, self._counter.providers, self._counter.terms
        )

    def _plan_payment(self, at: datetime, placed: Placed) -> datetime:
        if placed.payment_method in (CASH_ON_DELIVERY, FREE):
            return at
        if placed.payment_method == BANK_TRANSFER:
            at = self._later(at, 0.5, 2)
            self._timeline.plan(at, partial(self._transfer, order_id=placed.order_id))
            return at
        at = self._later(at, 0.02, 0.15)
        self._timeline.plan(at, partial(self._hear, order_id=placed.order_id, status="succeeded"))
        return at

    def _hear(self, tx: Tx, order_id: int, status: str) -> None:
        """The provider's notice about the newest attempt."""
        attempt = attempts.state(tx, self._actor, order_id).attempt
        assert attempt is not None
        name = f"{attempt.number}-{status}"
        events.apply_event(tx, PaymentEvent(
            attempt.provider, name, "payment", status, attempt.number, attempt.number, attempt.amount, tx.now,
        ))

    def _transfer(self, tx: Tx, order_id: int) -> None:
        """The customer sends the slip, and the money is found on the account."""
        slip = by_hand.send_slip(tx, self._actor, order_id, f"demo-slip-{order_id}", f"demo-slip-{order_id}", False)
        by_hand.confirm_transfer(tx, DESK, slip.id, slip.attempt.amount)

    def _plan_cancelling(self, at: datetime, placed: Placed) -> None:
        kind = self._random.choice(("expired", "expired", "customer", "paid"))
        if kind == "expired":
            expiry = self._counter.terms.expiry(placed.payment_method, at)
            assert expiry is not None
            self._timeline.plan(expiry, partial(self._run_out, order_id=placed.order_id))
        elif kind == "customer":
            self._timeline.plan(self._later(at, 0.03, 0.2), partial(self._cancel, order_id=placed.order_id))
        else:
            at = self._plan_payment(at, placed)
            self._timeline.plan(self._later(at, 0.3, 5), partial(self._call_off, order_id=placed.order_id))

    def _run_out(self, tx: Tx, order_id: int) -> None:
        orders.expire(tx, order_id)
        self._hear(tx, order_id, "failed")

    def _cancel(self, tx: Tx, order_id: int) -> None:
        cancelling.cancel_order(tx, self._actor, order_id)

    def _call_off(self, tx: Tx, order_id: int) -> None:
        cancelling.cancel_order(tx, DESK, order_id, "staff")
        self._timeline.plan(self._later(tx.now, 0.02, 1), partial(self._settle_refunds, order_id=order_id))

    def _accept(self, tx: Tx, order_id: int) -> None:
        desk.take(tx, DESK, order_id)
        desk.confirm(tx, DESK, order_id)

    def _plan_journey(self, at: datetime, order_id: int) -> None:
        at = self._later(at, 1, 20)
        self._timeline.plan(at, partial(self._ship, order_id=order_id))
        at = self._later(at, 20, 60)
        if self._outcome == SHIPPED and self._random.random() < 0.7:
            return
        self._timeline.plan(at, partial(self._deliver, order_id=order_id))
        if self._outcome == COMPLETED:
            self._timeline.plan(self._later(at, 0.5, 40), partial(self._receive, order_id=order_id))
        elif self._outcome == REFUNDED:
            self._timeline.plan(self._later(at, 4, 40), partial(self._take_back, order_id=order_id))

    def _ship(self, tx: Tx, order_id: int) -> None:
        if not any(line.kind == "physical" for line in orders.get(tx, DESK, order_id).lines):
            return
        carrier, prefix, digits = self._random.choice(_CARRIERS)
        number = f"{prefix}{7 * 10 ** (digits - 1) + order_id}" if prefix else ""
        shipping.ship(tx, DESK, order_id, carrier, number)

    def _deliver(self, tx: Tx, order_id: int) -> None:
        shipping.deliver(tx, DESK, order_id)

    def _receive(self, tx: Tx, order_id: int) -> None:
        orders.confirm_receipt(tx, self._actor, order_id)

    def _take_back(self, tx: Tx, order_id: int) -> None:
        held = receiving.held(tx, standing.read(tx, order_id))
        refunding.refund_by_staff(tx, DESK, order_id, held)
        self._timeline.plan(self._later(tx.now, 0.02, 5), partial(self._settle_refunds, order_id=order_id))

    def _settle_refunds(self, tx: Tx, order_id: int) -> None:
        """What the provider sends back by itself, people pay out by hand otherwise."""
        for refund in attempts.state(tx, self._actor, order_id).refunds:
            by_itself = refund.attempt.provider not in (BANK_TRANSFER, CASH_ON_DELIVERY)
            refunding.note_sent(tx, refund.id, "succeeded" if by_itself else "manual", refund.number)
            if not by_itself:
                refunding.confirm_by_hand(tx, DESK, refund.id)

    def _later(self, at: datetime, least: float, most: float) -> datetime:
        """`least` to `most` hours after `at`."""
        return at + timedelta(hours=self._random.uniform(least, most))
