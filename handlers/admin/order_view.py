"""An order in private: the counter's card with everything that it can do, and the full data of who gets it."""

from __future__ import annotations

from typing import Any

from handlers.chat.card_links import card_links
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import queue_order as screens
from handlers.screens import staff
from handlers.screens.screen import fingerprint
from keyboards.queue import FullDataTap, QueueOrderTap, QueuePlace
from services.outbox import service as outbox
from services.shipping import desk
from services.staff.types import ORDERS_PERSONAL, ORDERS_VIEW

routes = Routes(STAFF, private=True)

# What is typed while an order or the queue is on the screen is looked for.
FIND = "queue-find"


@routes.tap(QueueOrderTap, needs=ORDERS_VIEW)
async def look(ctx: Context, tap: QueueOrderTap) -> None:
    await show_order(ctx, tap.order, QueuePlace.parse(tap.place))


@routes.tap(FullDataTap, needs=ORDERS_PERSONAL)
async def full_data(ctx: Context, tap: FullDataTap) -> None:
    order = await ctx.write(desk.open_fully, tap.order)
    await ctx.ask(FIND, screens.full_data(ctx.t, order, QueuePlace.parse(tap.place)))


async def show_order(ctx: Context, order_id: int, place: QueuePlace, *, draft: dict[str, Any] | None = None) -> None:
    """The order as it stands; while it is on the screen, it follows what becomes of it."""
    card = await ctx.read(desk.card, order_id)
    links = card_links(ctx.shop, order_id)
    shown = staff.order_card(ctx.t, card, links)
    screen = screens.in_private(ctx.t, shown, links.full, order_id, place, ctx.actor)
    await ctx.ask(FIND, screen, draft)
    message_id = ctx.state.screen_message_id
    if message_id is not None:
        await ctx.shop.store.write(outbox.remember_message, screens.OPEN, order_id, ctx.chat_id, message_id,
                                   fingerprint(screen))
