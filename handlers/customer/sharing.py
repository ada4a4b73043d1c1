"""Inline mode: products sent into any chat, each with a link that opens it in the shop."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import (
    ChosenInlineResult,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from markupsafe import Markup

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.catalog import front
from handlers.screens.catalog import price, stock
from keyboards.layout import keyboard, link
from services.catalog import favourites
from services.catalog.lists import MOST_WORDS
from services.catalog.types import ListItem
from services.shared.ids import from_base36, to_base36

routes = Routes()

PAGE = 20
_POPULAR = 12
_PERSONAL_SECONDS, _COMMON_SECONDS = 10, 300
_PRODUCT = "p "


@routes.fallback("inline")
async def offer(ctx: Context, query: InlineQuery) -> None:
    """Answers an inline query; an empty one with what is saved and what is popular."""
    words = " ".join(query.query.split())[:MOST_WORDS]
    offset = int(query.offset) if query.offset.isdecimal() else 0
    items = await _matching(ctx, words)
    shown = items[offset : offset + PAGE]
    free = await front(ctx).available([sku_id for item in shown for sku_id in item.sku_ids])
    await ctx.bot.answer_inline_query(
        query.id,
        [_article(ctx, item, free) for item in shown],
        cache_time=_COMMON_SECONDS if words else _PERSONAL_SECONDS,
        is_personal=True,
        next_offset=str(offset + PAGE) if len(items) > offset + PAGE else "",
        button=InlineQueryResultsButton(text=ctx.t.plain("search-inline-open"), start_parameter="inline"),
    )


@routes.fallback("chosen")
async def note_chosen(ctx: Context, chosen: ChosenInlineResult) -> None:
    """What a person sent into a chat is something that they looked at."""
    items = await front(ctx).items([from_base36(chosen.result_id)])
    if items:
        await ctx.write(favourites.note_viewed, items[0].product_id)


async def _matching(ctx: Context, words: str) -> Sequence[ListItem]:
    if words.startswith(_PRODUCT):
        try:
            return await front(ctx).items([from_base36(words.removeprefix(_PRODUCT))])
        except ValueError:
            pass
    if words:
        found = await front(ctx).found(words)
        return await front(ctx).items(() if found.nearest else found.product_ids)
    saved = [each.item for each in await ctx.read(favourites.saved) if each.item is not None]
    known = {item.product_id for item in saved}
    return [*saved, *(item for item in await front(ctx).popular(_POPULAR) if item.product_id not in known)]


def _article(ctx: Context, item: ListItem, free: dict[int, int]) -> InlineQueryResultArticle:
    t, pieces = ctx.t, sum(free.get(sku_id, 0) for sku_id in item.sku_ids)
    name, picture = t.pick(item.name), f"{ctx.shop.public_url}/pictures/{item.picture_key}"
    now = t.plain("search-inline-stock") if pieces > 0 else t.plain("search-inline-sold-out")
    text = Markup("\n").join([
        t("search-inline-name", name=name),
        t("search-inline-price", price=price(t, item), stock=stock(t, pieces)),
        t("search-inline-dated", when=t.datetime(ctx.shop.clock.now())),
    ])
    return InlineQueryResultArticle(
        id=to_base36(item.product_id),
        title=name,
        description=t.plain("search-inline-about", price=t.money(item.price), stock=now),
        thumbnail_url=picture,
        input_message_content=InputTextMessageContent(
            message_text=text, link_preview_options=LinkPreviewOptions(url=picture, show_above_text=True),
        ),
        reply_markup=keyboard([
            link(t.plain("search-inline-buy"), ctx.shop.deep_link(f"p{to_base36(item.product_id)}")),
        ]),
    )
