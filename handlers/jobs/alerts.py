"""Cards of low stock for the counter, and what customers asked to be told about stock and prices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.jobs.counter import counter, keep_card, post
from handlers.screens import alerts as screens
from handlers.screens.screen import Screen, fingerprint
from handlers.screens.stock_low import low_card
from locales import Translator
from services.alerts import telling
from services.catalog import shelving
from services.inventory import watch
from services.outbox import service as outbox
from services.shared.actors import SYSTEM
from services.shipping import topics

jobs = Jobs()

CARD = "low-stock"
_CARDS_AT_ONCE = 20


@jobs.on("inventory.low-stock")
async def low_stock(job: JobContext, payload: dict[str, Any]) -> None:
    """The card of a time of being low, as it stands now."""
    await _keep(job, payload["time_id"])


@jobs.every(timedelta(minutes=1), "inventory.low-stock-cards")
async def refresh_cards(job: JobContext) -> None:
    """Sales change the number on a card; they do not draw it one by one."""
    for time_id in await job.shop.store.read(watch.outdated, _CARDS_AT_ONCE):
        await _keep(job, time_id)


@jobs.on("inventory.remind")
async def remind(job: JobContext, payload: dict[str, Any]) -> None:
    """Seven days later it is still low: the card comes again, below everything else."""
    time_id: int = payload["time_id"]
    low = await job.shop.store.read(watch.low_stock, SYSTEM, time_id)
    place = await counter(job.shop)
    if place is None or low.ended_at is not None:
        return
    screen = low_card(place.t, low, job.shop.clock.now())
    message_id = await post(job, place, topics.STOCK, screen)
    shown = fingerprint(screen)
    await job.shop.store.write(outbox.remember_message, CARD, time_id, place.chat_id, message_id, shown)


async def _keep(job: JobContext, time_id: int) -> None:
    shown: int | None = None

    async def draw(t: Translator) -> Screen:
        nonlocal shown
        low = await job.shop.store.read(watch.low_stock, SYSTEM, time_id)
        shown = low.free
        return low_card(t, low, job.shop.clock.now())

    await keep_card(job, CARD, time_id, draw)
    if shown is not None:
        await job.shop.store.write(watch.note_shown, time_id, shown)


@jobs.on("inventory.back")
async def back(job: JobContext, payload: dict[str, Any]) -> None:
    """Pieces are free again: those who wait are put into the outbox, some hundreds at a time."""
    while await job.shop.store.write(telling.back, payload["sku_id"]) == telling.AT_ONCE:
        pass


@jobs.every(timedelta(minutes=1), "alerts.sweep")
async def sweep(job: JobContext) -> None:
    """Finds what no event told of: SKUs put on the shelf with stock, and prices, whoever changed them."""
    after = 0
    while sku_ids := await job.shop.store.read(telling.waiting, after):
        for sku_id in await job.shop.store.read(telling.can_be_had, sku_ids):
            await back(job, {"sku_id": sku_id})
        after = sku_ids[-1]
    after = 0
    while True:
        after, fallen = await job.shop.store.read(telling.fallen, after)
        for product_id in fallen:
            await job.shop.store.write(telling.fall, product_id)
        if not after:
            return


@jobs.on("alerts.back")
async def tell_back(job: JobContext, payload: dict[str, Any]) -> None:
    customer_id: int = payload["customer_id"]
    sku = await job.shop.store.write(telling.still_back, customer_id, payload["sku_id"])
    if sku is not None:
        await job.tell(customer_id, lambda t: screens.back_notice(t, sku))


@jobs.on("alerts.cheaper")
async def tell_cheaper(job: JobContext, payload: dict[str, Any]) -> None:
    customer_id: int = payload["customer_id"]
    cheaper = await job.shop.store.read(telling.still_cheaper, customer_id, payload["product_id"])
    if cheaper is not None:
        await job.tell(customer_id, lambda t: screens.cheaper_notice(t, cheaper))


@jobs.on("catalog.shelf-batch")
async def shelf_batch(job: JobContext, payload: dict[str, Any]) -> None:
    """The moment of a planned batch has come."""
    await job.shop.store.write(shelving.run_planned, payload["batch_id"])
