"""What a product has besides its card: the whole text, all pictures, the video and the manual."""

from __future__ import annotations

import logging
from itertools import pairwise

from aiogram.exceptions import TelegramBadRequest

from handlers.chat.context import Context
from handlers.chat.media import DOCUMENT, MOST_IN_ALBUM, VIDEO, send_album, send_file
from handlers.chat.routes import Routes
from handlers.customer.catalog_card import view_of
from handlers.screens import catalog_more as screens
from keyboards.catalog import AlbumCloseTap, AlbumTap, DetailsTap, ManualTap, VideoTap
from services.catalog import uploads
from services.shared.errors import Stale
from services.shared.ids import to_base36

log = logging.getLogger(__name__)

routes = Routes()


@routes.tap(DetailsTap)
async def details(ctx: Context, tap: DetailsTap) -> None:
    if (view := await view_of(ctx, tap)) is not None:
        await ctx.show(screens.details_screen(ctx.t, view, tap.page))


@routes.tap(VideoTap)
async def video(ctx: Context, tap: VideoTap) -> None:
    """The video plays in the chat; a key below it leads back to the card."""
    view = await view_of(ctx, tap)
    if view is not None:
        await _send(ctx, VIDEO, view.card.video, screens.video_caption(ctx.t, view), screens.back_keys(ctx.t, view))


@routes.tap(ManualTap)
async def manual(ctx: Context, tap: ManualTap) -> None:
    view = await view_of(ctx, tap)
    if view is not None:
        caption = screens.manual_caption(ctx.t, view)
        await _send(ctx, DOCUMENT, view.card.manual, caption, screens.back_keys(ctx.t, view))


async def _send(ctx: Context, kind: str, key: str | None, caption: str, keys: screens.Keys) -> None:
    if key is None:
        raise Stale()
    await ctx.toast("")
    name = await ctx.shop.store.read(uploads.file_name, key)
    if not await send_file(ctx.renderer, ctx.chat_id, kind, key, name, caption, keys):
        await ctx.toast(ctx.t.plain("catalog-file-gone"))


@routes.tap(AlbumTap)
async def album(ctx: Context, tap: AlbumTap) -> None:
    """All pictures in their order, and below them a key that takes them away again."""
    view = await view_of(ctx, tap)
    if view is None:
        return
    keys = [picture.key for picture in view.card.gallery]
    if len(keys) < 2:
        raise Stale()
    await ctx.toast("")
    sent: list[int] = []
    for part in _parts(keys):
        sent += await send_album(ctx.renderer, ctx.chat_id, part)
    await ctx.send(screens.album_screen(ctx.t, view, _close_tap(sent)))


def _parts(keys: list[str]) -> list[list[str]]:
    """Albums of two to ten pictures: where one would be left over alone, the album before gives one away."""
    parts = [keys[at : at + MOST_IN_ALBUM] for at in range(0, len(keys), MOST_IN_ALBUM)]
    if len(parts[-1]) == 1:
        parts[-1].insert(0, parts[-2].pop())
    return parts


def _close_tap(sent: list[int]) -> AlbumCloseTap:
    steps = [after - before for before, after in pairwise(sent)]
    return AlbumCloseTap(first=sent[0], what="".join(to_base36(min(step, 35)) for step in steps))


@routes.tap(AlbumCloseTap)
async def close_album(ctx: Context, tap: AlbumCloseTap) -> None:
    if not tap.what.isascii() or not (tap.what or "0").isalnum() or len(tap.what) > 2 * MOST_IN_ALBUM:
        raise Stale()
    ids = [tap.first]
    for step in tap.what:
        ids.append(ids[-1] + int(step, 36))
    if ctx.query is not None and ctx.query.message is not None:
        ids.append(ctx.query.message.message_id)
    # The live screen stays, wherever the tap came from.
    ids = [each for each in ids if each != ctx.state.screen_message_id]
    await ctx.toast("")
    try:
        await ctx.bot.delete_messages(ctx.chat_id, ids)
    except TelegramBadRequest as error:
        log.debug("an album stays: %s", error.message)
