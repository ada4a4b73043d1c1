"""Whose order it is, taps on its card: passing on, letting go, taking over; keeping it back and going on."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff as screens
from handlers.staff.cards import put, redraw
from keyboards import desk as keys
from keyboards.desk import ColleaguesTap, HoldAskTap, HoldTap, LetGoTap, PassOnTap, ResumeTap, TakeOverTap
from keyboards.staff import back_key
from services.shipping import claims, desk
from services.staff.types import ORDERS_HANDLE

routes = Routes(STAFF)


@routes.tap(ColleaguesTap, needs=ORDERS_HANDLE)
async def ask_whom(ctx: Context, tap: ColleaguesTap) -> None:
    card = await ctx.read(desk.card, tap.order)
    colleagues = await ctx.read(claims.colleagues, tap.order)
    claimed = card.order.claimed_by is not None
    keyboard = keys.colleague_keys(ctx.t, tap.order, colleagues, back_key(ctx.t, tap.order), claimed=claimed)
    await put(ctx, screens.asking_card(ctx.t, card, ctx.t("desk-ask-whom"), keyboard))


@routes.tap(PassOnTap, needs=ORDERS_HANDLE)
async def pass_on(ctx: Context, tap: PassOnTap) -> None:
    name = await ctx.write(claims.pass_on, tap.order, tap.to)
    await _said(ctx, tap.order, ctx.t.plain("desk-passed-on", name=name))


@routes.tap(LetGoTap, needs=ORDERS_HANDLE)
async def let_go(ctx: Context, tap: LetGoTap) -> None:
    await ctx.write(claims.let_go, tap.order)
    await _said(ctx, tap.order, ctx.t.plain("desk-let-go"))


@routes.tap(TakeOverTap, needs=ORDERS_HANDLE)
async def take_over(ctx: Context, tap: TakeOverTap) -> None:
    await ctx.write(claims.take_over, tap.order, tap.claimer)
    await ctx.toast(ctx.t.plain("staff-taken"))


@routes.tap(HoldAskTap, needs=ORDERS_HANDLE)
async def ask_why(ctx: Context, tap: HoldAskTap) -> None:
    card = await ctx.read(desk.card, tap.order)
    keyboard = keys.hold_keys(ctx.t, tap.order, back_key(ctx.t, tap.order))
    await put(ctx, screens.asking_card(ctx.t, card, ctx.t("desk-ask-hold"), keyboard))


@routes.tap(HoldTap, needs=ORDERS_HANDLE)
async def hold(ctx: Context, tap: HoldTap) -> None:
    await ctx.write(claims.hold, tap.order, tap.reason)
    await _said(ctx, tap.order, ctx.t.plain("desk-held-toast"))


@routes.tap(ResumeTap, needs=ORDERS_HANDLE)
async def resume(ctx: Context, tap: ResumeTap) -> None:
    await ctx.write(claims.resume, tap.order)
    await _said(ctx, tap.order, ctx.t.plain("desk-resumed-toast"))


async def _said(ctx: Context, order_id: int, toast: str) -> None:
    """Answers the tap. In the group the card follows by itself."""
    await ctx.toast(toast)
    if ctx.chat_id == ctx.person.telegram_id:
        await redraw(ctx, order_id)
