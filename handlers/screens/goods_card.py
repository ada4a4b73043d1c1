"""A product's card for those who look after it, why it is taken off, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.screen import Screen
from keyboards.admin import GoodsDoor, way_back
from keyboards.goods import (
    GoodsCopyTap,
    GoodsEditTap,
    GoodsListTap,
    GoodsOffTap,
    GoodsPastTap,
    GoodsPlanTap,
    GoodsPreviewTap,
    GoodsShelfTap,
    GoodsTap,
)
from keyboards.layout import DANGER, PRIMARY, Row, button, flow, keyboard
from locales import Translator
from services.catalog.types import OFF, ON, Variant, shelf_state
from services.inventory.goods import OFF_REASONS, GoodsCard
from services.shared.actors import Actor
from services.shared.money import Money
from services.staff.types import AUDIT_VIEW, CATALOG_EDIT, AuditEntry

_NAME_CELLS = 80
_MOST_ROWS = 30
PAST_PAGE = 8


def card_screen(t: Translator, goods: GoodsCard, actor: Actor, now: datetime, place: str) -> Screen:
    """Facts, each SKU's price, cost, margin and stock, where it stands, and what may be done."""
    card = goods.card
    state = shelf_state(card.published_at, now)
    lines = [
        t("goods-card-name", name=t.pick(card.name)),
        t("goods-card-facts", code=card.code, state=t(f"goods-state-{state}"), when=_when(t, goods, state)),
        *_facts(t, goods),
        *(_sku(t, goods, variant) for variant in card.variants[:_MOST_ROWS]),
    ]
    if len(card.variants) > _MOST_ROWS:
        lines.append(t("goods-card-more", count=t.number(len(card.variants) - _MOST_ROWS)))
    if goods.missing:
        names = t.plain("goods-comma").join(t.plain(f"goods-field-{name}") for name in goods.missing)
        lines.append(t("goods-card-missing", names=names))
    lines.append(t("goods-card-changed", name=goods.updated_by or "—", when=t.moment(goods.updated_at)))
    keys = _acts(t, goods, state) if may(actor, CATALOG_EDIT) else []
    past = [button(t.plain("goods-tap-past"), GoodsPastTap(product=card.product_id))] if may(actor, AUDIT_VIEW) else []
    preview = button(t.plain("goods-tap-preview"), GoodsPreviewTap(product=card.product_id, language=t.language))
    back = GoodsListTap(place=place) if place else GoodsDoor()
    return Screen(Markup("\n").join(lines), keyboard(*keys, [preview, *past], way_back(t, back)))


def _when(t: Translator, goods: GoodsCard, state: str) -> Markup:
    if state == OFF:
        reason = goods.off_reason
        return t("goods-card-off", reason=t(f"goods-off-{reason}") if reason in OFF_REASONS else reason) if reason \
            else Markup()
    assert goods.card.published_at is not None, "on the shelf or planned"
    return t("goods-card-since", when=t.moment(goods.card.published_at, relative=False))


def _facts(t: Translator, goods: GoodsCard) -> list[Markup]:
    card = goods.card
    brand = " ".join(part for part in (t.pick(card.brand), card.model) if part)
    counts = t("goods-card-counts", photos=t.number(len(card.gallery)), sold=t.number(card.sold))
    return [*([t("goods-card-brand", brand=brand)] if brand else []), counts]


def _sku(t: Translator, goods: GoodsCard, variant: Variant) -> Markup:
    names = [
        t.pick(value.name) for axis, code in zip(goods.card.axes, variant.values, strict=False)
        for value in axis.values if value.code == code
    ]
    cost = goods.costs.get(variant.sku_id)
    prices = next((sku.prices for sku in goods.fields.skus if sku.code == variant.code), {})
    others = "".join(f" · {t.money(Money(price, currency))}" for currency, (price, _) in sorted(prices.items()))
    return t(
        "goods-card-sku", name=short(" · ".join(names) or variant.code, _NAME_CELLS),
        price=t.money(variant.price) + others,
        was=t("goods-card-was", price=t.money(variant.list_price)) if variant.list_price is not None else "",
        margin=margin(t, variant.price, cost) if cost is not None else "",
        stock=t.number(goods.stock.get(variant.sku_id, 0)),
    )


