"""Pushes: their lists, the card of one, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiogram.types import BufferedInputFile

from handlers.chat.context import Context
from handlers.chat.push_watchers import watch
from handlers.chat.routes import STAFF, Routes
from handlers.screens import push_cards as screens
from handlers.screens.refusals import words
from keyboards.admin import PushesDoor
from keyboards.pushes import NewPushTap, PushActTap, PushesTap, PushTap
from services.campaigns import drafts, results, sending
from services.campaigns.errors import PushState
from services.shared import sheets
from services.shared.errors import Stale
from services.staff.types import PUSHES_EDIT, PUSHES_VIEW

routes = Routes(STAFF, private=True)

ACTS: dict[str, Callable[..., Any]] = {
    "pause": sending.pause, "resume": sending.resume, "stop": sending.stop, "take-back": sending.take_back,
    "restore": drafts.restore, "again": drafts.again,
}
COLUMNS = ("customer", "language", "state", "reason", "sent", "clicked", "unsubscribed")


@routes.command("push", needs=PUSHES_VIEW)
async def push(ctx: Context, _words: str) -> None:
    await show_list(ctx, None)


@routes.tap(PushesDoor, needs=PUSHES_VIEW)
async def door(ctx: Context, _tap: PushesDoor) -> None:
    await show_list(ctx, None)


@routes.tap(PushesTap, needs=PUSHES_VIEW)
async def list_them(ctx: Context, tap: PushesTap) -> None:
    await show_list(ctx, tap.tab, tap.before)


@routes.tap(NewPushTap, needs=PUSHES_EDIT)
async def begin(ctx: Context, _tap: NewPushTap) -> None:
    made = await ctx.write(drafts.start)
    await show_card(ctx, made.id)


@routes.tap(PushTap, needs=PUSHES_VIEW)
async def open_card(ctx: Context, tap: PushTap) -> None:
    await show_card(ctx, tap.push)


@routes.tap(PushActTap, needs=PUSHES_VIEW)
async def act(ctx: Context, tap: PushActTap) -> None:
    """Does it and shows the card; who was too late reads how it stands."""
    if tap.act == "file":
        await _send_file(ctx, tap.push)
    elif tap.act == "drop":
        await ctx.write(drafts.drop, tap.push)
        await ctx.show(screens.dropped(ctx.t, tap.push))
    elif tap.act in ACTS:
        await _do(ctx, tap)
    else:
        raise Stale()


async def _do(ctx: Context, tap: PushActTap) -> None:
    try:
        changed = await ctx.write(ACTS[tap.act], tap.push)
    except PushState as refusal:
        await show_card(ctx, tap.push, words(ctx.t, refusal), alert=True)
        return
    await show_card(ctx, changed.id, ctx.t.plain(f"push-done-{tap.act}"))


async def _send_file(ctx: Context, push_id: int) -> None:
    """A row for each person, as a file."""
    name, rows = await ctx.read(results.table, push_id)
    heads = tuple(ctx.t.plain(f"push-column-{column}") for column in COLUMNS)
    await ctx.write(results.note_export, push_id)
    file = BufferedInputFile(sheets.write_csv([heads, *rows]), filename=f"push-{push_id}.csv")
    await ctx.toast("")
    await ctx.bot.send_document(ctx.chat_id, file, caption=ctx.t("push-file", name=name))


async def show_list(ctx: Context, tab: str | None, before: int | None = None) -> None:
    """A tab; of those there are, the first that is not empty where none was chosen."""
    page = await ctx.read(drafts.page, tab or "running", before)
    if tab is None and not page.pushes and any(page.counts.values()):
        filled = next(name for name in ("drafts", "over") if page.counts[name])
        page = await ctx.read(drafts.page, filled)
    await ctx.show(screens.listing(ctx.t, page))


async def show_card(ctx: Context, push_id: int, toast: str | None = None, *, alert: bool = False) -> None:
    """The card as the push stands now; while it goes out, the card follows it."""
    found = await ctx.read(results.result, push_id)
    card = screens.card(ctx.t, found, ctx.shop.languages)
    await ctx.show(card, toast, alert=alert)
    await watch(ctx, found.push, card)
