"""The filter screen: headings with what is chosen, one heading's tags, and the question for prices."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.screen import Screen, banner
from keyboards.catalog import FilterTap, FilterToggleTap, ListTap, Place
from keyboards.layout import PRIMARY, Row, button, flow, keyboard, way_back
from keyboards.taps import NoteTap
from locales import Translator
from services.catalog.lists import Choice, Facets, Filters, ListQuery
from services.shared.money import Money

FACETS = ("room", "user", "energy", "other")
TAGS = 10


def filters_screen(
    t: Translator, query: ListQuery, facets: Facets, place: str, draft: str, currency: str, *, abroad: bool = False
) -> Screen:
    """What can be chosen, with how many products each choice would leave. Nothing applies before the view button.

    Who is `abroad` buys in another currency than prices are filtered by.
    """
    filters = query.filters
    keys = [_facet_key(t, facets, facet, place, draft) for facet in FACETS if _of(facets, facet)]
    stock = FilterToggleTap(place=place, draft=draft, what="s")
    tick = "✅ " if filters.in_stock else ""
    note = Markup("\n") + t("catalog-base-prices", currency=t.currency(currency)) if abroad else Markup("")
    return Screen(_summary(t, filters, facets, currency) + note, keyboard(
        *flow(keys, 2),
        *_band_keys(t, filters, facets, place, draft, currency),
        [button(tick + t.plain("catalog-filter-in-stock", number=t.number(facets.in_stock)), stock)],
        _last_keys(t, filters, facets, place, draft),
        way_back(t, ListTap(place=place)),
    ), banner("categories"))


def facet_screen(
    t: Translator, query: ListQuery, facets: Facets, place: str, draft: str, facet: str, page: int, currency: str
) -> Screen:
    """The tags under one heading; those that would leave nothing only say so."""
    choices = _of(facets, facet)
    pages = max(1, -(-len(choices) // TAGS))
    page = min(max(page, 1), pages)
    shown = choices[(page - 1) * TAGS : page * TAGS]
    text = Markup("\n").join([
        t("catalog-facet-title", facet=t.plain(f"catalog-facet-{facet}")),
        _summary(t, query.filters, facets, currency),
    ])
    turn = [
        button(sign, FilterTap(place=place, draft=draft, facet=facet, page=(page - 1 + step) % pages + 1))
        for sign, step in (("‹", -1), ("›", 1))
    ] if pages > 1 else []
    return Screen(text, keyboard(
        *flow((_tag_key(t, each, place, draft, facet, page) for each in shown), 2),
        turn,
        _last_keys(t, query.filters, facets, place, draft),
        way_back(t, FilterTap(place=place, draft=draft)),
    ), banner("categories"))


def price_question(t: Translator, place: str, draft: str) -> Screen:
    return Screen(t("catalog-price-question"), keyboard(way_back(t, FilterTap(place=place, draft=draft))),
                  banner("categories"))


def _summary(t: Translator, filters: Filters, facets: Facets, currency: str) -> Markup:
    parts = [t("catalog-filter-title")]
    if filters.count:
        parts.append(t.n("catalog-filter-chosen", filters.count))
    parts.append(t.n("catalog-filter-matches", facets.total))
    lines = [Markup(" · ").join(parts)]
    names = [t.pick(each.tag.name) for each in facets.tags if each.chosen]
    if filters.price_from is not None or filters.price_to is not None:
        names.append(_range(t, filters.price_from, filters.price_to, currency))
    if names:
        lines.append(t("catalog-filter-list", names=t.plain("catalog-comma").join(names)))
    return Markup("\n").join(lines)


def _range(t: Translator, low: int | None, high: int | None, currency: str) -> str:
    if low is None:
        assert high is not None
        return t.plain("catalog-band-to", amount=t.money(Money(high, currency)))
    if high is None:
        return t.plain("catalog-band-from", amount=t.money(Money(low, currency)))
    return t.plain("catalog-band-between", low=t.money(Money(low, currency)), high=t.money(Money(high, currency)))


def bands(edges: tuple[int, int]) -> tuple[tuple[int | None, int | None], ...]:
    """The three price bands in minor units: up to, between, above."""
    low, high = edges
    return ((None, low), (low + 1, high), (high + 1, None))


def _band_keys(
    t: Translator, filters: Filters, facets: Facets, place: str, draft: str, currency: str
) -> list[Row]:
    low, high = (Money(edge, currency) for edge in facets.band_edges)
    labels = (
        t.plain("catalog-band-to", amount=t.money(low)),
        t.plain("catalog-band-between", low=t.money(low), high=t.money(high)),
        t.plain("catalog-band-over", amount=t.money(high)),
    )
    keys: list[InlineKeyboardButton] = []
    for number, (label, band, count) in enumerate(
        zip(labels, bands(facets.band_edges), facets.bands, strict=True), start=1
    ):
        chosen = (filters.price_from, filters.price_to) == band
        label = f"{'✅ ' if chosen else ''}{label} ({t.number(count)})"
        if count or chosen:
            keys.append(button(label, FilterToggleTap(place=place, draft=draft, what=str(number))))
        else:
            keys.append(button(label, NoteTap(key="catalog-filter-none")))
    keys.append(button(t.plain("catalog-band-custom"), FilterToggleTap(place=place, draft=draft, what="c")))
    return flow(keys, 2)


def _of(facets: Facets, facet: str) -> Sequence[Choice]:
    return [each for each in facets.tags if (each.tag.facet or "other") == facet]


def _facet_key(t: Translator, facets: Facets, facet: str, place: str, draft: str) -> InlineKeyboardButton:
    chosen = sum(each.chosen for each in _of(facets, facet))
    label = t.plain(f"catalog-facet-{facet}") + (f" ({t.number(chosen)})" if chosen else "")
    return button(label, FilterTap(place=place, draft=draft, facet=facet))


def _tag_key(t: Translator, choice: Choice, place: str, draft: str, facet: str, page: int) -> InlineKeyboardButton:
    label = f"{'✅ ' if choice.chosen else ''}{t.pick(choice.tag.name)} ({t.number(choice.count)})"
    if not choice.count and not choice.chosen:
        return button(label, NoteTap(key="catalog-filter-none"))
    return button(label, FilterToggleTap(place=place, draft=draft, what=f"t{choice.tag.id}", facet=facet, page=page))


def _last_keys(t: Translator, filters: Filters, facets: Facets, place: str, draft: str) -> Row:
    clear = [button(t.plain("catalog-filter-clear"), FilterToggleTap(place=place, draft=draft, what="x"))]
    target = Place(token=draft).pack() if draft else place
    view = button(t.plain("catalog-filter-view", facets.total), ListTap(place=target), PRIMARY)
    return [*(clear if filters.count else []), view]
