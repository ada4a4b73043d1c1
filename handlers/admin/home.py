"""`/admin`: the home of the back office."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import admin as screens
from handlers.screens.figures import news
from keyboards.admin import AdminTap
from services.analytics import service as analytics
from services.shared.errors import NotFound
from services.staff import mfa

routes = Routes(STAFF)


@routes.command("admin")
async def admin(ctx: Context, _words: str) -> None:
    await show_admin(ctx)


@routes.tap(AdminTap)
async def tapped(ctx: Context, _tap: AdminTap) -> None:
    await show_admin(ctx)


async def show_admin(ctx: Context, toast: str | None = None) -> None:
    """The home of the back office, in the private chat only."""
    if ctx.chat_id != ctx.person.telegram_id:
        raise NotFound()
    until = await ctx.read(mfa.unlocked_until)
    now = await ctx.read(analytics.now, ctx.shop.zone, ctx.shop.currency)
    await ctx.show(screens.home(ctx.t, ctx.actor, ctx.t.pick(ctx.shop.name), news(ctx.t, now), until), toast)
