"""What a draft would do: three sample carts, line by line, and what to think of before it starts."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.screens import deals_words as words
from handlers.screens.deals_builder import out_keys
from handlers.screens.goods import short
from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.deals import DraftTap
from keyboards.layout import keyboard
from locales import Translator
from services.promotions.publishing import Tried
from services.promotions.simulating import Below, SampleCart

_BREAK = Markup("\n")
_NAME_CELLS, _MOST_BELOW, _MOST_OVERLAPS = 28, 5, 4


def trial(t: Translator, tried: Tried, now: datetime, *, may_edit: bool) -> Screen:
    """The sample carts and the warnings."""
    draft = tried.draft
    parts = [t("deals-trial", benefit=words.benefit(t, draft.fields), goods=t.number(tried.goods))]
    parts += [_cart(t, cart) for cart in tried.carts]
    parts += warnings(t, tried)
    ready = may_edit and not draft.fields.missing(now) and not tried.below
    keys = out_keys(t, draft, now) if ready else []
    return Screen(_BREAK.join(parts), keyboard(*keys, way_back(t, DraftTap(draft=draft.id))))


def below_cost(t: Translator, tried: Tried, now: datetime) -> Screen:
    """The second step of starting what sells below cost."""
    parts = [_BREAK.join(_below(t, tried)), t("deals-below-sure")]
    return Screen(_BREAK.join(parts), keyboard(*out_keys(t, tried.draft, now, sure=True),
                                               way_back(t, DraftTap(draft=tried.draft.id))))


def warnings(t: Translator, tried: Tried) -> list[Markup]:
    """What somebody should know before it starts."""
    found: list[Markup] = []
    if not tried.goods:
        found.append(t("deals-warn-empty"))
    if tried.far:
        found.append(t("deals-warn-far"))
    if tried.below:
        found += _below(t, tried)
    found += [t(f"deals-overlap-{each.how}", name=short(t.pick(each.name), _NAME_CELLS))
              for each in tried.overlaps[:_MOST_OVERLAPS]]
    if len(tried.overlaps) > _MOST_OVERLAPS:
        found.append(t.n("deals-overlap-more", len(tried.overlaps) - _MOST_OVERLAPS))
    return found


def _below(t: Translator, tried: Tried) -> list[Markup]:
    lines = [t.n("deals-warn-below", len(tried.below))]
    lines += [_below_line(t, each, tried.costs_visible) for each in tried.below[:_MOST_BELOW]]
    if len(tried.below) > _MOST_BELOW:
        lines.append(t.n("deals-below-more", len(tried.below) - _MOST_BELOW))
    return lines


def _below_line(t: Translator, each: Below, costs_visible: bool) -> Markup:
    name = short(t.pick(each.name), _NAME_CELLS)
    if not costs_visible:
        return t("deals-below-line", name=name, code=each.sku_code)
    return t("deals-below-line-numbers", name=name, code=each.sku_code, lowest=t.money(each.lowest),
             cost=t.money(each.cost), short=t.money(each.cost - each.lowest))


def _cart(t: Translator, cart: SampleCart) -> Markup:
    rows = [t("deals-cart", size=t.plain(f"deals-cart-{cart.size}"), before=t.money(cart.before),
              after=t.money(cart.after), saving=t.money(cart.before - cart.after))]
    for line in cart.lines:
        name = short(t.pick(line.name), _NAME_CELLS)
        key = "deals-cart-line" if line.before != line.after else "deals-cart-line-same"
        rows.append(t(key, name=name, quantity=t.number(line.quantity), before=t.money(line.before),
                      after=t.money(line.after)))
    if cart.why is not None:
        missing = t.money(cart.missing) if cart.missing is not None else ""
        rows.append(t(f"deals-cart-why-{cart.why}", missing=missing))
    return _BREAK.join(rows)
