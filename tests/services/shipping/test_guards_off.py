"""What the counter's guards prevent: with each of them switched off, two people get what one may have."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from services.orders import repository
from services.orders.models import OrderRow
from services.shared.db import Store
from services.shipping import desk, refunds, service
from services.staff import approvals, approvals_repository
from services.staff.approvals_repository import APPROVALS
from services.staff.types import Approval
from tests.services.payments import money
from tests.services.shipping.counter import LI, NO_LIMIT, NUMBER, WANG, order, paid_order
from tests.services.staff.roster import enlist, staff_actor

ORDERS = OrderRow.__table__
CHEN, QIAN = staff_actor("manager", 71, "陈"), staff_actor("finance", 72, "钱")


async def test_two_who_take_at_once_both_have_it(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard: a claim changes a row that nobody has claimed, or none."""
    sale = await paid_order(any_store)
    monkeypatch.setattr(repository, "_CLAIM", update(ORDERS).where(ORDERS.c.id == bindparam("order_id")).values(
        claimed_by=bindparam("staff_id"), claimed_name=bindparam("staff_name")
    ))
    await asyncio.gather(
        any_store.write(desk.take, WANG, sale.order_id), any_store.write(desk.take, LI, sale.order_id)
    )
    taken = await order(any_store, sale.order_id)
    assert [entry.machine for entry in taken.history].count("claim") == 2


async def test_what_was_shipped_is_called_off(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guards: the look at the locked order, and the states that the change in SQL may leave."""
    sale = await paid_order(any_store)
    monkeypatch.setattr(refunds, "refuse_if_done", lambda order, wanted: None)
    monkeypatch.setattr(repository, "_CANCEL", repository._LEAVE.values(
        state="cancelled", expires_at=None, cancel_reason=bindparam("reason")
    ))
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    await any_store.write(desk.call_off, LI, sale.order_id, NO_LIMIT)
    after = await order(any_store, sale.order_id)
    assert (after.state, after.fulfilment) == ("cancelled", "shipped")
    assert await money.refunds(sale) == [(39800, "cancelled", "requested")]


async def test_of_two_who_approve_at_once_one_is_told(any_store: Store) -> None:
    approval_id = await _asked(any_store)
    results = await asyncio.gather(*_approved_twice(any_store, approval_id), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["AlreadyDecided", "Approval"]


async def test_two_who_approve_at_once_both_do_it(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard: a decision changes a request that waits, or none. Behind it stands what is still held."""
    approval_id = await _asked(any_store)
    monkeypatch.setattr(approvals_repository, "_DECIDE", (
        update(APPROVALS).where(APPROVALS.c.id == bindparam("approval_id"))
        .values(state=bindparam("new_state"), decided_by=bindparam("who"), decided_name=bindparam("name"),
                decided_at=bindparam("now"))
    ))
    results = await asyncio.gather(*_approved_twice(any_store, approval_id), return_exceptions=True)
    assert [type(each).__name__ for each in results] == ["Approval", "Approval"]


def _approved_twice(store: Store, approval_id: int) -> list[Coroutine[Any, Any, Approval]]:
    return [store.write(approvals.take, actor, approval_id, "orders.refund") for actor in (CHEN, QIAN)]


async def _asked(store: Store) -> int:
    sale = await paid_order(store)
    await enlist(store, WANG.id, "orders")
    asked = await store.write(approvals.request, WANG, "orders.refund", f"order:{sale.order_id}", {"amount": 1})
    return asked.id


