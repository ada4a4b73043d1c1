"""An order to pay, notices about it, and a provider that records what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from services.customers import profile
from services.orders import standing
from services.outbox.models import JobRow
from services.payments import attempts, process, repository
from services.payments.models import LedgerRow
from services.payments.process import Payer
from services.payments.provider import Accepts, NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.types import Attempt, BillLine, PaymentEvent, Refund
from services.shared.actors import Actor, staff
from services.shared.db import Store, Tx
from services.staff.types import ORDER_DESK
from tests.services.orders import shop
from tests.services.orders.shop import TERMS

PAYER = Payer("Order", "zh", "https://shop.example/pay")
DESK = staff(42, "小王", ORDER_DESK)
_numbers = count(1)


class Crash(BaseException):
    """The process dies here: nothing that would handle an error sees it."""


@dataclass
class RecordingProvider:
    """A provider in memory: notes each call; `answers` are what a query hears, by attempt number.

    It does what it is told, and then the shop dies, once, at the call named by `dies_after`.
    """

    code: str = "sandbox"
    online: bool = True
    accepts: Accepts = Accepts(kinds=frozenset({"physical", "service", "digital"}))  # noqa: RUF009
    acknowledgement: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, PaymentEvent] = field(default_factory=dict)
    refund_result: RefundResult = RefundResult("pending", "rf_1")  # noqa: RUF009
    fresh_until: datetime | None = None
    silent: bool = False
    refuses: str = ""
    dies_after: str = ""
    bills: dict[date, tuple[BillLine, ...]] = field(default_factory=dict)

    async def start(self, request: StartRequest) -> Started:
        self._hear("start", request.attempt.number)
        if self.refuses:
            raise Refused(self.refuses)
        return Started(f"https://provider.example/{request.attempt.number}", fresh_until=self.fresh_until)

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        raise NotImplementedError

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        self._hear("query", attempt.number)
        return self.answers.get(attempt.number)

    async def close(self, attempt: Attempt) -> None:
        self._hear("close", attempt.number)

    async def refund(self, refund: Refund) -> RefundResult:
        self._hear("refund", refund.number)
        return self.refund_result

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        self._hear("bill", day.isoformat())
        if day not in self.bills:
            raise NoBill()
        return self.bills[day]

    async def aclose(self) -> None:
        return None

    def _hear(self, what: str, number: str) -> None:
        self.calls.append((what, number))
        if what == self.dies_after:
            self.dies_after = ""
            raise Crash(what)
        if self.silent:
            raise Unreachable(what)


@dataclass
class Sale:
    """A placed order of two filters for ¥398.00 with an attempt under way."""

    store: Store
    actor: Actor
    order_id: int
    attempt: Attempt
    sku_id: int
    provider: RecordingProvider


async def open_sale(
    store: Store, stock: int = 10, telegram_id: int = 1001, provider: RecordingProvider | None = None
) -> Sale:
    stall = await shop.open_shop(store)
    sku_id = await store.write(shop.put_product, "F9", shop.yuan(199), stock)
    actor = await shop.buyer(store, telegram_id)
    await store.write(profile.change_profile, actor, "phone", shop.HOME.phone, verified=True)
    assert stall.skus
    placed = await shop.order_now(store, actor, sku_id, 2)
    provider = provider or RecordingProvider()
    attempt = await start(store, provider, actor, placed.order_id)
    return Sale(store, actor, placed.order_id, attempt, sku_id, provider)


def ways(*codes: str) -> dict[str, RecordingProvider]:
    """Ways to pay in the shop's order, each a provider of its own."""
    return {code: RecordingProvider(code) for code in codes}


async def start(store: Store, provider: RecordingProvider, actor: Actor, order_id: int) -> Attempt:
    return await process.start(store, {provider.code: provider}, actor, order_id, provider.code, PAYER, TERMS)


def event(attempt: Attempt, status: str = "succeeded", **changes: object) -> PaymentEvent:
    """A notice about an attempt, of a payment of its own unless `provider_payment_id` says otherwise."""
    number = next(_numbers)
    values: dict[str, object] = {
        "provider": "sandbox", "event_id": f"evt_{number}", "kind": "payment", "status": status,
        "number": attempt.number, "provider_payment_id": f"pay_{number}", "amount": attempt.amount,
        "created": datetime(2026, 11, 24, 6, 0, tzinfo=UTC),
    }
    return PaymentEvent(**(values | changes))  # type: ignore[arg-type]


async def another_buyer_takes(store: Store, sku_id: int, pieces: int) -> None:
    other = await shop.buyer(store, 2002)
    await shop.order_now(store, other, sku_id, pieces)


async def refunds(sale: Sale) -> list[tuple[int, str, str]]:
    """(amount, reason, status) of the order's refunds."""
    state = await sale.store.read(attempts.state, sale.actor, sale.order_id)
    return [(refund.amount.amount, refund.reason, refund.status) for refund in state.refunds]


def waiting(tx: Tx, kind: str) -> int:
    """How many jobs of a kind wait to be done."""
    return len(jobs(tx, kind))


def jobs(tx: Tx, kind: str) -> list[dict[str, Any]]:
    """What the jobs of a kind that wait to be done are about, oldest first."""
    table = JobRow.__table__
    found = select(table.c.payload).where(table.c.kind == kind, table.c.state == "waiting").order_by(table.c.id)
    return [row.payload for row in tx.rows(found)]


def captures(tx: Tx) -> list[tuple[int, str, str]]:
    """(amount, reference, actor) of all money that came, oldest first."""
    table = LedgerRow.__table__
    found = select(table).where(table.c.kind == "capture").order_by(table.c.id)
    return [(row.amount, row.reference, row.actor) for row in tx.rows(found)]


def tried(tx: Tx, order_id: int) -> list[tuple[str, int, str]]:
    """(provider, amount, status) of the attempts to pay an order, oldest first."""
    return [(each.provider, each.amount.amount, each.status) for each in repository.attempts(tx, order_id)]


async def standing_of(sale: Sale) -> tuple[str, str, int, int]:
    """(order state, payment state, paid, refunded)."""
    order = await sale.store.read(standing.read, sale.order_id)
    return order.state, order.payment, order.paid.amount, order.refunded.amount
