from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens.start import help_screen
from keyboards.start import HelpTap

routes = Routes()


@routes.command("help")
async def command(ctx: Context, _words: str) -> None:
    await show_help(ctx)


@routes.fallback("command")
async def unknown_command(ctx: Context, _words: str) -> None:
    await show_help(ctx)


@routes.tap(HelpTap)
async def tapped(ctx: Context, _tap: HelpTap) -> None:
    await show_help(ctx)


async def show_help(ctx: Context) -> None:
    await ctx.show(help_screen(ctx.t))
