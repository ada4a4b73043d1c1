"""What the counter's people and customers are told of an order in work: idle, off, passed on, messages and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from handlers.chat.jobs import JobContext, Jobs
from handlers.jobs.counter import counter, language_of, post
from handlers.screens import staff_desk as screens
from handlers.screens.screen import Screen
from locales import Translator
from services.customers import service as customers
from services.orders import notes, steps
from services.orders import service as orders
from services.orders.types import Order
from services.shared.actors import SYSTEM
from services.shared.ids import to_base36
from services.shipping import claims, topics

jobs = Jobs()


@jobs.on("staff.idle")
async def idle(job: JobContext, payload: dict[str, Any]) -> None:
    """A claimed order has not moved for half an hour: its claimer is pinged once, and the others may take it over."""
    order = await job.shop.store.write(claims.look_again, SYSTEM, payload["order_id"], payload["claim"])
    place = await counter(job.shop)
    if order is None or place is None:
        return
    minutes = int(steps.IDLE_AFTER.total_seconds() // 60)
    screen = screens.idle(place.t, order, order.claimed_name or "", minutes)
    await post(job, place, topics.ORDERS, screen)


@jobs.on("staff.warn")
async def warn(job: JobContext, payload: dict[str, Any]) -> None:
    """The order in somebody's hands is off, or its money went back."""
    order = await _order(job, payload["order_id"])
    await _tell_staff(job, payload["telegram_id"], order, f"desk-warn-{payload['what']}")


@jobs.on("staff.tell-claim")
async def tell_claim(job: JobContext, payload: dict[str, Any]) -> None:
    order = await _order(job, payload["order_id"])
    key = f"desk-claim-{payload['what']}"
    await _tell_staff(job, payload["telegram_id"], order, key, name=payload["name"])


@jobs.on("staff.heard")
async def heard(job: JobContext, payload: dict[str, Any]) -> None:
    """The customer answered: the card says so, and whoever has the order is told."""
    note = await job.shop.store.read(notes.require, payload["note_id"])
    order = await _order(job, note.order_id)
    if order.claimed_by is not None:
        await _tell_staff(job, order.claimed_by, order, "desk-heard", text=note.text)


@jobs.on("orders.tell")
async def tell(job: JobContext, payload: dict[str, Any]) -> None:
    """Staff's words to a customer. Who has blocked the bot is not reached: the card says so."""
    note = await job.shop.store.read(notes.require, payload["note_id"])
    order = await _order(job, note.order_id)
    try:
        await job.tell(order.customer_id, lambda t: screens.message(t, order, note))
    except (TelegramForbiddenError, TelegramBadRequest) as error:
        if not _unreachable(error):
            raise
        person = await job.shop.store.read(customers.require, order.customer_id)
        await job.shop.store.write(notes.mark_failed, note.id, "blocked")
        await job.shop.store.write(customers.mark_blocked, person.telegram_id, True)


@jobs.on("orders.tell-address")
async def tell_address(job: JobContext, payload: dict[str, Any]) -> None:
    order = await _order(job, payload["order_id"])
    await job.tell(order.customer_id, lambda t: screens.address_changed(t, order))


@jobs.on("customers.reach")
async def reach(job: JobContext, payload: dict[str, Any]) -> None:
    """A customer blocked the bot or came back: the cards of their open orders say so."""
    await job.shop.store.write(notes.draw_open, payload["customer_id"])


async def _tell_staff(job: JobContext, telegram_id: int, order: Order, key: str, **facts: object) -> None:
    """In private; in the group, by name, for who has never started the bot."""
    url = job.shop.deep_link(f"staff_{to_base36(order.id)}")
    t = await language_of(job.shop, telegram_id)
    try:
        await job.renderer.send(telegram_id, screens.private_notice(t, key, order, url, **facts))
    except (TelegramForbiddenError, TelegramBadRequest) as error:
        if not _unreachable(error):
            raise
        await _in_group(job, lambda t: screens.group_notice(
            t, key, order, telegram_id, order.claimed_name or str(telegram_id), **facts))


async def _in_group(job: JobContext, screen: Callable[[Translator], Screen]) -> None:
    place = await counter(job.shop)
    if place is not None:
        await post(job, place, topics.ORDERS, screen(place.t))


def _unreachable(error: TelegramForbiddenError | TelegramBadRequest) -> bool:
    return isinstance(error, TelegramForbiddenError) or "chat not found" in error.message


async def _order(job: JobContext, order_id: int) -> Order:
    return await job.shop.store.read(orders.get, SYSTEM, order_id)
