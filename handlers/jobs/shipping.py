"""What customers are told about their parcels, in their own language."""

from __future__ import annotations

from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens import shipping as screens
from services.orders import service as orders
from services.orders.types import Order
from services.shared.actors import SYSTEM
from services.shipping import service as shipping
from services.shipping.types import Parcel

jobs = Jobs()


@jobs.on("shipping.shipped")
async def shipped(job: JobContext, payload: dict[str, Any]) -> None:
    order, parcels = await _order(job, payload)
    place = _place(parcels, payload["shipment_id"])
    if place is not None:
        await job.tell(order.customer_id, lambda t: screens.shipped(t, order, parcels, place))


@jobs.on("shipping.corrected")
async def corrected(job: JobContext, payload: dict[str, Any]) -> None:
    order, parcels = await _order(job, payload)
    place = _place(parcels, payload["shipment_id"])
    if place is not None:
        await job.tell(order.customer_id, lambda t: screens.corrected(t, order, parcels[place]))


@jobs.on("shipping.undone")
async def undone(job: JobContext, payload: dict[str, Any]) -> None:
    order, _ = await _order(job, payload)
    await job.tell(order.customer_id, lambda t: screens.undone(t, order, payload["number"]))


@jobs.on("shipping.parcel-delivered")
async def parcel_delivered(job: JobContext, payload: dict[str, Any]) -> None:
    order, parcels = await _order(job, payload)
    place = _place(parcels, payload["shipment_id"])
    if place is not None:
        await job.tell(order.customer_id, lambda t: screens.parcel_delivered(t, order, parcels, place))


@jobs.on("shipping.delivered")
async def delivered(job: JobContext, payload: dict[str, Any]) -> None:
    order, _ = await _order(job, payload)
    await job.tell(order.customer_id, lambda t: screens.delivered(t, order))


async def _order(job: JobContext, payload: dict[str, Any]) -> tuple[Order, tuple[Parcel, ...]]:
    order = await job.shop.store.read(orders.get, SYSTEM, payload["order_id"])
    return order, await job.shop.store.read(shipping.parcels, order.id)


def _place(parcels: tuple[Parcel, ...], shipment_id: int) -> int | None:
    """Which of the parcels it is; None when it was taken back meanwhile."""
    return next((place for place, parcel in enumerate(parcels) if parcel.id == shipment_id), None)
