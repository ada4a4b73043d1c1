"""What became different under a customer's eyes, in words."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.goods import goods_name
from keyboards.layout import fit
from locales import Translator
from services.orders.types import Change, Shortage
from services.shared.money import Money

_NAME_CELLS = 28
_MOST = 5


def change_lines(t: Translator, changes: Sequence[Change]) -> list[Markup]:
    """One line that names the differences and asks to confirm again; none where there are none."""
    if not changes:
        return []
    told = [_change(t, change) for change in changes]
    # The new total is told in any case: it is what the button says.
    kept = told if len(told) <= _MOST else [*told[: _MOST - 1], told[-1]]
    words = Markup(t("checkout-change-semicolon")).join(kept)
    return [t("checkout-changes", changes=words), t("checkout-confirm-again")]


def shortage_lines(t: Translator, shortages: Sequence[Shortage]) -> list[Markup]:
    return [_shortage(t, shortage) for shortage in shortages[:_MOST]]


def _change(t: Translator, change: Change) -> Markup:
    facts = {name: _word(t, value) for name, value in (("old", change.old), ("new", change.new)) if value is not None}
    if change.name is not None:
        facts["name"] = fit(t.pick(change.name), _NAME_CELLS)
    return t(_key(change), **facts)


def _key(change: Change) -> str:
    if change.kind == "coupon" and isinstance(change.new, Money) and not change.new:
        return "checkout-change-coupon-gone"
    if change.kind == "delivery" and change.name is None:
        return "checkout-change-delivery-gone"
    return f"checkout-change-{change.kind}"


def _shortage(t: Translator, shortage: Shortage) -> Markup:
    name = goods_name(t, shortage.name, shortage.options, _NAME_CELLS)
    if shortage.available == 0:
        return t("checkout-sold-out", name=name)
    return t.n("checkout-short", shortage.available, name=name, wanted=t.number(shortage.wanted))


def _word(t: Translator, value: Money | int) -> str:
    return t.money(value) if isinstance(value, Money) else t.number(value)
