"""The queue of orders: its pages, its filters, and what is looked for in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aiogram.types import Message

from handlers.admin.batches import take_file
from handlers.admin.order_view import FIND, show_order
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import queue as screens
from handlers.screens.refusals import words as words_of
from keyboards.admin import QueueDoor
from keyboards.queue import (
    DAYS,
    QueueDaysTap,
    QueueFilterTap,
    QueueFindTap,
    QueuePlace,
    QueueTap,
    days_code,
    days_of,
    method_code,
)
from services.analytics import periods
from services.orders.types import FREE
from services.shared.errors import InvalidInput, Stale
from services.shipping import queue
from services.staff.types import ORDERS_SHIP, ORDERS_VIEW

routes = Routes(STAFF, private=True)

DAYS_STEP = "queue-days"
_DAY = timedelta(days=1)


@routes.tap(QueueDoor, needs=ORDERS_VIEW)
async def door(ctx: Context, _tap: QueueDoor) -> None:
    await show_queue(ctx, QueuePlace())


@routes.tap(QueueTap, needs=ORDERS_VIEW)
async def turn(ctx: Context, tap: QueueTap) -> None:
    await show_queue(ctx, QueuePlace.parse(tap.place))


@routes.command("order", needs=ORDERS_VIEW)
async def order(ctx: Context, words: str) -> None:
    """`/order 7F3A`; without words the queue."""
    if words:
        await find(ctx, words)
    else:
        await show_queue(ctx, QueuePlace())


@routes.tap(QueueFindTap, needs=ORDERS_VIEW)
async def ask_find(ctx: Context, _tap: QueueFindTap) -> None:
    await ctx.ask(FIND, screens.find_question(ctx.t))


@routes.step(FIND, needs=ORDERS_VIEW)
async def take_find(ctx: Context, message: Message) -> None:
    """What is typed while the queue or an order is on the screen is looked for; a table is a file of parcels."""
    if message.document is not None and ctx.actor.may(ORDERS_SHIP):
        await take_file(ctx, message)
    elif message.text:
        await find(ctx, message.text)
    else:
        await ctx.ask(FIND, screens.find_question(ctx.t))


@routes.tap(QueueFilterTap, needs=ORDERS_VIEW)
async def choose_filter(ctx: Context, tap: QueueFilterTap) -> None:
    place = QueuePlace.parse(tap.place)
    page = await _page(ctx, place)
    await ctx.show(screens.filters(ctx.t, page, place.first(tab=page.tab), _methods(ctx)))


@routes.tap(QueueDaysTap, needs=ORDERS_VIEW)
async def ask_days(ctx: Context, tap: QueueDaysTap) -> None:
    await ctx.ask(DAYS_STEP, screens.days_question(ctx.t, QueuePlace.parse(tap.place)), {"place": tap.place})


@routes.step(DAYS_STEP, needs=ORDERS_VIEW)
async def take_days(ctx: Context, message: Message) -> None:
    place = QueuePlace.parse(ctx.state.draft.get("place", ""))
    try:
        period = periods.typed(message.text or "", ctx.shop.clock.now(), ctx.shop.zone)
    except InvalidInput as refusal:
        await ctx.ask(DAYS_STEP, screens.days_question(ctx.t, place, words_of(ctx.t, refusal)))
        return
    first, last = (each.astimezone(ctx.t.zone).date() for each in (period.since, period.until - _DAY / 2))
    await show_queue(ctx, place.first(days=days_code(first, last)))


async def find(ctx: Context, words: str) -> None:
    """Opens the only order that fits; lists them where there are several."""
    page = await ctx.read(queue.find, words)
    draft = {**ctx.state.draft, "words": words[:screens.MOST_WORDS]}
    if page.total == 1:
        await show_order(ctx, page.lines[0].id, QueuePlace(), draft=draft)
    else:
        place = QueuePlace(found=True)
        await ctx.ask(FIND, screens.list_screen(ctx.t, page, place, ctx.actor, draft["words"]), draft)


async def show_queue(ctx: Context, place: QueuePlace) -> None:
    """A page of the queue, or of what was searched for last."""
    words = ctx.state.draft.get("words", "") if place.found else ""
    if place.found and not words:
        place = QueuePlace()
    page = await ctx.read(queue.find, words, place.edge) if words else await _page(ctx, place)
    # The tab in which one stands is that to which one comes back, also when it has become empty.
    place = replace(place, tab=page.tab)
    screen = screens.list_screen(ctx.t, page, place, ctx.actor, words, _method(ctx, place))
    await ctx.ask(FIND, screen, {"words": words} if words else {})


async def _page(ctx: Context, place: QueuePlace) -> queue.QueuePage:
    return await ctx.read(queue.page, place.tab, place.edge, method=_method(ctx, place), oldest=place.oldest,
                          **_days(ctx, place))


def _days(ctx: Context, place: QueuePlace) -> dict[str, Any]:
    if not place.days:
        return {}
    if place.days in DAYS:
        period = periods.named(DAYS[place.days], ctx.shop.clock.now(), ctx.shop.zone)
        return {"since": period.since, "until": period.until}
    first, last = days_of(place.days)
    midnights = [datetime(day.year, day.month, day.day, tzinfo=ctx.t.zone) for day in (first, last + _DAY)]
    return {"since": midnights[0], "until": midnights[1]}


def _methods(ctx: Context) -> list[str]:
    """The shop's ways to pay, and that of orders that cost nothing."""
    return [*ctx.shop.providers, FREE]


def _method(ctx: Context, place: QueuePlace) -> str:
    """The way to pay behind a place's code. Raises Stale for one that the shop has no more."""
    if not place.method:
        return ""
    found = next((method for method in _methods(ctx) if method_code(method) == place.method), None)
    if found is None:
        raise Stale()
    return found
