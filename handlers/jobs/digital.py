"""Codes on their way to who bought them, and what the counter is told when there are none."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiohttp import ClientConnectorError

from handlers.chat.jobs import JobContext, Jobs
from handlers.jobs.counter import counter, post
from handlers.screens import digital as screens
from handlers.screens.screen import Screen
from services.customers import service as customers
from services.digital import service as digital
from services.digital.types import Delivery
from services.orders import handing, standing
from services.orders import service as orders
from services.shared.actors import SYSTEM
from services.shipping import topics

log = logging.getLogger(__name__)

jobs = Jobs()

_AT_ONCE = 50
# Telegram heard us and sent nothing.
_NOT_SENT = (TelegramRetryAfter, TelegramForbiddenError, TelegramBadRequest)


class MaybeArrived(Exception):
    """Nobody knows whether codes have arrived; the next try says only where they are."""


@jobs.on("digital.deliver")
async def deliver(job: JobContext, payload: dict[str, Any]) -> None:
    """Sends codes once. Where an earlier try ended in the dark, the person is told where to see them instead."""
    store = job.shop.store
    parcel = await store.write(digital.begin, payload["delivery_id"])
    if parcel.told:
        return
    order = await store.read(orders.get, SYSTEM, parcel.order_id)
    telegram_id = (await store.read(customers.require, order.customer_id)).telegram_id
    async with job.turns.of(telegram_id):
        t = job.shop.translator((await store.read(customers.require, order.customer_id)).language)
        shown = screens.codes(t, order, parcel.handed) if parcel.first else (screens.ready(t, order),)
        await _send(job, telegram_id, parcel, shown)
    await store.write(digital.note_told, parcel.id)


async def _send(job: JobContext, telegram_id: int, parcel: Delivery, shown: tuple[Screen, ...]) -> None:
    arrived = 0
    try:
        for screen in shown:
            await job.renderer.send(telegram_id, screen)
            arrived += 1
    except (*_NOT_SENT, TelegramNetworkError) as error:
        refused = isinstance(error, _NOT_SENT) or isinstance(error.__context__, ClientConnectorError)
        if parcel.first and refused and not arrived:
            await job.shop.store.write(digital.note_not_sent, parcel.id)
        if refused:
            raise
        raise MaybeArrived(parcel.id) from error


@jobs.on("digital.fill")
async def fill(job: JobContext, _payload: dict[str, Any]) -> None:
    await serve(job)


@jobs.every(timedelta(minutes=1), "digital.serve")
async def serve(job: JobContext) -> None:
    """Orders that wait although there are codes for them by now, each in a transaction of its own."""
    for order_id in await job.shop.store.read(digital.servable, _AT_ONCE):
        try:
            await job.shop.store.write(handing.fill, order_id)
        except Exception:  # the outer edge of this loop: whatever is wrong with one order is reported by its id
            log.exception("order %s could not be served with codes", order_id)


@jobs.on("digital.short")
async def short(job: JobContext, payload: dict[str, Any]) -> None:
    """Somebody paid for codes that the shop does not have: people must load some."""
    place = await counter(job.shop)
    waits = await job.shop.store.read(digital.short, payload["line_id"])
    if place is None or waits is None:
        return
    order = await job.shop.store.read(standing.read, waits.order_id)
    await post(job, place, topics.STOCK, screens.short(place.t, order.number, waits))
