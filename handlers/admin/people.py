"""People: who works here, what they may do, another role, a new authenticator, no rights any more."""

from __future__ import annotations

from typing import Any

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import team as screens
from keyboards.admin import PeopleDoor
from keyboards.team import MemberTap, PeopleTap, ResetCodeTap, RevokeTap, RoleGiveTap, RolePickTap, role_of
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import people, roles, roster
from services.staff.errors import NotYours
from services.staff.types import STAFF_MANAGE, Member

routes = Routes(STAFF, private=True)


@routes.tap(PeopleDoor, needs=STAFF_MANAGE)
async def door(ctx: Context, _tap: PeopleDoor) -> None:
    await show_people(ctx, 1)


@routes.tap(PeopleTap, needs=STAFF_MANAGE)
async def turn(ctx: Context, tap: PeopleTap) -> None:
    await show_people(ctx, tap.page)


async def show_people(ctx: Context, page: int, toast: str | None = None) -> None:
    facts = await ctx.read(_facts)
    await ctx.show(screens.people(ctx.t, page=page, **facts), toast)


@routes.tap(MemberTap, needs=STAFF_MANAGE)
async def member(ctx: Context, tap: MemberTap) -> None:
    await show_member(ctx, tap.member)


async def show_member(ctx: Context, member_id: int, toast: str | None = None) -> None:
    found, names, changeable = await ctx.read(_card, member_id)
    await ctx.show(screens.member(ctx.t, found, names, changeable=changeable), toast)


@routes.tap(RolePickTap, needs=STAFF_MANAGE)
async def pick_role(ctx: Context, tap: RolePickTap) -> None:
    found, names, _ = await ctx.read(_card, tap.member)
    await ctx.show(screens.pick_role(ctx.t, found, names, await ctx.read(roles.offered)))


@routes.tap(RoleGiveTap, needs=STAFF_MANAGE)
async def give_role(ctx: Context, tap: RoleGiveTap) -> None:
    changed = await ctx.write(people.change_role, tap.member, role_of(tap.role))
    names = await ctx.shop.store.read(roles.names)
    role = screens.role_name(ctx.t, changed.role, names)
    await show_member(ctx, changed.id, ctx.t.plain("team-role-given", name=changed.name, role=role))


@routes.tap(RevokeTap, needs=STAFF_MANAGE)
async def revoke(ctx: Context, tap: RevokeTap) -> None:
    if not tap.sure:
        found, names, _ = await ctx.read(_card, tap.member)
        await ctx.show(screens.ask_revoke(ctx.t, found, names))
        return
    gone = await ctx.write(roster.revoke, tap.member)
    await show_people(ctx, 1, ctx.t.plain("team-revoked", name=gone.name))


@routes.tap(ResetCodeTap, needs=STAFF_MANAGE)
async def reset_code(ctx: Context, tap: ResetCodeTap) -> None:
    if not tap.sure:
        found, _, _ = await ctx.read(_card, tap.member)
        await ctx.show(screens.ask_reset(ctx.t, found))
        return
    changed = await ctx.write(people.reset_code, tap.member)
    await show_member(ctx, changed.id, ctx.t.plain("team-reset", name=changed.name))


def _facts(tx: Tx, actor: Actor) -> dict[str, Any]:
    """Everything that the list tells, of one moment."""
    return {
        "members": roster.members(tx, actor), "names": roles.names(tx),
        "invitations": len(people.invitations(tx, actor)), "roles": len(roles.own_roles(tx, actor)),
    }


def _card(tx: Tx, actor: Actor, member_id: int) -> tuple[Member, dict[str, dict[str, str]], bool]:
    """A person, the names of the shop's own roles, and whether the actor may change the person."""
    found = people.member(tx, actor, member_id)
    try:
        roster.require_other(tx, actor, member_id)
    except (NotYours, NotFound):
        return found, roles.names(tx), False
    return found, roles.names(tx), True
