"""Paid orders, and bills that have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from services.orders.types import Placed
from services.payments.events import apply_event
from services.payments.models import LedgerRow
from services.payments.types import Attempt, BillLine, PaymentEvent
from services.reconciliation import process, service
from services.reconciliation.types import Difference, Run
from services.shared.actors import Actor, staff
from services.shared.db import Store, Tx
from services.shared.money import Money
from services.staff.types import ROLES
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.payments.money import RecordingProvider

# The clock of the tests stands on the 24th at 14:00 of Beijing.
TODAY, DAY, EVE = date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 22)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 16, tzinfo=UTC)
BOOKKEEPER = staff(77, "老陈", ROLES["finance"])


@dataclass
class Till:
    """A shop that sells to one customer through one provider."""

    store: Store
    actor: Actor
    sku_id: int
    provider: RecordingProvider = field(default_factory=RecordingProvider)

    async def pay(self, at: datetime = NOON, **changes: Any) -> tuple[Attempt, PaymentEvent]:
        """An order of ¥199.00, paid at `at` as the provider says."""
        placed: Placed = await shop.order_now(self.store, self.actor, self.sku_id, 1)
        attempt = await money.start(self.store, self.provider, self.actor, placed.order_id)
        event = money.event(attempt, created=at, **changes)
        await self.store.write(apply_event, event)
        return attempt, event

    async def run(self, day: date = DAY) -> Run:
        return await process.reconcile(self.store, self.provider, day)

    async def differences(self, run: Run) -> list[Difference]:
        return list((await self.store.read(service.run_page, BOOKKEEPER, run.id, 1, 100))[1])

    async def told(self, run: Run) -> list[tuple[str, str, int | None, int | None]]:
        """(kind, provider's number, ours, theirs) of what differs, open ones first."""
        return [(each.kind, each.provider_number, each.ours.amount if each.ours else None,
                 each.theirs.amount if each.theirs else None) for each in await self.differences(run)]


async def open_till(store: Store, telegram_id: int = 1001) -> Till:
    await shop.open_shop(store)
    sku_id = await store.write(shop.put_product, "F9", shop.yuan(199), 50)
    return Till(store, await shop.buyer(store, telegram_id), sku_id)


def line(attempt: Attempt, event: PaymentEvent, **changes: Any) -> BillLine:
    values = {"kind": "capture", "number": attempt.number, "provider_number": event.provider_payment_id,
              "amount": event.amount, "fee": Money(0, event.amount.currency), "at": event.created}
    return BillLine(**(values | changes))


def fees(tx: Tx) -> list[tuple[str, int, str]]:
    """(kind, amount, number) of the fees in the books."""
    table = LedgerRow.__table__
    found = select(table).where(table.c.kind.in_(("fee", "fee-return"))).order_by(table.c.id)
    return [(row.kind, row.amount, row.number) for row in tx.rows(found)]


SECOND = timedelta(seconds=1)
