"""Browsing: categories, lists, sorting."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens.catalog import categories_screen, list_screen, sorts_screen
from handlers.screens.search import nothing_found_screen
from keyboards.catalog import CategoriesTap, ListTap, Place, SortsTap, SortTap
from services.catalog.lists import SORTS, ListQuery, Position
from services.inventory.storefront import Storefront, storefront
from services.shared.errors import Stale

routes = Routes()


def front(ctx: Context) -> Storefront:
    return storefront(ctx.shop.store).at(ctx.actor.prices)


@routes.tap(CategoriesTap)
async def categories(ctx: Context, tap: CategoriesTap) -> None:
    tree = await front(ctx).tree()
    node = tree.nodes.get(tap.category) if tap.category is not None else None
    if node is not None and not node.children:
        await show_list(ctx, Place(node.id))
        return
    await ctx.show(categories_screen(ctx.t, tree, node, tap.page))


@routes.tap(ListTap)
async def turn(ctx: Context, tap: ListTap) -> None:
    await show_list(ctx, Place.parse(tap.place))


async def show_list(ctx: Context, place: Place, toast: str | None = None) -> None:
    """A page of a list. A search that matches nothing shows what is nearest."""
    shelf = front(ctx)
    query, tree = await query_of(ctx, place), await shelf.tree()
    page = await shelf.page(query, Position.parse(place.position), place.number)
    found = await shelf.found(query.words) if query.words else None
    if found is not None and (found.nearest or not page.total) and not query.filters.count:
        nearest = page.items if found.nearest else ()
        free = await shelf.available([sku_id for item in nearest for sku_id in item.sku_ids])
        await ctx.show(nothing_found_screen(ctx.t, query, nearest, free, place), toast)
        return
    free = await shelf.available([sku_id for item in page.items for sku_id in item.sku_ids])
    await ctx.show(list_screen(ctx.t, tree, query, page, replace(place, number=page.number), free), toast)


async def query_of(ctx: Context, place: Place) -> ListQuery:
    """What the list at `place` shows. Raises Stale for a token that was dropped."""
    return await front(ctx).recall(place.token) if place.token else ListQuery(place.category_id, sort=place.sort)


async def place_of(ctx: Context, query: ListQuery) -> Place:
    """The first page of a list; anything but a plain category is kept under a token."""
    plain = not query.words and not query.filters.count
    return Place.of(query, "" if plain else await front(ctx).keep(query))


@routes.tap(SortsTap)
async def choose_sort(ctx: Context, tap: SortsTap) -> None:
    place = Place.parse(tap.place)
    currency = ctx.shop.currency if ctx.actor.prices.currency else ""
    await ctx.show(sorts_screen(ctx.t, await query_of(ctx, place), place, currency))


@routes.tap(SortTap)
async def sort(ctx: Context, tap: SortTap) -> None:
    if tap.sort not in SORTS:
        raise Stale()
    query = await query_of(ctx, Place.parse(tap.place))
    await show_list(ctx, await place_of(ctx, replace(query, sort=tap.sort)))
