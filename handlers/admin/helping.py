"""`/help` for staff: the commands that they may use, and how each is used."""

from __future__ import annotations

from handlers.chat import commands
from handlers.chat.context import Context
from handlers.chat.routes import MEMBER, STAFF, Routes
from handlers.screens import team_help as screens
from keyboards.team import CommandHelpTap, StaffHelpTap

routes = Routes(STAFF, private=True)


@routes.override("help")
async def staff_help(ctx: Context, words: str) -> None:
    await _show(ctx, words.strip().lstrip("/").lower())


@routes.tap(StaffHelpTap, needs=MEMBER)
async def all_commands(ctx: Context, _tap: StaffHelpTap) -> None:
    await _show(ctx, "")


@routes.tap(CommandHelpTap, needs=MEMBER)
async def command_help(ctx: Context, tap: CommandHelpTap) -> None:
    await _show(ctx, tap.command)


async def _show(ctx: Context, command: str) -> None:
    """A command that they may not use, or that there is not, leads to the list."""
    mine = commands.of_desk(ctx.shop, ctx.actor)
    screen = screens.command(ctx.t, command) if command in mine else screens.commands(ctx.t, mine)
    await ctx.show(screen)
