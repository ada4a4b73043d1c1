"""The shop's own roles: made, named, filled with single permissions, removed."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import team_roles as screens
from handlers.screens.refusals import words
from keyboards.team import (
    RoleAreaTap,
    RoleDeleteTap,
    RoleMakeTap,
    RoleRenameTap,
    RolesTap,
    RoleSwitchTap,
    RoleTap,
    dashed,
)
from services.shared.errors import InvalidInput, NotFound, Stale
from services.staff import mfa, roles
from services.staff.types import AREAS, STAFF_MANAGE

routes = Routes(STAFF, private=True)

NAME = "staff-role-name"


@routes.tap(RolesTap, needs=STAFF_MANAGE)
async def own_roles(ctx: Context, _tap: RolesTap) -> None:
    await show_roles(ctx)


async def show_roles(ctx: Context, toast: str | None = None) -> None:
    await ctx.show(screens.roles(ctx.t, await ctx.read(roles.own_roles)), toast)


@routes.tap(RoleMakeTap, needs=STAFF_MANAGE)
async def make(ctx: Context, _tap: RoleMakeTap) -> None:
    await ctx.shop.store.read(mfa.require_unlocked, ctx.actor)
    await ctx.ask(NAME, screens.ask_name(ctx.t, None), {})


@routes.tap(RoleRenameTap, needs=STAFF_MANAGE)
async def rename(ctx: Context, tap: RoleRenameTap) -> None:
    await ctx.shop.store.read(mfa.require_unlocked, ctx.actor)
    held = await ctx.read(roles.own_role, tap.role)
    await ctx.ask(NAME, screens.ask_name(ctx.t, held.role), {"role": tap.role})


@routes.step(NAME, needs=STAFF_MANAGE)
async def take_name(ctx: Context, message: Message) -> None:
    role_id = ctx.state.draft.get("role")
    name = names_in(message.text or "", ctx.shop.languages)
    try:
        if role_id is None:
            role_id = (await ctx.write(roles.make, name)).id
            said = "team-role-made"
        else:
            await ctx.write(roles.rename, role_id, name)
            said = "team-role-renamed"
    except InvalidInput as refusal:
        held = None if role_id is None else (await ctx.read(roles.own_role, role_id)).role
        await ctx.ask(NAME, screens.ask_name(ctx.t, held, words(ctx.t, refusal)))
        return
    await ctx.forget_draft()
    await show_role(ctx, role_id, ctx.t.plain(said))


@routes.tap(RoleTap, needs=STAFF_MANAGE)
async def role(ctx: Context, tap: RoleTap) -> None:
    await show_role(ctx, tap.role)


async def show_role(ctx: Context, role_id: int, toast: str | None = None) -> None:
    await ctx.show(screens.role(ctx.t, await ctx.read(roles.own_role, role_id)), toast)


@routes.tap(RoleAreaTap, needs=STAFF_MANAGE)
async def area(ctx: Context, tap: RoleAreaTap) -> None:
    if tap.area not in AREAS:
        raise Stale()
    await ctx.show(screens.area(ctx.t, await ctx.read(roles.own_role, tap.role), tap.area))


@routes.tap(RoleSwitchTap, needs=STAFF_MANAGE)
async def switch(ctx: Context, tap: RoleSwitchTap) -> None:
    name = next((name for name, rights in AREAS.items() if tap.permission in rights), None)
    if name is None:
        raise NotFound()
    held = await ctx.write(roles.switch, tap.role, tap.permission, on=tap.on)
    what = ctx.t.plain(f"team-right-{dashed(tap.permission)}")
    said = ctx.t.plain("team-switched-on" if tap.on else "team-switched-off", what=what)
    await ctx.show(screens.area(ctx.t, held, name), said)


@routes.tap(RoleDeleteTap, needs=STAFF_MANAGE)
async def delete(ctx: Context, tap: RoleDeleteTap) -> None:
    if not tap.sure:
        held = await ctx.read(roles.own_role, tap.role)
        await ctx.show(screens.ask_delete(ctx.t, held.role))
        return
    await ctx.write(roles.delete, tap.role)
    await show_roles(ctx, ctx.t.plain("team-role-deleted"))


def names_in(text: str, languages: tuple[str, ...]) -> dict[str, str]:
    """A name by language out of "仓库 / Warehouse"; one word alone stands for all."""
    parts = [part.strip() for part in text.replace("／", "/").split("/")]
    if len(parts) == 1:
        parts *= len(languages)
    return dict(zip(languages, parts, strict=False))
