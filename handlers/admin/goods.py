"""Products: the list, a search, a product's card, and what was done to it."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import goods_card, goods_list
from handlers.screens.goods_preview import preview
from keyboards.admin import GoodsDoor
from keyboards.goods import (
    DraftsTap,
    GoodsFindTap,
    GoodsListTap,
    GoodsPastTap,
    GoodsPlace,
    GoodsPreviewTap,
    GoodsTap,
)
from services.catalog import browsing, drafts
from services.catalog.lists import MOST_WORDS, ListQuery
from services.inventory import goods
from services.shared.errors import Stale
from services.staff import audit
from services.staff.types import AUDIT_VIEW, CATALOG_EDIT, CATALOG_VIEW

routes = Routes(STAFF, private=True)

FIND = "goods-find"


@routes.tap(GoodsDoor, needs=CATALOG_VIEW)
async def door(ctx: Context, _tap: GoodsDoor) -> None:
    await show_list(ctx, GoodsPlace())


@routes.tap(GoodsListTap, needs=CATALOG_VIEW)
async def turn(ctx: Context, tap: GoodsListTap) -> None:
    await show_list(ctx, GoodsPlace.parse(tap.place))


async def show_list(ctx: Context, place: GoodsPlace) -> None:
    """A page of the list, or of what a search found."""
    words = (await ctx.read(browsing.recall, place.token)).words if place.token else ""
    page, stock = await ctx.read(goods.page, place.tab, words, place.position)
    await ctx.show(goods_list.list_screen(ctx.t, page, place, words, stock, ctx.shop.clock.now(), ctx.actor))


@routes.tap(GoodsFindTap, needs=CATALOG_VIEW)
async def ask_find(ctx: Context, _tap: GoodsFindTap) -> None:
    await ctx.ask(FIND, goods_list.find_question(ctx.t))


@routes.step(FIND, needs=CATALOG_VIEW)
async def take_find(ctx: Context, message: Message) -> None:
    words = (message.text or "").strip()[:MOST_WORDS]
    if not words:
        await ctx.ask(FIND, goods_list.find_question(ctx.t))
        return
    token = await ctx.write(browsing.keep, ListQuery(words=words))
    await show_list(ctx, GoodsPlace(token=token))


@routes.tap(GoodsTap, needs=CATALOG_VIEW)
async def look(ctx: Context, tap: GoodsTap) -> None:
    await show_card(ctx, tap.product, place=tap.place)


async def show_card(
    ctx: Context, product_id: int, toast: str | None = None, *, place: str = "", alert: bool = False
) -> None:
    """A product's card as it stands now."""
    found = await ctx.read(goods.card, product_id)
    await ctx.show(goods_card.card_screen(ctx.t, found, ctx.actor, ctx.shop.clock.now(), place), toast, alert=alert)


@routes.tap(GoodsPreviewTap, needs=CATALOG_VIEW)
async def show_preview(ctx: Context, tap: GoodsPreviewTap) -> None:
    if tap.language not in ctx.shop.languages:
        raise Stale()
    found = await ctx.read(goods.card, tap.product)
    stock = {variant.code: found.stock.get(variant.sku_id, 0) for variant in found.card.variants}
    switches = {each: GoodsPreviewTap(product=tap.product, language=each) for each in ctx.shop.languages}
    seen = ctx.shop.translator(tap.language)
    await ctx.show(preview(ctx.t, seen, found.fields, found.card.facts, stock, switches,
                           GoodsTap(product=tap.product), found.card.sold))


@routes.tap(GoodsPastTap, needs=AUDIT_VIEW)
async def past(ctx: Context, tap: GoodsPastTap) -> None:
    found = await ctx.read(goods.card, tap.product)
    entries = await ctx.read(audit.entries, before=tap.before, subject=f"product:{tap.product}",
                             most=goods_card.PAST_PAGE + 1)
    await ctx.show(goods_card.past_screen(ctx.t, found, entries, tap.before))


@routes.tap(DraftsTap, needs=CATALOG_EDIT)
async def list_drafts(ctx: Context, tap: DraftsTap) -> None:
    await show_drafts(ctx, tap.before)


async def show_drafts(ctx: Context, before: int | None = None, toast: str | None = None) -> None:
    """The person's own drafts."""
    found = await ctx.read(drafts.mine, before, goods_list.DRAFTS_PAGE + 1)
    await ctx.show(goods_list.drafts_screen(ctx.t, found, before), toast)
