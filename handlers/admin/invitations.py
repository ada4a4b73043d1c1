"""Invitations: a link that makes one person staff, once."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import team_invitations as screens
from keyboards.team import InvitationsTap, InviteAsTap, InviteTap, WithdrawTap, role_of
from services.staff import people, roles, roster
from services.staff.types import STAFF_MANAGE

routes = Routes(STAFF, private=True)


@routes.tap(InviteTap, needs=STAFF_MANAGE)
async def invite(ctx: Context, _tap: InviteTap) -> None:
    offered, names = await ctx.read(roles.offered), await ctx.shop.store.read(roles.names)
    await ctx.show(screens.pick_role(ctx.t, names, offered))


@routes.tap(InviteAsTap, needs=STAFF_MANAGE)
async def invite_as(ctx: Context, tap: InviteAsTap) -> None:
    invitation, token = await ctx.write(roster.invite, role_of(tap.role))
    names = await ctx.shop.store.read(roles.names)
    url = ctx.shop.deep_link(f"join_{token}")
    await ctx.show(screens.invited(ctx.t, invitation, names, url, ctx.t.pick(ctx.shop.name)))


@routes.tap(InvitationsTap, needs=STAFF_MANAGE)
async def invitations(ctx: Context, _tap: InvitationsTap) -> None:
    await show_invitations(ctx)


@routes.tap(WithdrawTap, needs=STAFF_MANAGE)
async def withdraw(ctx: Context, tap: WithdrawTap) -> None:
    done = await ctx.write(people.withdraw, tap.invitation)
    await show_invitations(ctx, ctx.t.plain("team-withdrawn" if done else "team-withdrawn-late"))


async def show_invitations(ctx: Context, toast: str | None = None) -> None:
    found, names = await ctx.read(people.invitations), await ctx.shop.store.read(roles.names)
    await ctx.show(screens.invitations(ctx.t, found, names), toast)
