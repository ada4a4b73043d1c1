"""`/admin`: the home of the back office."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import MEMBER, STAFF, Routes
from handlers.screens import admin as screens
from handlers.screens import team_news
from handlers.screens.figures import news
from keyboards.admin import AdminTap
from services.analytics import service as analytics
from services.shared.errors import NotFound
from services.staff import service

routes = Routes(STAFF)


@routes.command("admin", needs=MEMBER)
async def admin(ctx: Context, _words: str) -> None:
    await show_admin(ctx)


@routes.tap(AdminTap, needs=MEMBER)
async def tapped(ctx: Context, _tap: AdminTap) -> None:
    await show_admin(ctx)


async def show_admin(ctx: Context, toast: str | None = None) -> None:
    """The home of the back office, in the private chat only."""
    if ctx.chat_id != ctx.person.telegram_id:
        raise NotFound()
    desk = await ctx.read(service.desk)
    now = await ctx.read(analytics.now, ctx.shop.zone, ctx.shop.currency)
    lines = [*team_news.lines(ctx.t, desk, ctx.shop.clock.now()), *news(ctx.t, now)]
    await ctx.show(screens.home(ctx.t, ctx.actor, ctx.t.pick(ctx.shop.name), lines), toast)
