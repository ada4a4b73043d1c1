"""A disputed order does not leave the shop before people say so."""

from __future__ import annotations

import pytest

from services.orders import service as orders
from services.orders import standing
from services.orders.claims import HOLD_REASONS
from services.orders.errors import OnHold
from services.orders.types import Order
from services.payments import disputes_holding
from services.payments.events import apply_event
from services.shared.actors import SYSTEM
from services.shared.db import Store
from services.shipping import claims, desk
from services.shipping import service as shipping
from tests.services.payments import money
from tests.services.payments.money import DESK


async def paid(store: Store) -> money.Sale:
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt))
    return sale


async def held(sale: money.Sale) -> str | None:
    return (await sale.store.read(standing.read, sale.order_id)).hold_reason


async def order(sale: money.Sale) -> Order:
    return await sale.store.read(orders.get, SYSTEM, sale.order_id)


async def test_what_has_not_left_is_kept_back_until_people_let_it_go(any_store: Store) -> None:
    sale = await paid(any_store)
    await any_store.write(disputes_holding.keep_back, sale.order_id)
    with pytest.raises(OnHold) as refusal:
        await any_store.write(desk.confirm, DESK, sale.order_id)
    assert refusal.value.facts == {"number": (await order(sale)).number, "by": "", "reason": "dispute"}
    await any_store.write(claims.resume, DESK, sale.order_id)
    await any_store.write(desk.confirm, DESK, sale.order_id)
    shown = await order(sale)
    assert (shown.state, shown.hold_reason) == ("confirmed", None)


async def test_what_people_keep_back_already_stays_as_it_is(store: Store) -> None:
    sale = await paid(store)
    await store.write(claims.hold, DESK, sale.order_id, "stock")
    await store.write(disputes_holding.keep_back, sale.order_id)
    assert (await held(sale), (await order(sale)).held_by) == ("stock", DESK.name)


async def test_what_has_left_or_is_off_is_not_kept_back(store: Store) -> None:
    sale = await paid(store)
    await store.write(desk.confirm, DESK, sale.order_id)
    await store.write(shipping.ship, DESK, sale.order_id, "shunfeng", "SF123456789012")
    await store.write(disputes_holding.keep_back, sale.order_id)
    assert await held(sale) is None


def test_people_have_no_such_reason_to_choose() -> None:
    assert disputes_holding.REASON not in HOLD_REASONS
