"""Codes of the authenticator app: asked for where an act needs one; the act goes on by itself afterwards."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import unlock as screens
from handlers.screens.refusals import words
from services.shared.errors import Refusal, Stale
from services.staff import mfa
from services.staff.errors import Locked

routes = Routes(STAFF)

CODE = "staff-code"


@routes.fallback("locked")
async def locked(ctx: Context, refusal: Locked) -> None:
    """An act was stopped for want of a code. In the group nothing is typed: the question comes in private."""
    if ctx.chat_id != ctx.person.telegram_id:
        await ctx.toast(words(ctx.t, refusal), alert=True)
        return
    await _ask(ctx, refusal, ctx.interrupted())


@routes.command("unlock")
async def unlock(ctx: Context, _words: str) -> None:
    await _ask(ctx, Locked(reason="code"), {})


@routes.step(CODE)
async def take_code(ctx: Context, message: Message) -> None:
    interrupted = ctx.state.draft.get("interrupted")
    if interrupted is None:
        raise Stale()
    answer = await ctx.write(mfa.unlock, message.text or "")
    await ctx.bot.delete_message(ctx.chat_id, message.message_id)
    if isinstance(answer, Refusal):
        await _ask(ctx, Locked(reason="code"), interrupted, words(ctx.t, answer))
        return
    await ctx.forget_draft()
    await ctx.send(screens.unlocked(ctx.t, answer))
    await ctx.replay(interrupted)


async def _ask(ctx: Context, refusal: Locked, interrupted: dict, reason: str = "") -> None:
    """Asks for a code; who has no authenticator yet is given the secret for one first."""
    try:
        enrolment = await ctx.write(mfa.enrol, ctx.t.pick(ctx.shop.name))
    except Refusal:
        enrolment = None
    await ctx.ask(CODE, screens.ask(ctx.t, enrolment, reason), {"interrupted": interrupted})
