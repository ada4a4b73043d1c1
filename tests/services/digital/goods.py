"""Digital goods with codes, and orders of them that are paid."""

from __future__ import annotations

from sqlalchemy import select

from services.digital import loading
from services.digital.models import DigitalDueRow
from services.invariants import violations
from services.orders import handing, standing
from services.payments import repository
from services.payments.events import apply_event
from services.payments.types import Attempt
from services.shared.actors import Actor, staff
from services.shared.db import Store, Tx
from services.shared.money import Money
from services.staff.types import STOCK_EDIT, STOCK_VIEW
from tests.services.orders import shop
from tests.services.payments import money

KEEPER = staff(50, "小库", frozenset({STOCK_EDIT, STOCK_VIEW}))
DUES = DigitalDueRow.__table__


async def open_kiosk(store: Store, *codes: str, stock: int = 10) -> int:
    """A shop with the digital SKU GAME; returns its id."""
    await shop.open_shop(store)
    sku_id = await store.write(shop.put_product, "GAME", Money(50, "CNY"), stock, "digital")
    if codes:
        await store.write(loading.load, KEEPER, sku_id, codes)
    return sku_id


async def buy(store: Store, actor: Actor, sku_id: int, pieces: int = 1) -> tuple[int, Attempt]:
    """An order to be paid, with its attempt."""
    placed = await shop.order_now(store, actor, sku_id, pieces)
    return placed.order_id, await attempt(store, placed.order_id)


async def attempt(store: Store, order_id: int) -> Attempt:
    """An attempt to pay all of an order."""

    def add(tx: Tx) -> Attempt:
        return repository.add_attempt(tx, order_id, "sandbox", standing.read(tx, order_id).total, None, None)

    return await store.write(add)


async def paid(store: Store, actor: Actor, sku_id: int, pieces: int = 1) -> int:
    """A paid order."""
    order_id, tried = await buy(store, actor, sku_id, pieces)
    await store.write(apply_event, money.event(tried))
    return order_id


async def codes(store: Store, actor: Actor, order_id: int) -> list[str]:
    return [code for each in await store.read(handing.codes, actor, order_id) for code in each.codes]


async def states(store: Store, order_id: int) -> tuple[str, str, str]:
    found = await store.read(standing.read, order_id)
    return found.state, found.payment, found.fulfilment


async def dues(store: Store, order_id: int) -> list[tuple[int, str]]:
    """(pieces, state) of what the lines of an order are owed."""
    query = select(DUES.c.quantity, DUES.c.state).where(DUES.c.order_id == order_id).order_by(DUES.c.line_id)
    return [(row.quantity, row.state) for row in await store.read(lambda tx: tx.rows(query))]


async def assert_sound(store: Store) -> None:
    assert await store.read(violations) == []
