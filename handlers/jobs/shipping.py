"""What customers are told about their parcels, in their own language."""

from __future__ import annotations

from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens import shipping as screens
from services.orders import service as orders
from services.shared.actors import SYSTEM
from services.shipping import service as shipping

jobs = Jobs()


@jobs.on("shipping.shipped")
async def shipped(job: JobContext, payload: dict[str, Any]) -> None:
    order = await job.shop.store.read(orders.get, SYSTEM, payload["order_id"])
    parcels = await job.shop.store.read(shipping.parcels, order.id)
    await job.tell(order.customer_id, lambda t: screens.shipped(t, order, parcels[-1]))


@jobs.on("shipping.delivered")
async def delivered(job: JobContext, payload: dict[str, Any]) -> None:
    order = await job.shop.store.read(orders.get, SYSTEM, payload["order_id"])
    await job.tell(order.customer_id, lambda t: screens.delivered(t, order))
