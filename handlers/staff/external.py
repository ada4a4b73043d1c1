"""Refunds made in a provider's console, under the hands of staff: booked, or not the shop's."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import finance_cards as screens
from handlers.screens.refusals import words
from handlers.staff.cards import ask_for, order_of
from keyboards.finance import BookRefundTap, IgnoreRefundTap
from services.payments import external, refunding
from services.shared.errors import InvalidInput, Stale
from services.shared.ids import to_base36
from services.staff.types import ORDERS_REFUND

routes = Routes(STAFF)

WHY = "finance-ignore-why"


@routes.tap(BookRefundTap, needs=ORDERS_REFUND)
async def book(ctx: Context, tap: BookRefundTap) -> None:
    done = await ctx.write(external.book, tap.refund)
    await ctx.toast(ctx.t.plain("finance-booked-toast", amount=ctx.t.money(done.amount)))
    order = await order_of(ctx, done.order_id)
    if ctx.query is not None and ctx.query.message is not None:
        full = ctx.shop.deep_link(f"staff_{to_base36(order.id)}")
        screen = screens.external_card(ctx.t, done, order.number, full)
        await ctx.renderer.edit_by_id(ctx.chat_id, ctx.query.message.message_id, screen)


@routes.tap(IgnoreRefundTap, needs=ORDERS_REFUND)
async def ignore(ctx: Context, tap: IgnoreRefundTap) -> None:
    await _ask(ctx, tap.refund)


@routes.step(WHY, needs=ORDERS_REFUND)
async def take_why(ctx: Context, message: Message) -> None:
    refund_id = ctx.state.draft.get("refund")
    if refund_id is None:
        raise Stale()
    try:
        done = await ctx.write(external.ignore, refund_id, message.text or "")
    except InvalidInput as refusal:
        await _ask(ctx, refund_id, words(ctx.t, refusal))
        return
    await ctx.toast(ctx.t.plain("finance-ignored-toast", amount=ctx.t.money(done.amount)))
    await ctx.forget_draft()


async def _ask(ctx: Context, refund_id: int, reason: str = "") -> None:
    refund = await ctx.shop.store.read(refunding.require, refund_id)
    order = await order_of(ctx, refund.order_id)
    await ask_for(ctx, WHY, {"refund": refund_id}, "finance-ask-why", reason=reason, number=order.number,
                  amount=ctx.t.money(refund.amount))
