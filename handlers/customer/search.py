"""Searching: the question, /search, and whatever is typed when nothing else waits for it."""

from __future__ import annotations

import re

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.catalog import front, place_of, show_list
from handlers.customer.catalog_card import arrive, show_product
from handlers.customer.orders import show_order
from handlers.screens.search import search_question
from keyboards.search import SearchTap
from services.catalog.lists import MOST_WORDS, ListQuery
from services.catalog.models import WHOLE_SHOP
from services.catalog.tokens import pieces
from services.orders import service as orders
from services.shared.errors import NotFound

routes = Routes()

WORDS = "search-words"
_ORDER_NUMBER = re.compile(r"\s*[A-Za-z]{1,6}-\d{6}-[0-9A-Za-z]{4}\s*")
_CODE = re.compile(r"\s*[A-Za-z]{1,6}-[0-9A-Za-z-]{1,20}\s*")


@routes.tap(SearchTap)
async def ask(ctx: Context, tap: SearchTap) -> None:
    await _ask(ctx, tap.category)


@routes.command("search")
async def command(ctx: Context, words: str) -> None:
    if words:
        await find(ctx, words)
    else:
        await _ask(ctx, WHOLE_SHOP)


@routes.step(WORDS)
async def words_typed(ctx: Context, message: Message) -> None:
    await find(ctx, message.text or "", ctx.state.draft.get("category", WHOLE_SHOP))


@routes.fallback("text")
async def anything_typed(ctx: Context, words: str) -> None:
    await find(ctx, words)


async def _ask(ctx: Context, category_id: int) -> None:
    tree = await front(ctx).tree()
    screen = search_question(ctx.t, tree, tree.nodes.get(category_id))
    await ctx.ask(WORDS, screen, {**ctx.state.draft, "category": category_id})


async def find(ctx: Context, typed: str, category_id: int = WHOLE_SHOP) -> None:
    """An own order by its number, a product by its link or code, otherwise the list of what the words find."""
    if await _is_order(ctx, typed) or await _is_product(ctx, typed):
        return
    words = " ".join(typed.split())
    if not pieces(words):
        await _ask(ctx, category_id)
        return
    toast = ctx.t.plain("search-cut", MOST_WORDS) if len(words) > MOST_WORDS else None
    await show_list(ctx, await place_of(ctx, ListQuery(category_id, words[:MOST_WORDS])), toast)


async def _is_order(ctx: Context, typed: str) -> bool:
    if not _ORDER_NUMBER.fullmatch(typed):
        return False
    try:
        order = await ctx.read(orders.by_number, typed.strip())
    except NotFound:
        return False
    await show_order(ctx, order.id)
    return True


async def _is_product(ctx: Context, typed: str) -> bool:
    own = re.search(rf"t\.me/{re.escape(ctx.shop.bot_username)}\?start=p([0-9a-z_]+)", typed, re.IGNORECASE)
    if own is not None:
        await arrive(ctx, own.group(1))
        return True
    product_id = await front(ctx).product_by_code(typed.strip()) if _CODE.fullmatch(typed) else None
    if product_id is None:
        return False
    await show_product(ctx, product_id)
    return True
