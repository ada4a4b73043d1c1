"""What customers asked to be told: the notices, and the list of what they wait for."""

from __future__ import annotations

from markupsafe import Markup

from handlers.screens.goods import goods_name
from handlers.screens.screen import Picture, Screen, banner
from keyboards.alerts import AlertDropTap, AlertsTap
from keyboards.catalog import AddTap, CategoriesTap, ProductTap
from keyboards.customers import MeTap
from keyboards.layout import PRIMARY, Row, button, keyboard, way_back
from locales import Translator
from services.alerts.types import Alerts, Cheaper
from services.catalog.types import SkuFacts

_BREAK = Markup("\n")
PAGE = 6
_NAME_CELLS = 40


def back_notice(t: Translator, sku: SkuFacts) -> Screen:
    """It can be had again."""
    text = t("alerts-back", name=goods_name(t, sku.product_name, sku.options), price=t.money(sku.price))
    return Screen(text, keyboard(
        [button(t.plain("alerts-tap-add"), AddTap(sku=sku.sku_id), PRIMARY)],
        [button(t.plain("alerts-tap-look"), ProductTap(product=sku.product_id)),
         button(t.plain("alerts-tap-mine"), AlertsTap())],
    ), Picture(sku.picture_key))


def cheaper_notice(t: Translator, cheaper: Cheaper) -> Screen:
    """It costs less than when it was saved."""
    item = cheaper.item
    key = "alerts-cheaper-from" if item.varies else "alerts-cheaper"
    text = t(key, name=goods_name(t, item.name), drop=t.money(cheaper.drop), price=t.money(item.price))
    return Screen(text, keyboard(
        [button(t.plain("alerts-tap-look"), ProductTap(product=item.product_id), PRIMARY)],
        [button(t.plain("alerts-tap-stop"), AlertDropTap(kind="price", row=item.product_id)),
         button(t.plain("alerts-tap-mine"), AlertsTap())],
    ), Picture(item.picture_key))


def mine(t: Translator, alerts: Alerts, page: int) -> Screen:
    """Everything that the person waits for, each with a key to stop that."""
    entries = _entries(t, alerts)
    pages = max(1, -(-len(entries) // PAGE))
    page = min(max(page, 1), pages)
    shown = entries[(page - 1) * PAGE : page * PAGE]
    lines = [t("alerts-title", restock=t.number(len(alerts.restock)), price=t.number(len(alerts.price)))]
    lines += [t("alerts-line", number=number, line=line) for number, (line, _, _) in enumerate(shown, start=1)]
    if not entries:
        lines.append(t("alerts-empty"))
    rows: list[Row] = [
        [button(t.plain("alerts-tap-open", number=t.number(number)), look),
         button(t.plain("alerts-tap-remove", number=t.number(number)), drop)]
        for number, (_, look, drop) in enumerate(shown, start=1)
    ]
    turning = [
        button("‹", AlertsTap(page=(page - 2) % pages + 1)), button("›", AlertsTap(page=page % pages + 1)),
    ] if pages > 1 else []
    browse = [] if entries else [button(t.plain("catalog-tap-browse"), CategoriesTap(), PRIMARY)]
    return Screen(_BREAK.join(lines), keyboard(*rows, turning, browse, way_back(t, MeTap())), banner("favourites"))


def _entries(t: Translator, alerts: Alerts) -> list[tuple[Markup, ProductTap, AlertDropTap]]:
    found = [
        (t("alerts-line-restock", name=goods_name(t, sku.product_name, sku.options, _NAME_CELLS)),
         ProductTap(product=sku.product_id), AlertDropTap(kind="restock", row=sku.sku_id))
        for sku in alerts.restock
    ]
    for each in alerts.price:
        if each.item is None or each.saved is None:
            line = t("alerts-line-gone")
        else:
            name = goods_name(t, each.item.name, (), _NAME_CELLS)
            line = t("alerts-line-price", name=name, saved=t.money(each.saved), price=t.money(each.item.price))
        found.append((line, ProductTap(product=each.product_id), AlertDropTap(kind="price", row=each.product_id)))
    return found
