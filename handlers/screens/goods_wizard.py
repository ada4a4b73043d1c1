"""The wizard's card that fills up, its further fields, and what is asked before a draft is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.goods_card import margin, may, plan_text
from handlers.screens.screen import Screen
from keyboards.admin import GoodsDoor, way_back
from keyboards.goods import (
    DraftDropTap,
    DraftPlanTap,
    DraftPreviewTap,
    DraftRebaseTap,
    DraftSaveTap,
    DraftsTap,
    DraftTap,
    FieldTap,
    GoodsNodeTap,
    GoodsTagTap,
    GoodsTap,
    PhotoTap,
)
from keyboards.layout import DANGER, PRIMARY, Row, button, flow, keyboard
from keyboards.taps import Tap
from locales import Translator
from services.catalog.fields import Fields
from services.catalog.readiness import undisclosed
from services.catalog.typed import axes_text
from services.catalog.types import OFF
from services.inventory.goods import DraftView
from services.shared.actors import Actor
from services.shared.money import Money
from services.staff.types import COSTS_VIEW

MAIN = ("name", "category", "photos", "axes", "price", "stock", "description")
FURTHER = ("brand", "model", "material", "prices", "cost", "points", "specs", "box", "tags", "video", "manual",
           "warranty", "limit", "code", "sku_codes")
_SIGNS: dict[str, str] = dict(zip((*MAIN, "disclosures"), "①②③④⑤⑥⑦⑧", strict=True))
_CELLS = 60


def draft_card(
    t: Translator, view: DraftView, actor: Actor, *, more: bool = False, currencies: Sequence[str] = ()
) -> Screen:
    """What is filled and what is missing; a tap on any part fills it. `currencies` are the shop's further ones."""
    draft = view.draft
    title = t("goods-draft-new") if draft.product_id is None else t("goods-draft-change",
                                                                    name=short(t.pick(draft.fields.name), _CELLS))
    shown = [name for name in _shown(view, actor, more) if currencies or name != "prices"]
    lines = [title, *(_line(t, view, actor, name) for name in shown)]
    if not more:
        lines += _remarks(t, view, actor)
    fields = [button(f"{_SIGNS.get(name, '')} {t.plain(f'goods-field-{name}')}".strip(), _filler(view, name))
              for name in shown]
    back = DraftTap(draft=draft.id) if more else _back(view)
    return Screen(Markup("\n").join(lines), keyboard(
        *flow(fields, 3), *([] if more else _acts(t, view)), way_back(t, back),
    ))


def _back(view: DraftView) -> Tap:
    product_id = view.draft.product_id
    return DraftsTap() if product_id is None else GoodsTap(product=product_id)


def _shown(view: DraftView, actor: Actor, more: bool) -> list[str]:
    if not more:
        return [*MAIN, *(["disclosures"] if view.rules else [])]
    hidden = {"cost"} if not may(actor, COSTS_VIEW) else set()
    return [name for name in FURTHER if name not in hidden]


def _filler(view: DraftView, name: str) -> Tap:
    draft_id = view.draft.id
    if name == "category":
        return GoodsNodeTap(draft=draft_id)
    if name == "photos" and view.draft.fields.photos:
        return PhotoTap(draft=draft_id, page=1)
    if name == "tags":
        return GoodsTagTap(draft=draft_id)
    return FieldTap(draft=draft_id, field=name)


def _acts(t: Translator, view: DraftView) -> list[Row]:
    draft_id = view.draft.id
    preview = button(t.plain("goods-tap-preview"), DraftPreviewTap(draft=draft_id, language=t.language))
    more = button(t.plain("goods-tap-more"), DraftTap(draft=draft_id, more=True))
    plan = button(t.plain("goods-tap-plan"), DraftPlanTap(draft=draft_id))
    shelf = button(t.plain("goods-tap-shelf"), DraftSaveTap(draft=draft_id, what="now"), PRIMARY)
    drop = button(t.plain("goods-tap-drop"), DraftDropTap(draft=draft_id))
    if view.draft.product_id is None:
        off = button(t.plain("goods-tap-save-off"), DraftSaveTap(draft=draft_id, what="off"))
        return [[more, preview], [off, plan], [shelf], [drop]]
    save = button(t.plain("goods-tap-save"), DraftSaveTap(draft=draft_id, what="keep"), PRIMARY)
    put: list[InlineKeyboardButton] = []
    if view.shelf == OFF:
        put = [button(t.plain("goods-tap-save-shelf"), DraftSaveTap(draft=draft_id, what="now")), plan]
    return [[more, preview], put, [save], [drop]]


