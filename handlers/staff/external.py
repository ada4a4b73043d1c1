"""Refunds made in a provider's console, under the hands of staff: booked, or not the shop's."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import finance
from handlers.screens.refusals import words
from handlers.staff.cards import ask_for, order_of
from keyboards.finance import BookRefundTap, IgnoreRefundTap
from services.payments import external, refunding
from services.shared.errors import InvalidInput, Stale
from services.staff.types import ORDERS_REFUND

routes = Routes(STAFF)

WHY = "finance-ignore-why"


@routes.tap(BookRefundTap, needs=ORDERS_REFUND)
async def book(ctx: Context, tap: BookRefundTap) -> None:
    """The card at the counter follows by itself; a list in private is drawn here."""
    done = await ctx.write(external.book, tap.refund)
    toast = ctx.t.plain("finance-booked-toast", amount=ctx.t.money(done.amount))
    tapped = ctx.query.message.message_id if ctx.query is not None and ctx.query.message is not None else None
    if ctx.chat_id != ctx.person.telegram_id or tapped != ctx.state.screen_message_id:
        await ctx.toast(toast)
        return
    order = await order_of(ctx, done.order_id)
    await ctx.show(finance.refund(ctx.t, done, order.number, may_decide=True, may_see=True), toast)


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
