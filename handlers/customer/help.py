"""How the shop works, and what can be sent to it."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens.start import help_screen, media_screen
from keyboards.start import HelpTap

routes = Routes()


@routes.command("help")
async def command(ctx: Context, _words: str) -> None:
    await show_help(ctx)


@routes.fallback("command")
async def unknown_command(ctx: Context, _words: str) -> None:
    await show_help(ctx)


@routes.fallback("media")
async def unexpected_media(ctx: Context, _message: Message) -> None:
    """A photo, a sticker or a voice that nobody asked for."""
    await ctx.show(media_screen(ctx.t))


@routes.tap(HelpTap)
async def tapped(ctx: Context, _tap: HelpTap) -> None:
    await show_help(ctx)


async def show_help(ctx: Context) -> None:
    await ctx.show(help_screen(ctx.t))
