"""Taps on an order's card: taking, confirming, handing over, calling off."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff as screens
from handlers.staff.cards import redraw
from keyboards.staff import AcceptTap, CallOffTap, CardTap, HandOverTap, MoreTap, TakeTap
from services.orders.errors import AlreadyClaimed
from services.shipping import desk, service
from services.staff.types import ORDERS_CANCEL, ORDERS_HANDLE, ORDERS_SHIP, ORDERS_VIEW

routes = Routes(STAFF)


@routes.tap(TakeTap, needs=ORDERS_HANDLE)
async def take(ctx: Context, tap: TakeTap) -> None:
    try:
        await ctx.write(desk.take, tap.order)
    except AlreadyClaimed as refusal:
        own = refusal.facts["own"]
        words = ctx.t.plain("staff-taken-already" if own else "staff-taken-by", name=refusal.facts["name"])
        await ctx.toast(words, alert=not own)
        return
    await ctx.toast(ctx.t.plain("staff-taken"))


@routes.tap(CardTap, needs=ORDERS_VIEW)
async def card(ctx: Context, tap: CardTap) -> None:
    await redraw(ctx, tap.order)


@routes.tap(AcceptTap, needs=ORDERS_HANDLE)
async def accept(ctx: Context, tap: AcceptTap) -> None:
    await ctx.write(desk.confirm, tap.order)
    await ctx.toast(ctx.t.plain("staff-accepted"))


@routes.tap(HandOverTap, needs=ORDERS_SHIP)
async def hand_over(ctx: Context, tap: HandOverTap) -> None:
    done = await ctx.write(service.deliver, tap.order)
    if done.cash is None:
        await ctx.toast(ctx.t.plain("staff-delivered"))
    else:
        await ctx.toast(ctx.t.plain("staff-cash-taken", amount=ctx.t.money(done.cash)))


@routes.tap(MoreTap, needs=ORDERS_VIEW)
async def more(ctx: Context, tap: MoreTap) -> None:
    await redraw(ctx, tap.order, screens.MORE)


@routes.tap(CallOffTap, needs=ORDERS_CANCEL)
async def call_off(ctx: Context, tap: CallOffTap) -> None:
    if not tap.sure:
        await redraw(ctx, tap.order, screens.CALL_OFF)
        return
    asked = await ctx.write(desk.call_off, tap.order, ctx.shop.refund_limits)
    if asked.approval_id is not None:
        await ctx.toast(ctx.t.plain("staff-second-person", amount=ctx.t.money(asked.amount)), alert=True)
        return
    await ctx.toast(ctx.t.plain("staff-called-off"))
