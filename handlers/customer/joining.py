"""Joining the team: what the link of an invitation offers, and a tap that takes it."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.chat.touring import tour_of
from handlers.screens import team_invitations as screens
from keyboards.team import JoinTap
from services.staff import roles, roster

routes = Routes()


@routes.start("join_")
async def follow(ctx: Context, token: str) -> None:
    invitation = await ctx.shop.store.read(roster.look_at, token)
    names = await ctx.shop.store.read(roles.names)
    await ctx.show(screens.offer(ctx.t, invitation, names, ctx.t.pick(ctx.shop.name), token))


@routes.tap(JoinTap)
async def join(ctx: Context, tap: JoinTap) -> None:
    member = await ctx.write(roster.join, tap.token, ctx.person.telegram_id, ctx.person.first_name)
    await ctx.show(await tour_of(ctx.shop, ctx.t, member.telegram_id, "team-joined"))
