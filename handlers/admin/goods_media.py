"""Answers to the wizard: texts, and the photos, video and manual that are sent to it; the order of the gallery."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from aiogram.types import Message

from handlers.admin.goods_wizard import FIELD, ask, question_state, show_draft, take_text
from handlers.chat.context import Context
from handlers.chat.media import DOCUMENT, LARGEST, PHOTO, VIDEO, Sent, as_photo, fetch, learn, sent_file
from handlers.chat.routes import STAFF, Routes
from handlers.screens import goods_fields
from handlers.screens.refusals import words
from handlers.screens.screen import Screen
from keyboards.goods import PhotoTap
from services.catalog import drafts, uploads
from services.catalog.errors import BadTyped
from services.inventory import goods
from services.shared.errors import Stale
from services.staff.types import CATALOG_EDIT

routes = Routes(STAFF, private=True)

_WANTED = {"photos": PHOTO, "video": VIDEO, "manual": DOCUMENT}


@routes.step(FIELD, needs=CATALOG_EDIT)
async def take(ctx: Context, message: Message) -> None:
    """An answer to the question that waits: a text, or a file where one was asked for."""
    draft_id, field = ctx.state.draft.get("goods_draft"), ctx.state.draft.get("goods_field")
    if not isinstance(draft_id, int) or not isinstance(field, str):
        raise Stale()
    if field not in _WANTED:
        await take_text(ctx, message, draft_id, field)
        return
    sent = sent_file(message)
    if (problem := _problem(field, sent)) is not None or sent is None:
        await ask(ctx, draft_id, field, problem=ctx.t.plain(f"goods-want-{problem or field}"))
        return
    key = await _keep(ctx, sent)
    if key is None:
        await ask(ctx, draft_id, field, problem=ctx.t.plain("goods-want-photos"))
    elif field == "photos":
        await _add_photo(ctx, message, draft_id, key)
    else:
        await ctx.write(drafts.change, draft_id, {field: key})
        await show_draft(ctx, draft_id, ctx.t.plain("goods-kept"), more=True)


def _problem(field: str, sent: Sent | None) -> str | None:
    if sent is None or sent.kind != _WANTED[field]:
        return field
    return "smaller" if sent.size > LARGEST else None


async def _keep(ctx: Context, sent: Sent) -> str | None:
    """Keeps the bytes, and what Telegram calls them, under a key of the content; None for no picture after all."""
    data: bytes | None = await fetch(ctx.bot, sent)
    if sent.kind == PHOTO and not sent.reusable:
        data = await asyncio.to_thread(as_photo, data)
    if data is None:
        return None
    key = await ctx.write(uploads.keep, sent.kind, sent.unique_id, sent.name, data)
    await learn(ctx.renderer, key, sent)
    return key


async def _add_photo(ctx: Context, message: Message, draft_id: int, key: str) -> None:
    """Photos come one by one, also those of an album: they stand in the order of their messages."""
    batch = sorted([*(each for each in ctx.state.draft.get("goods_batch", []) if each[1] != key),
                    [message.message_id, key]])
    problem = ""
    try:
        await ctx.write(drafts.place_photos, draft_id, [str(each[1]) for each in batch])
    except BadTyped as refusal:
        problem, batch = words(ctx.t, refusal), ctx.state.draft.get("goods_batch", [])
    view = await ctx.read(goods.draft_view, draft_id)
    screen = goods_fields.photos_screen(ctx.t, view, problem)
    await _show_below(ctx, message, screen, question_state(ctx, draft_id, "photos") | {"goods_batch": batch})


async def _show_below(ctx: Context, message: Message, screen: Screen, draft: dict[str, Any]) -> None:
    """One answer for an album: the screen that stands below its messages already is edited, not sent again."""
    shown = ctx.state.screen_message_id
    if shown is None or shown < message.message_id:
        await ctx.ask(FIELD, screen, draft)
        return
    now = await ctx.renderer.edit_by_id(ctx.chat_id, shown, screen)
    ctx.state = replace(ctx.state, step=FIELD, draft=draft, screen_message_id=now, screen_key=None)
    await ctx.people.keep(ctx.person, ctx.state)


@routes.tap(PhotoTap, needs=CATALOG_EDIT)
async def arrange(ctx: Context, tap: PhotoTap) -> None:
    place = max(tap.page - 1, 0)
    if tap.what:
        _, place = await ctx.write(drafts.arrange_photo, tap.draft, place, tap.what)
    view = await ctx.read(goods.draft_view, tap.draft)
    if not view.draft.fields.photos:
        await ask(ctx, tap.draft, "photos")
        return
    screen = goods_fields.photo_screen(ctx.t, view, place + 1)
    await ctx.ask(FIELD, screen, question_state(ctx, tap.draft, "photos"))