def margin(t: Translator, price: Money, cost: Money) -> Markup:
    """What a piece costs and which part of the price is left."""
    share = (price.amount - cost.amount) * 10_000 // price.amount if price.amount else 0
    return t("goods-card-cost", cost=t.money(cost), margin=t.percent(share // 100 * 100))


def _acts(t: Translator, goods: GoodsCard, state: str) -> list[Row]:
    card = goods.card
    which: dict[str, Any] = {"product": card.product_id, "version": card.version}
    rows: list[InlineKeyboardButton] = [button(t.plain("goods-tap-edit"), GoodsEditTap(product=card.product_id))]
    if state != ON:
        rows.append(button(t.plain("goods-tap-shelf"), GoodsShelfTap(**which), PRIMARY))
        rows.append(button(t.plain("goods-tap-plan"), GoodsPlanTap(**which)))
    if state != OFF:
        rows.append(button(t.plain("goods-tap-take-off"), GoodsOffTap(**which)))
    rows.append(button(t.plain("goods-tap-copy"), GoodsCopyTap(product=card.product_id)))
    return flow(rows, 2)


def off_question(t: Translator, goods: GoodsCard, version: int) -> Screen:
    """Why it is taken off the shelf."""
    product_id = goods.card.product_id
    return Screen(t("goods-off-question", name=t.pick(goods.card.name)), keyboard(
        *flow((button(t.plain(f"goods-off-{reason}"), GoodsOffTap(product=product_id, version=version, what=reason))
               for reason in OFF_REASONS), 2),
        way_back(t, GoodsTap(product=product_id)),
    ))


def plan_question(t: Translator, goods: GoodsCard, now: datetime, problem: str = "") -> Screen:
    """From when on it is to be on the shelf."""
    return Screen(plan_text(t, t.pick(goods.card.name), now, problem),
                  keyboard(way_back(t, GoodsTap(product=goods.card.product_id))))


def plan_text(t: Translator, name: str, now: datetime, problem: str) -> Markup:
    lines = [Markup.escape(problem)] if problem else []
    return Markup("\n").join([*lines, t("goods-plan-question", name=name, now=t.datetime(now))])


def below_cost_question(t: Translator, goods: GoodsCard, version: int) -> Screen:
    """It would sell below its cost: is that meant?"""
    sure = GoodsShelfTap(product=goods.card.product_id, version=version, sure=True)
    cheap = [variant.code for variant in goods.card.variants
             if any(sku.code == variant.code and sku.cost is not None and sku.price is not None
                    and sku.price < sku.cost for sku in goods.fields.skus)]
    return Screen(t("goods-below-cost", codes=t.plain("goods-comma").join(cheap)), keyboard(
        [button(t.plain("goods-tap-below-cost"), sure, DANGER)], way_back(t, GoodsTap(product=goods.card.product_id)),
    ))


def past_screen(t: Translator, goods: GoodsCard, entries: Sequence[AuditEntry], before: int | None) -> Screen:
    """What was done to it, by whom and when, the latest first."""
    product_id = goods.card.product_id
    lines = [t("goods-past-title", name=t.pick(goods.card.name)), *([] if entries else [t("goods-past-empty")])]
    lines += [_entry(t, goods, entry) for entry in entries[:PAST_PAGE]]
    older = [button(t.plain("goods-tap-older"), GoodsPastTap(product=product_id, before=entries[PAST_PAGE - 1].id))] \
        if len(entries) > PAST_PAGE else []
    back = GoodsTap(product=product_id) if before is None else GoodsPastTap(product=product_id)
    return Screen(Markup("\n").join(lines), keyboard(older, way_back(t, back)))


def _entry(t: Translator, goods: GoodsCard, entry: AuditEntry) -> Markup:
    act = entry.act.replace(".", "-")
    what = t(f"goods-past-{act}") if t.has(f"goods-past-{act}") else Markup.escape(entry.act)
    details = [t.plain(f"goods-field-{name}") for name in entry.facts.get("fields", ())
               if t.has(f"goods-field-{name}")]
    for code, pair in entry.facts.get("prices", {}).items():
        details.append(_moved(t, code, pair, goods.fields.currency))
    for currency, pairs in entry.facts.get("other_prices", {}).items():
        details += [_moved(t, code, pair, currency) for code, pair in pairs.items()]
    if reason := entry.facts.get("reason"):
        details.append(t.plain(f"goods-off-{reason}") if reason in OFF_REASONS else str(reason))
    return t("goods-past-line", when=t.datetime(entry.at), name=entry.name, what=what,
             details=t.plain("goods-comma").join(details[:12]))


def _moved(t: Translator, code: str, pair: Sequence[int | None], currency: str) -> str:
    old, new = (t.money(Money(amount, currency)) if amount else "—" for amount in pair)
    return t.plain("goods-past-price", code=code, old=old, new=new)


def may(actor: Actor, permission: str) -> bool:
    return "*" in actor.permissions or permission in actor.permissions
