"""Filtering a list: choices are a draft under a token, and apply when the list is viewed."""

from __future__ import annotations

import re
from dataclasses import replace

from aiogram.types import Message
from babel.numbers import get_currency_precision

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.catalog import front, query_of
from handlers.screens.catalog_filters import FACETS, bands, facet_screen, filters_screen, price_question
from keyboards.catalog import FilterTap, FilterToggleTap, Place
from services.catalog.lists import Filters, ListQuery
from services.shared.errors import Stale

routes = Routes()

PRICES = "catalog-prices"
# Of the shop's currency, in major units.
_BANDS = (500, 1_500)
_RANGE = re.compile(r"\s*(\d{1,9})?\s*(?:[-–—~至到]|to)\s*(\d{1,9})?\s*", re.IGNORECASE)


@routes.tap(FilterTap)
async def choose(ctx: Context, tap: FilterTap) -> None:
    await show_filters(ctx, tap.place, tap.draft, tap.facet, tap.page)


@routes.tap(FilterToggleTap)
async def toggle(ctx: Context, tap: FilterToggleTap) -> None:
    if tap.what == "c":
        await ctx.ask(PRICES, price_question(ctx.t, tap.place, tap.draft), {"place": tap.place, "draft": tap.draft})
        return
    query = await _drafted(ctx, tap.place, tap.draft)
    draft = await front(ctx).keep(replace(query, filters=_changed(ctx, query.filters, tap.what)))
    await show_filters(ctx, tap.place, draft, tap.facet, tap.page)


@routes.step(PRICES)
async def prices_typed(ctx: Context, message: Message) -> None:
    place, draft = ctx.state.draft.get("place", ""), ctx.state.draft.get("draft", "")
    typed = _prices(ctx, message.text or "")
    if typed is None:
        await ctx.toast(ctx.t.plain("catalog-price-wrong"))
        await ctx.ask(PRICES, price_question(ctx.t, place, draft))
        return
    query = await _drafted(ctx, place, draft)
    filters = replace(query.filters, price_from=typed[0], price_to=typed[1])
    await show_filters(ctx, place, await front(ctx).keep(replace(query, filters=filters)))


async def show_filters(ctx: Context, place: str, draft: str, facet: str = "", page: int = 1) -> None:
    """The filter screen of a list with the choices of `draft`, or one heading of it."""
    query = await _drafted(ctx, place, draft)
    edges = (_minor(ctx, _BANDS[0]), _minor(ctx, _BANDS[1]))
    facets = await front(ctx).facets(query, edges)
    currency = ctx.shop.currency
    if facet in FACETS:
        await ctx.show(facet_screen(ctx.t, query, facets, place, draft, facet, page, currency))
    else:
        abroad = bool(ctx.actor.prices.currency)
        await ctx.show(filters_screen(ctx.t, query, facets, place, draft, currency, abroad=abroad))


async def _drafted(ctx: Context, place: str, draft: str) -> ListQuery:
    return await query_of(ctx, Place(token=draft) if draft else Place.parse(place))


def _changed(ctx: Context, filters: Filters, what: str) -> Filters:
    if what == "x":
        return Filters()
    if what == "s":
        return replace(filters, in_stock=not filters.in_stock)
    if what in ("1", "2", "3"):
        low, high = bands((_minor(ctx, _BANDS[0]), _minor(ctx, _BANDS[1])))[int(what) - 1]
        if (filters.price_from, filters.price_to) == (low, high):
            low = high = None
        return replace(filters, price_from=low, price_to=high)
    if what.startswith("t") and what[1:].isdecimal():
        return filters.toggled(int(what[1:]))
    raise Stale()


def _prices(ctx: Context, text: str) -> tuple[int | None, int | None] | None:
    """"500-1500", "500-", "-1500" in major units to minor ones; None for anything else."""
    match = _RANGE.fullmatch(text)
    if match is None or match.groups() == (None, None):
        return None
    low, high = (None if part is None else _minor(ctx, int(part)) for part in match.groups())
    if low is not None and high is not None and low > high:
        low, high = high, low
    return low, high


def _minor(ctx: Context, amount: int) -> int:
    return amount * 10 ** get_currency_precision(ctx.shop.currency)
