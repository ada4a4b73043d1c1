"""The card of a SKU that is low, in the staff group: one for each time, with what the sales say."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.screens.screen import Screen
from handlers.screens.stock import sku_name
from keyboards.layout import PRIMARY, button, keyboard
from keyboards.stock import LowRestockTap, LowSleepTap
from locales import Translator
from services.inventory.types import LowStock

_BREAK = Markup("\n")


def low_card(t: Translator, low: LowStock, now: datetime) -> Screen:
    """Says what is left and how long it lasts; over when the stock is above its safety again."""
    facts = {
        "name": sku_name(t, low.sku), "code": low.sku.sku_code, "free": t.number(max(0, low.free)),
        "safety": t.number(low.safety),
    }
    if low.ended_at is not None:
        return Screen(t("stock-low-over", **facts))
    lines = [t("stock-low" if low.free > 0 else "stock-low-out", **facts), _outlook(t, low)]
    asleep = low.asleep_until is not None and low.asleep_until > now
    if asleep and low.asleep_until is not None:
        lines.append(t("stock-low-asleep", when=t.date(low.asleep_until)))
    keys = [button(t.plain("stock-tap-low-restock"), LowRestockTap(time=low.time_id), PRIMARY)]
    if not asleep:
        keys.append(button(t.plain("stock-tap-low-sleep"), LowSleepTap(time=low.time_id)))
    return Screen(_BREAK.join(lines), keyboard(*([key] for key in keys)))


def _outlook(t: Translator, low: LowStock) -> Markup:
    """"Sold out in about 3 days, suggest ordering 120 (40 sold in 30 days)"."""
    forecast = low.forecast
    if not forecast.sold:
        return t("stock-low-quiet")
    facts = {"sold": t.number(forecast.sold), "pieces": t.number(forecast.order)}
    if low.free <= 0:
        return t("stock-low-order", **facts)
    return t.n("stock-low-days", forecast.days or 0, **facts)
