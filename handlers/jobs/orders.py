"""Orders that run out of time, and what customers are told about their orders without having tapped."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens.payments import pay_key
from handlers.screens.receipts import cancelled_notice, completed_notice, paid_notice
from services.orders import arcs
from services.orders import service as orders
from services.orders.types import Order
from services.payments import expiring
from services.shared.actors import SYSTEM

log = logging.getLogger(__name__)

jobs = Jobs()

_AT_ONCE = 50


@jobs.every(timedelta(seconds=15), "orders.expire")
async def expire(job: JobContext) -> None:
    """Each order in a transaction of its own, so that one bad order stops nothing; it is tried again next time."""
    after = 0
    while due := await job.shop.store.read(orders.due_to_expire, after, _AT_ONCE):
        for order_id in due:
            try:
                await job.shop.store.write(expiring.expire, order_id)
            except Exception:  # the outer edge of this loop: whatever is wrong with one order is reported by its id
                log.exception("order %s did not expire", order_id)
        after = due[-1]


@jobs.on("orders.paid")
async def tell_paid(job: JobContext, payload: dict[str, Any]) -> None:
    order = await _order(job, payload)
    if order.paid_at is not None and order.state != arcs.CANCELLED:
        await job.tell(order.customer_id, lambda t: paid_notice(t, order), replaces=pay_key(order.id))


@jobs.on("orders.cancelled")
async def tell_cancelled(job: JobContext, payload: dict[str, Any]) -> None:
    """Whoever cancelled their own order knows already."""
    order = await _order(job, payload)
    if order.state == arcs.CANCELLED and not _by_customer(order):
        await job.tell(order.customer_id, lambda t: cancelled_notice(t, order), replaces=pay_key(order.id))


@jobs.on("orders.completed")
async def tell_completed(job: JobContext, payload: dict[str, Any]) -> None:
    order = await _order(job, payload)
    # Who was sent codes, and nothing else, knows that this is all.
    if not _by_customer(order) and any(line.kind != "digital" for line in order.lines):
        await job.tell(order.customer_id, lambda t: completed_notice(t, order))


async def _order(job: JobContext, payload: dict[str, Any]) -> Order:
    return await job.shop.store.read(orders.get, SYSTEM, payload["order_id"])


def _by_customer(order: Order) -> bool:
    """Whether it was the customer who brought the order into its present state."""
    changes = [entry for entry in order.history if entry.machine == arcs.ORDER]
    return changes[-1].actor.startswith("customer:")
