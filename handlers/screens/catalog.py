"""Screens of the catalogue: the category browser, lists of products, sorting, and what is saved or was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.screen import Screen, banner
from keyboards.catalog import (
    FAVOURITES,
    VIEWED,
    CategoriesTap,
    FavouritesClearTap,
    FavouritesTap,
    FilterTap,
    ListTap,
    Place,
    ProductTap,
    SortsTap,
    SortTap,
    ViewedTap,
)
from keyboards.layout import PRIMARY, Row, button, fit, flow, keyboard, way_back
from keyboards.search import SearchTap
from keyboards.taps import NoteTap, Tap
from locales import Translator
from services.catalog.favourites import Favourite
from services.catalog.lists import PAGE, SORTS, ListQuery, Page
from services.catalog.types import ListItem, Node, Tree
from services.shared.money import Money

T = TypeVar("T")

CHILDREN = 10
# From so few pieces on, their number is told.
LOW = 10
_PLENTY = LOW + 1
_NAME_CELLS = 56


def categories_screen(t: Translator, tree: Tree, node: Node | None, page: int) -> Screen:
    """The children of a category with the number of products in each, or the first level."""
    children = [tree.nodes[child] for child in (node.children if node is not None else tree.roots)]
    pages = max(1, -(-len(children) // CHILDREN))
    page = min(max(page, 1), pages)
    shown = children[(page - 1) * CHILDREN : page * CHILDREN]
    own_id, count = (node.id, node.count) if node is not None else (None, tree.count)
    text = Markup("\n").join([
        crumbs(t, tree, own_id), t.n("catalog-choose" if node is not None else "catalog-choose-top", count),
    ])
    parent = None if node is None else CategoriesTap(category=node.parent_id)
    here = Place(own_id or 0).pack()
    return Screen(text, keyboard(
        *flow((_child_key(t, child) for child in shown), 2),
        _turning(t, page, pages, CategoriesTap(category=own_id, page=page - 1),
                 CategoriesTap(category=own_id, page=page + 1)) if pages > 1 else [],
        [button(t.plain("catalog-tap-all", count), ListTap(place=here))] if count else [],
        [button(t.plain("catalog-tap-search-here" if node is not None else "catalog-tap-search"),
                SearchTap(category=own_id or 0))],
        way_back(t, parent),
    ), banner("categories"))


def crumbs(t: Translator, tree: Tree, category_id: int | None) -> Markup:
    """"All categories › Appliances › Air"."""
    path = tree.path(category_id) if category_id else ()
    return t("catalog-crumbs", path="".join(f" › {t.pick(node.name)}" for node in path))


def _child_key(t: Translator, child: Node) -> InlineKeyboardButton:
    icon = f"{child.icon} " if child.icon else ""
    label = f"{icon}{fit(t.pick(child.name), 24)} ({t.number(child.count)})"
    return button(label, CategoriesTap(category=child.id) if child.count else NoteTap(key="catalog-category-empty"))


def list_screen(
    t: Translator, tree: Tree, query: ListQuery, page: Page, place: Place, free: Mapping[int, int]
) -> Screen:
    """A page of a list; `free` says how many pieces of each SKU can be had."""
    lines = [_heading(t, tree, query, page), *item_lines(t, page.items, free, (page.number - 1) * PAGE)]
    if not page.items:
        lines.append(t("catalog-list-empty"))
    parent = tree.nodes.get(query.category_id)
    up = None if parent is None else parent.parent_id
    back = CategoriesTap(category=up if parent is not None and not parent.children else query.category_id or None)
    here = place.pack()
    filters = query.filters.count
    tools = [
        button(t.plain("catalog-tap-sort"), SortsTap(place=here)),
        button(t.plain("catalog-tap-filter-count", filters) if filters else t.plain("catalog-tap-filter"),
               FilterTap(place=place.first.pack())),
    ]
    return Screen(Markup("\n").join(lines), keyboard(
        *number_keys(t, page.items, here, (page.number - 1) * PAGE),
        page_keys(t, page, place),
        tools,
        [button(t.plain("catalog-tap-search-again"), SearchTap(category=query.category_id))] if query.words else [],
        way_back(t, back),
    ), banner("search" if query.words else "categories"))


def _heading(t: Translator, tree: Tree, query: ListQuery, page: Page) -> Markup:
    node = tree.nodes.get(query.category_id)
    where = t.pick(node.name) if node is not None else t.plain("catalog-whole-shop")
    if query.words:
        head = t.n("catalog-found", page.total, words=query.words)
        parts = [head if node is None else head + t("catalog-found-in", category=where)]
    else:
        parts = [t.n("catalog-list-title", page.total, category=where)]
    parts.append(t("catalog-sorted", sort=t.plain(f"catalog-sort-{query.sort}")))
    if query.filters.count:
        parts.append(t.n("catalog-filtered", query.filters.count))
    return Markup(" · ").join(parts)


def item_lines(
    t: Translator, items: Sequence[ListItem], free: Mapping[int, int], first: int = 0
) -> list[Markup]:
    """One numbered line per product: name, price, and what is left when that is little."""
    return [
        _item_line(t, first + place, t.pick(item.name), item.price, item.list_price, item.varies,
                   min(sum(free.get(sku_id, 0) for sku_id in item.sku_ids), _PLENTY))
        for place, item in enumerate(items, start=1)
    ]


# Many people turn over the same pages: a line once made costs a tenth.
@lru_cache(maxsize=10_000)
def _item_line(
    t: Translator, number: int, name: str, now: Money, before: Money | None, varies: bool, free: int
) -> Markup:
    return t("catalog-item", number=number, name=fit(name, _NAME_CELLS), price=_price(t, now, before, varies),
             stock=stock(t, free))


def price(t: Translator, item: ListItem) -> Markup:
    """"¥599.00 起" where variants differ, with the old price struck through where there is one."""
    return _price(t, item.price, item.list_price, item.varies)


def _price(t: Translator, amount: Money, before: Money | None, varies: bool) -> Markup:
    now = t("catalog-price-from" if varies else "catalog-price", price=t.money(amount))
    return now if before is None else now + t("catalog-price-was", price=t.money(before))


def stock(t: Translator, free: int) -> Markup:
    """What lists say of stock: nothing while there is plenty."""
    if free <= 0:
        return t("catalog-item-sold-out")
    return t.n("catalog-item-low", free) if free <= LOW else Markup("")


def number_keys(t: Translator, items: Sequence[ListItem], back: str, first: int = 0) -> list[Row]:
    """A key per product with its number, three in a row."""
    return list(_number_keys(t, tuple(item.product_id for item in items), back, first))


@lru_cache(maxsize=2_000)
def _number_keys(t: Translator, product_ids: tuple[int, ...], back: str, first: int) -> tuple[Row, ...]:
    keys = tuple(
        button(t.number(first + place), ProductTap(product=product_id, back=back))
        for place, product_id in enumerate(product_ids, start=1)
    )
    return tuple(keys[at : at + 3] for at in range(0, len(keys), 3))


def page_keys(t: Translator, page: Page, place: Place) -> Row:
    if page.pages == 1:
        return []
    return _turning(
        t, page.number, page.pages,
        ListTap(place=place.at(page.before, page.number - 1).pack()) if page.before else None,
        ListTap(place=place.at(page.after, page.number + 1).pack()) if page.after else None,
    )


def _turning(t: Translator, number: int, pages: int, before: Tap | None, after: Tap | None) -> Row:
    middle = button(f"{t.number(number)}/{t.number(pages)}", NoteTap(key="catalog-pages-note"))
    edge = NoteTap(key="catalog-no-more")
    return [
        button("‹", before if before is not None and number > 1 else edge), middle,
        button("›", after if after is not None and number < pages else edge),
    ]


def sorts_screen(t: Translator, query: ListQuery, place: Place, currency: str = "") -> Screen:
    """The orders that a list can have; `currency` is that of the prices, for who buys in another."""
    first = place.first.pack()
    keys = (
        button(("✅ " if sort == query.sort else "") + t.plain(f"catalog-sort-{sort}"), SortTap(place=first, sort=sort))
        for sort in SORTS
    )
    note = Markup("\n") + t("catalog-base-prices", currency=t.currency(currency)) if currency else Markup("")
    return Screen(t("catalog-sort-title") + note, keyboard(*flow(keys, 2), way_back(t, ListTap(place=place.pack()))),
                  banner("categories"))


def favourites_screen(t: Translator, saved: Sequence[Favourite], free: Mapping[int, int], page: int) -> Screen:
    """What was saved, with what it costs less since; what is off the shelf is said and can be cleared."""
    here = [each for each in saved if each.item is not None]
    gone = len(saved) - len(here)
    shown, number, pages = _slice(here, page)
    lines: list[Markup] = [t.n("catalog-favourites-title", len(here))]
    for place, each in enumerate(shown, start=(number - 1) * PAGE + 1):
        assert each.item is not None
        lines += item_lines(t, [each.item], free, place - 1)
        if each.cheaper is not None:
            lines.append(t("catalog-cheaper", amount=t.money(each.cheaper)))
    if not here:
        lines.append(t("catalog-favourites-empty"))
    if gone:
        lines.append(t.n("catalog-favourites-gone", gone))
    items = [each.item for each in shown if each.item is not None]
    return Screen(Markup("\n").join(lines), keyboard(
        *number_keys(t, items, FAVOURITES, (number - 1) * PAGE),
        _turning(t, number, pages, FavouritesTap(page=number - 1), FavouritesTap(page=number + 1)) if pages > 1 else [],
        [button(t.plain("catalog-tap-clear-gone"), FavouritesClearTap())] if gone else [],
        [button(t.plain("catalog-tap-viewed"), ViewedTap())],
        [button(t.plain("catalog-tap-browse"), CategoriesTap(), PRIMARY)] if not here else [],
        way_back(t, None),
    ), banner("favourites"))


def viewed_screen(t: Translator, items: Sequence[ListItem], free: Mapping[int, int], page: int) -> Screen:
    """What was looked at, latest first."""
    shown, number, pages = _slice(items, page)
    first = (number - 1) * PAGE
    lines = [t("catalog-viewed-title"), *item_lines(t, shown, free, first)]
    if not items:
        lines.append(t("catalog-viewed-empty"))
    return Screen(Markup("\n").join(lines), keyboard(
        *number_keys(t, shown, VIEWED, first),
        _turning(t, number, pages, ViewedTap(page=number - 1), ViewedTap(page=number + 1)) if pages > 1 else [],
        [button(t.plain("catalog-tap-browse"), CategoriesTap(), PRIMARY)] if not items else [],
        way_back(t, FavouritesTap()),
    ), banner("favourites"))


def _slice(things: Sequence[T], page: int) -> tuple[Sequence[T], int, int]:
    pages = max(1, -(-len(things) // PAGE))
    number = min(max(page, 1), pages)
    return things[(number - 1) * PAGE : number * PAGE], number, pages
