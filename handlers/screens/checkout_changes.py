"""What became different under a customer's eyes, in words."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.goods import goods_name, short
from locales import Translator
from services.orders.types import Change, Shortage
from services.shared.money import Money

_NAME_CELLS = 28
_MOST = 5


def change_lines(t: Translator, changes: Sequence[Change], cells: int = _NAME_CELLS) -> list[Markup]:
    """One line that names the differences and asks to confirm again; none where there are none.

    `cells` is how much of a name there is room for.
    """
    if not changes:
        return []
    told = [_change(t, change, min(cells, _NAME_CELLS)) for change in changes]
    # The new total is told in any case: it is what the button says.
    kept = told if len(told) <= _MOST else [*told[: _MOST - 1], told[-1]]
    words = Markup(t("checkout-change-semicolon")).join(kept)
    return [t("checkout-changes", changes=words), t("checkout-confirm-again")]


def shortage_lines(t: Translator, shortages: Sequence[Shortage], cells: int = _NAME_CELLS) -> list[Markup]:
    return [_shortage(t, shortage, min(cells, _NAME_CELLS)) for shortage in shortages[:_MOST]]


def _change(t: Translator, change: Change, cells: int) -> Markup:
    facts = {name: _word(t, value) for name, value in (("old", change.old), ("new", change.new)) if value is not None}
    if change.name is not None:
        facts["name"] = short(t.pick(change.name), cells)
    return t(_key(change), **facts)


def _key(change: Change) -> str:
    if change.kind == "coupon" and isinstance(change.new, Money) and not change.new:
        return "checkout-change-coupon-gone"
    if change.kind == "delivery" and change.name is None:
        return "checkout-change-delivery-gone"
    return f"checkout-change-{change.kind}"


def _shortage(t: Translator, shortage: Shortage, cells: int) -> Markup:
    name = goods_name(t, shortage.name, shortage.options, cells)
    if shortage.available == 0:
        return t("checkout-sold-out", name=name)
    return t.n("checkout-short", shortage.available, name=name, wanted=t.number(shortage.wanted))


def _word(t: Translator, value: Money | int) -> str:
    return t.money(value) if isinstance(value, Money) else t.number(value)
