"""What a person saved and what they looked at."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.catalog import front
from handlers.screens.catalog import favourites_screen, viewed_screen
from keyboards.catalog import FavouritesClearTap, FavouritesTap, ViewedTap
from services.catalog import favourites

routes = Routes()


@routes.tap(FavouritesTap)
async def saved(ctx: Context, tap: FavouritesTap) -> None:
    await show_favourites(ctx, tap.page)


async def show_favourites(ctx: Context, page: int = 1, toast: str | None = None) -> None:
    kept = await ctx.read(favourites.saved)
    free = await front(ctx).available([sku for each in kept if each.item is not None for sku in each.item.sku_ids])
    await ctx.show(favourites_screen(ctx.t, kept, free, page), toast)


@routes.tap(FavouritesClearTap)
async def clear(ctx: Context, tap: FavouritesClearTap) -> None:
    cleared = await ctx.write(favourites.clear_gone)
    front(ctx).forget_favourites(ctx.actor)
    await show_favourites(ctx, toast=ctx.t.plain("catalog-favourites-cleared", cleared))


@routes.tap(ViewedTap)
async def viewed(ctx: Context, tap: ViewedTap) -> None:
    items = await ctx.read(favourites.viewed)
    free = await front(ctx).available([sku_id for item in items for sku_id in item.sku_ids])
    await ctx.show(viewed_screen(ctx.t, items, free, tap.page))
