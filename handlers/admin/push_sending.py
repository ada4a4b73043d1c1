"""When a push goes out, how it looks to those who get it, and sending it."""

from __future__ import annotations

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

from handlers.admin.pushes import show_card
from handlers.chat import letters
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import push_content as screens
from handlers.screens.push_message import message as push_message
from handlers.screens.refusals import words
from keyboards.pushes import PushPlanTap, PushPreviewTap, PushSendTap, PushTimeTap
from services.campaigns import drafts, hours, sending
from services.campaigns.errors import PushState
from services.campaigns.types import AT, Push
from services.shared.errors import Refusal, Stale
from services.staff import roster
from services.staff.types import PUSHES_EDIT, PUSHES_SEND, PUSHES_VIEW

routes = Routes(STAFF, private=True)

TIME_STEP = "push-time"


@routes.tap(PushTimeTap, needs=PUSHES_EDIT)
async def time(ctx: Context, tap: PushTimeTap) -> None:
    if not tap.timing:
        await ctx.show(screens.times(ctx.t, await ctx.read(drafts.get, tap.push), ctx.shop.zone))
    elif tap.timing == AT:
        await ctx.ask(TIME_STEP, screens.ask_time(ctx.t, tap.push, ctx.shop.zone), {"push": tap.push})
    else:
        await ctx.write(drafts.set_time, tap.push, tap.timing, hour=tap.hour)
        await show_card(ctx, tap.push, ctx.t.plain("push-time-set"))


@routes.step(TIME_STEP, needs=PUSHES_EDIT)
async def take_time(ctx: Context, message: Message) -> None:
    push_id = ctx.state.draft.get("push")
    if push_id is None:
        raise Stale()
    at = hours.parse_moment(message.text or "", ctx.shop.zone, ctx.shop.clock.now())
    try:
        await ctx.write(drafts.set_time, push_id, AT, at=at)
    except Refusal as refusal:
        await ctx.ask(TIME_STEP, screens.ask_time(ctx.t, push_id, ctx.shop.zone, words(ctx.t, refusal)))
        return
    await show_card(ctx, push_id, ctx.t.plain("push-time-set"))


@routes.tap(PushPreviewTap, needs=PUSHES_EDIT)
async def preview(ctx: Context, tap: PushPreviewTap) -> None:
    """Exactly what people get, in each language, to oneself or to all who look after pushes."""
    push = await ctx.read(drafts.get, tap.push)
    chats = [ctx.person.telegram_id]
    if tap.testers:
        colleagues = await ctx.shop.store.read(roster.colleagues, PUSHES_VIEW)
        chats = [each.telegram_id for each in colleagues] or chats
    reached = sum([await _show_to(ctx, push, chat_id) for chat_id in chats])
    await ctx.toast(ctx.t.plain("push-previewed", reached), alert=tap.testers)


async def _show_to(ctx: Context, push: Push, chat_id: int) -> bool:
    """False for who cannot be reached: they have not opened the bot, or have blocked it."""
    try:
        for language in ctx.shop.languages:
            if language in push.content:
                shown = push_message(ctx.shop.translator(language), push, ctx.person.first_name, {})
                assert shown is not None
                await letters.send(ctx.bot, chat_id, shown)
    except TelegramAPIError:
        if chat_id == ctx.person.telegram_id:
            raise
        return False
    return True


@routes.tap(PushPlanTap, needs=PUSHES_EDIT)
async def plan(ctx: Context, tap: PushPlanTap) -> None:
    found = await ctx.read(sending.plan, tap.push, ctx.shop.zone, ctx.shop.push_limit)
    await ctx.show(screens.plan(ctx.t, found, ctx.shop.push_limit, ctx.shop.zone))


@routes.tap(PushSendTap, needs=PUSHES_SEND)
async def send(ctx: Context, tap: PushSendTap) -> None:
    try:
        push = await ctx.write(sending.send, tap.push, tap.version, ctx.shop.zone, ctx.shop.push_limit)
    except PushState as refusal:
        await show_card(ctx, tap.push, words(ctx.t, refusal), alert=True)
        return
    await show_card(ctx, push.id, ctx.t.plain(f"push-sent-{push.state}"))
