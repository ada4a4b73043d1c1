"""Orders on their way over the counter, and the people behind it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.inventory.models import StockRow
from services.orders import checkout, placing
from services.orders import service as orders
from services.orders.types import Order
from services.outbox.models import JobRow
from services.payments.events import apply_event
from services.shared.actors import SYSTEM, Actor, staff
from services.shared.db import Store, Tx
from services.shared.money import Money
from services.staff.types import ORDER_DESK
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.staff.roster import enlist

WANG = staff(42, "小王", ORDER_DESK)
LI = staff(43, "Li", ORDER_DESK)
NOBODY = staff(44, "Zoe", frozenset())
NUMBER = "SF123456789012"


# More than any order here costs: nothing waits for a second person.
NO_LIMIT = {"CNY": 10**9}


async def staffed(store: Store) -> None:
    """小王 and Li are on the roster and unlocked."""
    await enlist(store, WANG.id, "orders", WANG.name)
    await enlist(store, LI.id, "orders", LI.name)


async def paid_order(store: Store) -> money.Sale:
    """Two filters for ¥398.00, paid; 小王 and Li are about."""
    await staffed(store)
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt))
    return sale


def only_cash(total: Money, kinds: Sequence[str], takes_cash: bool) -> Sequence[str]:
    return ("cash_on_delivery",)


async def cash_order(store: Store) -> int:
    """One P3 for ¥1,299.00, to be paid at the door."""
    stall = await shop.open_shop(store)
    buyer = await shop.buyer(store)
    checkout_id = await store.write(checkout.open_buy_now, buyer, stall.skus["P3"], 1)
    view = await store.write(checkout.view, buyer, checkout_id, only_cash)
    placed = await store.write(placing.place, buyer, view.id, view.version, shop.TERMS, "zh", only_cash)
    return placed.order_id


async def order(store: Store, order_id: int, actor: Actor = SYSTEM) -> Order:
    return await store.read(orders.get, actor, order_id)


def stock(tx: Tx, sku_id: int) -> tuple[int, int]:
    """(on hand, reserved)"""
    row = tx.first(select(StockRow.__table__).where(StockRow.__table__.c.sku_id == sku_id))
    assert row is not None
    return row.on_hand, row.reserved


def jobs(tx: Tx, kind: str) -> list[dict[str, object]]:
    """The payloads of all jobs of a kind."""
    table = JobRow.__table__
    return [row.payload for row in tx.rows(select(table.c.payload).where(table.c.kind == kind).order_by(table.c.id))]
