"""A customer answers what the shop told them about an order."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens import staff_desk as screens
from handlers.screens.refusals import words
from keyboards.desk import ReplyTap
from services.orders import service as orders
from services.shared.errors import InvalidInput, Stale
from services.shipping import talking

routes = Routes()

REPLY = "order-reply"


@routes.tap(ReplyTap)
async def ask(ctx: Context, tap: ReplyTap) -> None:
    order = await ctx.read(orders.get, tap.order)
    await ctx.ask(REPLY, screens.ask_reply(ctx.t, order), {"order": tap.order})


@routes.step(REPLY)
async def take(ctx: Context, message: Message) -> None:
    order_id = ctx.state.draft.get("order")
    if not isinstance(order_id, int):
        raise Stale()
    order = await ctx.read(orders.get, order_id)
    try:
        await ctx.write(talking.answer, order_id, message.text or "")
    except InvalidInput as refusal:
        await ctx.ask(REPLY, screens.ask_reply(ctx.t, order, words(ctx.t, refusal)), {"order": order_id})
        return
    await ctx.forget_draft()
    await ctx.show(screens.reply_sent(ctx.t, order))