def _remarks(t: Translator, view: DraftView, actor: Actor) -> list[Markup]:
    lines = []
    if view.changed:
        names = t.plain("goods-comma").join(t.plain(f"goods-field-{name}") for name in view.changed)
        lines.append(t("goods-draft-changed", names=names))
    if view.below_cost:
        lines.append(t("goods-draft-below", codes=t.plain("goods-comma").join(view.below_cost[:6])))
    if view.missing:
        names = t.plain("goods-comma").join(t.plain(f"goods-field-{name}") for name in view.missing)
        lines.append(t("goods-draft-missing", names=names))
    lines.append(t("goods-draft-saved", when=t.time(view.draft.updated_at)))
    return lines


def _line(t: Translator, view: DraftView, actor: Actor, name: str) -> Markup:
    """"② Category ✓ Home › Lamps"; "✗" for what is missing, "–" for what may stay empty."""
    value = _value(t, view, actor, name)
    sign = "✓" if value else ("✗" if name in view.missing else "–")
    line = t("goods-draft-line", sign=_SIGNS.get(name, "▫️"), field=t(f"goods-field-{name}"), state=sign, value=value)
    return line.rstrip()


def _value(t: Translator, view: DraftView, actor: Actor, name: str) -> str:
    fields = view.draft.fields
    if name in view.missing and name in ("price", "stock"):
        return ""
    match name:
        case "name" | "brand" | "material":
            return short(" / ".join(getattr(fields, name).values()), _CELLS)
        case "description":
            return t.plain("goods-letters", len(t.pick(fields.description))) if fields.description else ""
        case "category":
            return short(" › ".join(t.pick(each) for each in view.path), _CELLS)
        case "photos":
            return t.number(len(fields.photos)) if fields.photos else ""
        case "axes":
            return short(axes_text(fields.axes), _CELLS) + f" ({len(fields.skus)})" if fields.axes else ""
        case "price":
            return _prices(t, view, actor)
        case "stock":
            return t.number(sum(stock_of(view).values())) if stock_of(view) else ""
        case "prices":
            return prices_text(t, fields)
        case "cost":
            costs = [sku.cost for sku in fields.skus if sku.cost is not None]
            return _range(t, fields, costs)
        case "disclosures":
            return "" if undisclosed(fields, view.rules) else t.plain("goods-disclosed", len(fields.disclosures))
        case "video" | "manual":
            return t.plain("goods-there") if getattr(fields, name) else ""
        case "warranty":
            return t.plain("goods-months", fields.warranty_months) if fields.warranty_months else ""
        case "limit":
            return t.number(fields.most_per_order) if fields.most_per_order else ""
        case "code" | "model":
            return getattr(fields, name)
        case "sku_codes":
            return short(", ".join(sku.code for sku in fields.skus), _CELLS)
        case _:
            found: Sequence[object] = getattr(fields, name)
            return t.number(len(found)) if found else ""


def stock_of(view: DraftView) -> dict[str, int]:
    """What is there, or will be when the draft is written, by SKU code."""
    found = {sku.code: view.stock.get(sku.code, sku.stock) for sku in view.draft.fields.skus}
    return {code: pieces for code, pieces in found.items() if pieces is not None}


def _prices(t: Translator, view: DraftView, actor: Actor) -> str:
    fields = view.draft.fields
    text = _range(t, fields, [sku.price for sku in fields.skus if sku.price])
    known = [sku for sku in fields.skus if sku.price and sku.cost]
    if not text or not known or not may(actor, COSTS_VIEW):
        return text
    least = min(known, key=lambda sku: (sku.price or 0) - (sku.cost or 0))
    price, cost = Money(least.price or 0, fields.currency), Money(least.cost or 0, fields.currency)
    return f"{text} {margin(t, price, cost).striptags()}"


