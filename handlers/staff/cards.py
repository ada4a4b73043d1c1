"""Cards under the hands of staff: another question on the tapped card, a question to be answered by a reply."""

from __future__ import annotations

from typing import Any

from aiogram.types import ForceReply
from markupsafe import Markup

from handlers.chat.card_links import card_links
from handlers.chat.context import Context
from handlers.screens import queue_order
from handlers.screens import staff as screens
from handlers.screens.screen import Prompt, Screen
from services.orders import service as orders
from services.orders.types import Order
from services.shared.errors import NotFound
from services.shared.ids import from_base36
from services.shipping import desk


async def redraw(ctx: Context, order_id: int, ask: str | None = None) -> None:
    """Shows the order's card on the tapped message as it stands now, with the question `ask`."""
    card = await ctx.read(desk.card, order_id)
    await put(ctx, screens.order_card(ctx.t, card, card_links(ctx.shop, order_id), ask))


async def put(ctx: Context, screen: Screen) -> None:
    """Shows `screen` on the tapped message, where a key was tapped; else in a message of its own.

    An order that somebody opened from the queue keeps the way back there.
    """
    if ctx.query is None or ctx.query.message is None:
        await ctx.send(screen)
        return
    await ctx.toast("")
    tapped = ctx.query.message.message_id
    opened = queue_order.standing(ctx.state.screen_key) if tapped == ctx.state.screen_message_id else None
    if opened is not None and ctx.chat_id == ctx.person.telegram_id:
        order_id, place = opened
        full = card_links(ctx.shop, order_id).full
        screen = queue_order.in_private(ctx.t, screen, full, order_id, place, ctx.actor)
    await ctx.renderer.edit_by_id(ctx.chat_id, tapped, screen)


def order_behind(rest: str) -> int:
    """The id in a link of a card. Raises NotFound."""
    try:
        return from_base36(rest)
    except ValueError as error:
        raise NotFound() from error


async def ask_for(
    ctx: Context, step: str, draft: dict[str, Any], key: str, *, reason: str = "", **facts: object
) -> None:
    """Asks the person; in a group their reply to the question goes to the handler of `step`.

    `reason` says what was wrong with the answer before.
    """
    question = screens.question(ctx.t, key, ctx.person.telegram_id, ctx.person.first_name, **facts)
    text = Markup("{}\n{}").format(reason, question) if reason else question
    await ctx.prompt(step, Prompt(text, ForceReply(selective=True)), draft)


async def order_of(ctx: Context, order_id: int) -> Order:
    """The order, for staff who may see orders."""
    return await ctx.read(orders.get, order_id)
