"""Codes of the authenticator app: asked for where an act needs one; the act goes on by itself afterwards."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BufferedInputFile, Message

from handlers.admin.home import show_admin
from handlers.chat.context import Context
from handlers.chat.routes import MEMBER, STAFF, Routes
from handlers.screens import unlock as screens
from handlers.screens.refusals import words
from keyboards.team import EnrolTap, LockTap
from services.outbox import service as outbox
from services.shared.errors import Refusal
from services.staff import mfa
from services.staff.errors import AlreadyEnrolled, Locked

routes = Routes(STAFF, private=True)

CODE = "staff-code"
FORGET_JOB = "staff.forget-secret"
SECRET_SHOWN = timedelta(minutes=2)


@routes.fallback("locked")
async def locked(ctx: Context, refusal: Locked) -> None:
    """An act was stopped for want of a code. In the group nothing is typed: the question comes in private."""
    interrupted = ctx.interrupted()
    if ctx.chat_id == ctx.person.telegram_id:
        await _begin(ctx, refusal, interrupted)
        return
    await ctx.toast(words(ctx.t, refusal), alert=True)
    private = replace(ctx, chat_id=ctx.person.telegram_id, query=None, message=None,
                      t=ctx.shop.translator(ctx.person.language))
    # Who has never spoken to the bot in private cannot be asked there: the alert says where to go.
    with suppress(TelegramForbiddenError, TelegramBadRequest):
        await _begin(private, refusal, interrupted)


@routes.command("unlock", needs=MEMBER)
async def unlock(ctx: Context, _words: str) -> None:
    reason = "code" if await ctx.read(mfa.has_code) else "enrol"
    await _begin(ctx, Locked(reason=reason), {})


@routes.tap(EnrolTap, needs=MEMBER)
async def enrol_again(ctx: Context, _tap: EnrolTap) -> None:
    """The picture was taken away before it was used: another secret takes its place."""
    await _take_away(ctx)
    await _begin(ctx, Locked(reason="enrol"), ctx.state.draft.get("interrupted") or {})


@routes.tap(LockTap, needs=MEMBER)
async def lock(ctx: Context, _tap: LockTap) -> None:
    await ctx.write(mfa.lock_again)
    await show_admin(ctx, ctx.t.plain("team-locked"))


@routes.step(CODE, needs=MEMBER)
async def take_code(ctx: Context, message: Message) -> None:
    await _remove(ctx, message.message_id)
    if ctx.chat_id != ctx.person.telegram_id:
        await ctx.bot.send_message(ctx.chat_id, ctx.t("team-code-in-group"))
        return
    draft = ctx.state.draft
    answer = await ctx.write(mfa.unlock, message.text or "")
    if isinstance(answer, Refusal):
        await _ask(ctx, draft, enrolling=bool(draft.get("secret")), reason=words(ctx.t, answer))
        return
    await _take_away(ctx)
    await ctx.forget_draft()
    await ctx.show(screens.unlocked(ctx.t, answer - ctx.shop.clock.now()))
    await ctx.replay(draft.get("interrupted") or {})


async def _begin(ctx: Context, refusal: Locked, interrupted: dict[str, Any]) -> None:
    """Asks for a code; who has no authenticator yet is given the secret for one first."""
    draft: dict[str, Any] = {"interrupted": interrupted}
    if refusal.facts["reason"] == "enrol":
        with suppress(AlreadyEnrolled):
            draft["secret"] = await _show_secret(ctx)
            # The question stands below the picture: what was tapped stands above it.
            await ctx.toast("")
            ctx = replace(ctx, query=None)
    await _ask(ctx, draft, enrolling="secret" in draft)


async def _ask(ctx: Context, draft: dict[str, Any], *, enrolling: bool, reason: str = "") -> None:
    await ctx.ask(CODE, screens.ask(ctx.t, enrolling=enrolling, reason=reason), draft)


async def _show_secret(ctx: Context) -> int:
    """Sends the picture, which a job takes away; returns its message's id. A secret is never kept by a file id."""
    enrolment = await ctx.write(mfa.enrol, ctx.t.pick(ctx.shop.name))
    shown = screens.secret(ctx.t, enrolment, int(SECRET_SHOWN.total_seconds()) // 60)
    sent = await ctx.bot.send_photo(ctx.chat_id, BufferedInputFile(shown.picture, "code.png"), caption=shown.text,
                                    reply_markup=shown.keyboard, protect_content=True)
    await ctx.shop.store.write(
        outbox.enqueue, FORGET_JOB, {"chat_id": ctx.chat_id, "message_id": sent.message_id},
        key=_forgetting(ctx, sent.message_id), at=ctx.shop.clock.now() + SECRET_SHOWN,
    )
    return sent.message_id


async def _take_away(ctx: Context) -> None:
    """The picture of the secret goes now, unless its time was over already."""
    message_id = ctx.state.draft.get("secret")
    if message_id and await ctx.shop.store.write(outbox.cancel, _forgetting(ctx, message_id)):
        await _remove(ctx, message_id)


def _forgetting(ctx: Context, message_id: int) -> str:
    return f"{FORGET_JOB}:{ctx.chat_id}:{message_id}"


async def _remove(ctx: Context, message_id: int) -> None:
    """Deletes a message; one that is gone, or that may not be deleted in this chat, stays as it is."""
    with suppress(TelegramBadRequest):
        await ctx.bot.delete_message(ctx.chat_id, message_id)
