"""A second person agrees, or says no: on the card in the group, or from the list in private."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import team_approvals as screens
from handlers.staff.approving import EXECUTORS
from keyboards.admin import ApprovalsDoor
from keyboards.team import ApproveTap, DeclineTap
from services.shared.errors import NotFound
from services.staff import approvals
from services.staff.types import APPROVALS_DECIDE

routes = Routes(STAFF)


@routes.tap(ApprovalsDoor, needs=APPROVALS_DECIDE)
async def waiting(ctx: Context, _tap: ApprovalsDoor) -> None:
    if ctx.chat_id != ctx.person.telegram_id:
        raise NotFound()
    await _show(ctx, None)


@routes.tap(ApproveTap, needs=APPROVALS_DECIDE)
async def approve(ctx: Context, tap: ApproveTap) -> None:
    asked = await ctx.shop.store.read(approvals.require, tap.approval)
    execute = EXECUTORS.get(asked.act)
    if execute is None:
        raise NotFound()
    await ctx.write(execute, tap.approval)
    await _done(ctx, ctx.t.plain("team-approved-toast"))


@routes.tap(DeclineTap, needs=APPROVALS_DECIDE)
async def decline(ctx: Context, tap: DeclineTap) -> None:
    await ctx.write(approvals.refuse, tap.approval)
    await _done(ctx, ctx.t.plain("team-declined-toast"))


async def _done(ctx: Context, said: str) -> None:
    """In the group the card changes by itself; in private the list is shown as it stands now."""
    if ctx.chat_id == ctx.person.telegram_id:
        await _show(ctx, said)
    else:
        await ctx.toast(said)


async def _show(ctx: Context, toast: str | None) -> None:
    await ctx.show(screens.waiting(ctx.t, await ctx.read(approvals.waiting), ctx.shop.currency), toast)
