"""Settings to look at, the check before going live, and the emergency stop."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import settings as screens
from keyboards.admin import SettingsDoor
from keyboards.settings import FreezeTap, PreflightTap, ThawTap
from services.shared.errors import Stale
from services.staff import freeze
from services.staff.types import SETTINGS_VIEW, SHOP_FREEZE

routes = Routes(STAFF, private=True)

NAME = "staff-shop-name"


@routes.tap(SettingsDoor, needs=SETTINGS_VIEW)
async def door(ctx: Context, _tap: SettingsDoor) -> None:
    await show_settings(ctx)


async def show_settings(ctx: Context, toast: str | None = None) -> None:
    frozen = await ctx.shop.store.read(freeze.is_frozen)
    switches = bool({"*", SHOP_FREEZE} & ctx.actor.permissions)
    await ctx.show(screens.settings(ctx.t, ctx.shop.configured, frozen=frozen, switches=switches), toast)


@routes.tap(PreflightTap, needs=SETTINGS_VIEW)
async def preflight(ctx: Context, _tap: PreflightTap) -> None:
    """The tap is answered at once: looking around takes seconds where something does not answer."""
    await ctx.toast("")
    found = await ctx.shop.preflight() if ctx.shop.preflight is not None else []
    await ctx.show(screens.preflight(ctx.t, found, ctx.shop.clock.now()))


@routes.tap(FreezeTap, needs=SHOP_FREEZE)
async def ask_to_freeze(ctx: Context, _tap: FreezeTap) -> None:
    await _ask(ctx, to_freeze=True)


@routes.tap(ThawTap, needs=SHOP_FREEZE)
async def ask_to_thaw(ctx: Context, _tap: ThawTap) -> None:
    await _ask(ctx, to_freeze=False)


@routes.step(NAME, needs=SHOP_FREEZE)
async def take_name(ctx: Context, message: Message) -> None:
    to_freeze = ctx.state.draft.get("freeze")
    if to_freeze is None:
        raise Stale()
    if (message.text or "").strip().casefold() not in {name.casefold() for name in ctx.shop.name.values()}:
        await _ask(ctx, to_freeze=to_freeze, reason=ctx.t.plain("team-wrong-shop-name"))
        return
    await ctx.write(freeze.freeze if to_freeze else freeze.thaw)
    await ctx.forget_draft()
    await show_settings(ctx, ctx.t.plain("team-frozen" if to_freeze else "team-thawed"))


async def _ask(ctx: Context, *, to_freeze: bool, reason: str = "") -> None:
    """Asks for the name, of who may do it and gave a code; what is so already is shown as it is."""
    if await ctx.read(freeze.require_switch) == to_freeze:
        await show_settings(ctx)
        return
    screen = screens.ask_name(ctx.t, ctx.t.pick(ctx.shop.name), frozen=not to_freeze, reason=reason)
    await ctx.ask(NAME, screen, {"freeze": to_freeze})
