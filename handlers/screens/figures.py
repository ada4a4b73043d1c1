"""Figures in words and numbers: of a period, of this moment, and the owners' digest."""

from __future__ import annotations

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import figures as keys
from locales import Translator
from services.analytics.types import Day, Figures, Now
from services.shared.money import Money

_BREAK = Markup("\n")
_BARS = "▁▂▃▄▅▆▇█"
# More days than this say less than their sum.
_MOST_BARS = 31
# A change of more than this (in basis points) says nothing.
_MOST_CHANGE = 99_900


def figures(t: Translator, shown: Figures) -> Screen:
    """A period's figures."""
    return Screen(_BREAK.join(_lines(t, shown)), keys.figures_keys(t, shown.period.name))


def ask_days(t: Translator, wrong: bool) -> Screen:
    text = t("figures-ask-days")
    return Screen(_BREAK.join((t("figures-bad-days"), text)) if wrong else text, keys.days_keys(t))


def digest(t: Translator, shop_name: str, day: Figures, now: Now) -> Screen:
    """Yesterday, and what waits this morning."""
    head = t("figures-digest", shop=shop_name, day=t.date(day.period.since), weekday=t.day(day.period.since))
    return Screen(_BREAK.join([head, *_numbers(t, day), *_best(t, day), "", *news(t, now)]), keys.digest_keys(t))


def news(t: Translator, now: Now) -> list[Markup]:
    """What needs somebody, one line each; nothing where there is nothing."""
    lines = []
    if now.today is not None:
        lines.append(t("figures-today", net=t.money(now.today.net), change=_change(t, now.today),
                       orders=t.number(now.today.placed.orders)))
    if now.waits is not None:
        lines.append(t("figures-waits", ship=t.number(now.waits.to_ship), unclaimed=t.number(now.waits.unclaimed),
                       pay=t.number(now.waits.to_pay)))
    if now.approvals:
        lines.append(t.n("figures-approvals", now.approvals))
    if now.low_stock:
        lines.append(t.n("figures-low", now.low_stock))
    return lines


def _lines(t: Translator, shown: Figures) -> list[Markup | str]:
    lines: list[Markup | str] = [_title(t, shown), *_numbers(t, shown)]
    if 0 < len(shown.days) <= _MOST_BARS:
        lines += ["", *_bars(t, shown.days)]
    best = _best(t, shown)
    return [*lines, "", *best] if best else lines


def _title(t: Translator, shown: Figures) -> Markup:
    period = shown.period
    # `until` is outside: the last day is the one before it.
    last = shown.days[-1].begins if shown.days else period.since
    first, last_day = t.date(period.since), t.date(last)
    span = first if first == last_day else t("figures-span", first=first, last=last_day)
    partial = t("figures-partial") if period.partial else Markup("")
    return t("figures-title", name=t(f"figures-name-{period.name}"), span=span, partial=partial)


def _numbers(t: Translator, shown: Figures) -> list[Markup]:
    placed = shown.placed
    lines = [t("figures-net", net=t.money(shown.net), change=_change(t, shown))]
    if shown.refunded.amount:
        lines.append(t("figures-refunded", amount=t.money(shown.refunded)))
    if shown.fees:
        lines.append(t("figures-fees", amount=t.money(shown.fees), rest=t.money(shown.net - shown.fees)))
    if shown.average is None:
        lines.append(t("figures-no-orders"))
    else:
        lines.append(t("figures-orders", orders=t.number(placed.orders), total=t.money(placed.total),
                       average=t.money(shown.average)))
        lines.append(t("figures-buyers", buyers=t.number(placed.buyers), pieces=t.number(placed.pieces)))
    lines += [
        t("figures-others", currency=each.net.currency, net=t.money(each.net), orders=t.number(each.orders),
          total=t.money(each.total))
        for each in shown.others
    ]
    return [*lines, t("figures-newcomers", count=t.number(shown.newcomers))]


def _change(t: Translator, shown: Figures) -> Markup:
    """Against the stretch before; nothing where that was next to nothing, of which any change is a thousandfold."""
    if shown.before.amount <= 0:
        return Markup("")
    rounded = round((shown.net - shown.before).amount * 10_000 // shown.before.amount, -2)
    if abs(rounded) > _MOST_CHANGE:
        return Markup("")
    sign = "+" if rounded >= 0 else "−"
    return t("figures-change", change=f"{sign}{t.percent(abs(rounded))}")


def _bars(t: Translator, days: tuple[Day, ...]) -> list[Markup]:
    most = max(day.net.amount for day in days)
    return [
        t("figures-day", day=t.date(day.begins), bar=_bar(day.net, most), net=t.money(day.net)) for day in days
    ]


def _bar(net: Money, most: int) -> str:
    if most <= 0 or net.amount <= 0:
        return _BARS[0]
    return _BARS[(len(_BARS) - 1) * net.amount // most]


def _best(t: Translator, shown: Figures) -> list[Markup]:
    if not shown.bestsellers:
        return []
    rows = [
        t("figures-best-line", place=place, name=t.pick(each.name), pieces=t.number(each.pieces),
          sales=t.money(each.sales))
        for place, each in enumerate(shown.bestsellers, 1)
    ]
    return [t("figures-best"), *rows]
