"""The list of products, one's drafts, and the questions around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.goods_card import may
from handlers.screens.screen import Screen
from keyboards.admin import GoodsDoor, StockDoor, way_back
from keyboards.goods import (
    TABS,
    DraftsTap,
    DraftTap,
    GoodsFindTap,
    GoodsListTap,
    GoodsPlace,
    GoodsTap,
    NewGoodsTap,
)
from keyboards.layout import PRIMARY, Row, button, flow, keyboard
from keyboards.taps import NoteTap
from locales import Translator
from services.catalog.fields import DraftLine
from services.catalog.goods import PAGE, GoodsPage
from services.catalog.types import GoodsLine
from services.shared.actors import Actor
from services.staff.types import CATALOG_EDIT, STOCK_VIEW

_NAME_CELLS = 44
DRAFTS_PAGE = 8


def list_screen(
    t: Translator, page: GoodsPage, place: GoodsPlace, words: str, stock: Mapping[int, int], now: datetime, actor: Actor
) -> Screen:
    """A page of products with price, stock and where they stand."""
    edits = may(actor, CATALOG_EDIT)
    title = t("goods-list-found", words=words) if words else t(f"goods-list-{place.tab}")
    lines = [t("goods-list-title", what=title, count=t.number(page.total))]
    if not page.lines:
        lines.append(t("goods-list-nothing" if words else "goods-list-empty"))
    lines += [_line(t, number, line, stock, now) for number, line in enumerate(page.lines, start=1)]
    return Screen(Markup("\n").join(lines), keyboard(
        *flow((button(str(number), GoodsTap(product=line.product_id, place=place.pack()))
               for number, line in enumerate(page.lines, start=1)), 4),
        _pages(t, page, place),
        *flow((button(("✅ " if tab == place.tab else "") + t.plain(f"goods-tap-{tab}"),
                      GoodsListTap(place=GoodsPlace(tab, token=place.token).pack())) for tab in TABS), 3),
        [button(t.plain("goods-tap-find"), GoodsFindTap()),
         *([button(t.plain("goods-tap-drafts"), DraftsTap())] if edits else [])],
        [*([button(t.plain("goods-tap-new"), NewGoodsTap(), PRIMARY)] if edits else []),
         *([button(t.plain("goods-tap-stock"), StockDoor())] if may(actor, STOCK_VIEW) else [])],
        way_back(t, GoodsDoor() if words or place.tab != "all" else None),
    ))


def _line(t: Translator, number: int, line: GoodsLine, stock: Mapping[int, int], now: datetime) -> Markup:
    price = t("goods-no-price") if line.price is None else t("goods-price-from" if line.varies else "goods-price",
                                                             price=t.money(line.price))
    free = sum(stock.get(sku_id, 0) for sku_id in line.sku_ids)
    state = line.state(now)
    when = Markup(" ") + t.moment(line.published_at, relative=False) if state == "planned" and line.published_at else ""
    return t("goods-list-line", number=t.number(number), name=short(t.pick(line.name), _NAME_CELLS), code=line.code,
             price=price, stock=t.number(free), state=t(f"goods-state-{state}"), when=when)


def _pages(t: Translator, page: GoodsPage, place: GoodsPlace) -> Row:
    pages = max(1, -(-page.total // PAGE))
    if pages == 1:
        return []
    number = min(max(place.number, 1), pages)
    label = t.plain("goods-page", number=t.number(number), pages=t.number(pages))
    row = [button(label, NoteTap(key="goods-page-note"))]
    if page.before:
        row.insert(0, button("‹", GoodsListTap(place=place.at(page.before, max(1, number - 1)).pack())))
    if page.after:
        row.append(button("›", GoodsListTap(place=place.at(page.after, number + 1).pack())))
    return row


def find_question(t: Translator) -> Screen:
    return Screen(t("goods-find"), keyboard(way_back(t, GoodsDoor())))


def drafts_screen(t: Translator, found: Sequence[DraftLine], before: int | None) -> Screen:
    """One's own drafts, the youngest first."""
    lines = [t("goods-drafts-title"), *([] if found else [t("goods-drafts-empty")])]
    lines += [
        t("goods-drafts-line", number=t.number(number), name=_draft_name(t, draft), code=draft.code,
          kind=t("goods-drafts-new" if draft.product_id is None else "goods-drafts-change"),
          when=t.moment(draft.updated_at))
        for number, draft in enumerate(found[:DRAFTS_PAGE], start=1)
    ]
    last = found[:DRAFTS_PAGE][-1:]
    older = [button(t.plain("goods-tap-older"), DraftsTap(before=draft.id)) for draft in last]
    return Screen(Markup("\n").join(lines), keyboard(
        *flow((button(str(number), DraftTap(draft=draft.id))
               for number, draft in enumerate(found[:DRAFTS_PAGE], start=1)), 4),
        older if len(found) > DRAFTS_PAGE else [],
        [button(t.plain("goods-tap-new"), NewGoodsTap(), PRIMARY)],
        way_back(t, GoodsDoor() if before is None else DraftsTap()),
    ))


def _draft_name(t: Translator, draft: DraftLine) -> str:
    return short(t.pick(draft.name), _NAME_CELLS) or t.plain("goods-nameless")
