"""Refunds that wait for people or for their provider."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import finance as screens
from keyboards.finance import OutstandingTap, RefundSheetTap
from services.reconciliation import service
from services.staff.types import FINANCE_VIEW, ORDERS_REFUND, ORDERS_VIEW

routes = Routes(STAFF, private=True)


@routes.tap(OutstandingTap, FINANCE_VIEW)
async def outstanding(ctx: Context, tap: OutstandingTap) -> None:
    found, count = await ctx.read(service.outstanding, tap.page, screens.PER_PAGE)
    await ctx.show(screens.outstanding(ctx.t, found, count, max(tap.page, 1)))


@routes.tap(RefundSheetTap, FINANCE_VIEW)
async def sheet(ctx: Context, tap: RefundSheetTap) -> None:
    refund, number = await ctx.read(service.refund, tap.refund)
    await ctx.show(screens.refund(ctx.t, refund, number, may_decide=ctx.actor.may(ORDERS_REFUND),
                                  may_see=ctx.actor.may(ORDERS_VIEW)))
