"""Prices that were typed: done, asked about, taken back."""

from __future__ import annotations

from markupsafe import Markup

from handlers.screens.screen import Screen
from handlers.screens.stock import sku_name
from keyboards.admin import StockDoor, way_back
from keyboards.layout import DANGER, button, keyboard
from keyboards.stock import PriceSureTap, PriceUndoTap, StockTap
from locales import Translator
from services.catalog.repricing import DONE, Price, PriceChange
from services.shared.money import Money

_BREAK = Markup("\n")


def changed(t: Translator, change: PriceChange) -> Screen:
    """The price before and now, and the way to take it back."""
    undone = change.state != DONE
    was, now = (change.now, change.was) if undone else (change.was, change.now)
    facts = {"name": sku_name(t, change.sku), "code": change.sku.sku_code}
    lines = [
        t("stock-price-undone" if undone else "stock-price-done", **facts),
        t("stock-price-moved", was=_price(t, was), now=_price(t, now)),
    ]
    if not undone and was is not None and was.list_price is not None and now is not None and now.list_price is None:
        lines.append(t("stock-price-no-list", was=t.money(was.list_price)))
    undo = [] if undone else [button(t.plain("stock-tap-price-undo"), PriceUndoTap(change=change.id))]
    return Screen(_BREAK.join(lines), keyboard(
        [*undo, button(t.plain("stock-tap-card"), StockTap(sku=change.sku.sku_id))], way_back(t, StockDoor()),
    ))


def below_cost(t: Translator, change: PriceChange, *, costs: bool) -> Screen:
    """Nothing has changed yet; `costs` says whether these eyes may see what it costs."""
    assert change.was is not None, "only the product's own price is compared with its cost"
    price = t.money(change.now.price)
    facts = {"name": sku_name(t, change.sku), "code": change.sku.sku_code, "price": price}
    if costs and change.cost is not None:
        loss = Money(change.cost.amount - change.now.price.amount, change.cost.currency)
        text = t("stock-price-below-cost", cost=t.money(change.cost), loss=t.money(loss), **facts)
    else:
        text = t("stock-price-below", **facts)
    return Screen(text, keyboard(
        [button(t.plain("stock-tap-price-sure", price=price), PriceSureTap(change=change.id), DANGER)],
        [button(t.plain("stock-tap-price-keep", price=t.money(change.was.price)), StockTap(sku=change.sku.sku_id))],
        way_back(t, StockDoor()),
    ))


def _price(t: Translator, price: Price | None) -> Markup | str:
    if price is None:
        return "—"
    shown = t.money(price.price)
    return shown if price.list_price is None else t("stock-price-was", price=shown, was=t.money(price.list_price))