def prices_text(t: Translator, fields: Fields) -> str:
    """The lowest and the highest price in each further currency."""
    found: dict[str, list[int]] = {}
    for sku in fields.skus:
        for currency, (price, _) in sku.prices.items():
            found.setdefault(currency, []).append(price)
    return ", ".join(
        "–".join(t.money(Money(each, currency)) for each in sorted({min(prices), max(prices)}))
        for currency, prices in sorted(found.items())
    )


def _range(t: Translator, fields: Fields, amounts: Sequence[int]) -> str:
    if not amounts:
        return ""
    low, high = (t.money(Money(each, fields.currency)) for each in (min(amounts), max(amounts)))
    return low if low == high else f"{low}–{high}"


def not_ready(t: Translator, view: DraftView, missing: Sequence[str]) -> Screen:
    """Exactly what is missing; a tap leads there."""
    draft_id = view.draft.id
    names = t.plain("goods-comma").join(_missing_name(t, view, name) for name in missing)
    return Screen(t("goods-not-ready", names=names), keyboard(
        *flow((button(f"{_SIGNS.get(name, '')} {t.plain(f'goods-field-{name}')}".strip(), _filler(view, name))
               for name in missing), 2),
        way_back(t, DraftTap(draft=draft_id)),
    ))


def _missing_name(t: Translator, view: DraftView, name: str) -> str:
    if name != "disclosures":
        return t.plain(f"goods-field-{name}")
    missing = undisclosed(view.draft.fields, view.rules)
    return t.plain("goods-comma").join(t.pick(rule.name) for rule in view.rules if rule.key in missing)


def below_cost(t: Translator, view: DraftView, what: str) -> Screen:
    """It would sell below its cost: is that meant?"""
    sure = DraftSaveTap(draft=view.draft.id, what=what, sure=True)
    return Screen(t("goods-below-cost", codes=t.plain("goods-comma").join(view.below_cost)), keyboard(
        [button(t.plain("goods-tap-below-cost"), sure, DANGER)],
        [button(t.plain("goods-tap-fix-price"), FieldTap(draft=view.draft.id, field="price"))],
        way_back(t, DraftTap(draft=view.draft.id)),
    ))


def outdated(t: Translator, view: DraftView, name: str) -> Screen:
    """Somebody else was first: what was typed is kept, and may go onto what they left."""
    draft = view.draft
    assert draft.product_id is not None, "only a change can be outdated"
    names = t.plain("goods-comma").join(t.plain(f"goods-field-{each}") for each in view.changed) or "—"
    return Screen(t("goods-outdated", name=name, names=names), keyboard(
        [button(t.plain("goods-tap-rebase"), DraftRebaseTap(draft=draft.id), PRIMARY)],
        [button(t.plain("goods-tap-look"), GoodsTap(product=draft.product_id))],
        way_back(t, DraftTap(draft=draft.id)),
    ))


def code_taken(t: Translator, view: DraftView, code: str, product_id: int) -> Screen:
    """The code is another product's: open that one, or type another code."""
    return Screen(t("goods-code-taken", code=code), keyboard(
        [button(t.plain("goods-tap-open"), GoodsTap(product=product_id), PRIMARY)],
        [button(t.plain("goods-tap-other-code"), FieldTap(draft=view.draft.id, field="code"))],
        way_back(t, DraftTap(draft=view.draft.id)),
    ))


def plan_question(t: Translator, view: DraftView, now: datetime, problem: str = "") -> Screen:
    """From when on the draft's product is to be on the shelf."""
    name = t.pick(view.draft.fields.name) or t.plain("goods-nameless")
    return Screen(plan_text(t, name, now, problem), keyboard(way_back(t, DraftTap(draft=view.draft.id))))


def drop_question(t: Translator, view: DraftView) -> Screen:
    """A draft is gone for good: asked before."""
    name = t.pick(view.draft.fields.name) or t.plain("goods-nameless")
    return Screen(t("goods-drop-question", name=name), keyboard(
        [button(t.plain("goods-tap-drop-sure"), DraftDropTap(draft=view.draft.id, sure=True), DANGER)],
        way_back(t, DraftTap(draft=view.draft.id)),
    ))


def gone(t: Translator) -> Screen:
    """The draft was thrown away."""
    return Screen(t("goods-dropped"), keyboard([button(t.plain("goods-tap-drafts"), DraftsTap())],
                                               way_back(t, GoodsDoor())))
