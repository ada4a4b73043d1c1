"""Promotions and coupons in words: what they take off, from what, when, for whom, and a name made of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.screens import coupons
from handlers.screens.coupons import rate, short_money
from handlers.screens.goods import short
from locales import Translator
from services.promotions.deals import Deal
from services.promotions.fields import CODE, COUPON, PERCENT, REDUCTION, DealFields

LONGEST_NAME = 40
_NAME_CELLS, _SCOPE_CELLS = 36, 30


def benefit(t: Translator, fields: DealFields) -> str:
    """What it takes off: "满300减40、满600减100", "10% off", "9折，最高减50"."""
    if not fields.has_rule:
        return "–"
    if fields.kind == REDUCTION:
        tiers = [t.plain("coupons-terms-threshold", threshold=short_money(t, fields.money(low)),
                         amount=short_money(t, fields.money(off))) for low, off in fields.tiers]
        return t.plain("deals-and").join(tiers)
    if fields.kind == PERCENT:
        return t.plain("coupons-terms-percent", rate=rate(t, fields.basis_points))
    amount, cap = (None if each is None else fields.money(each) for each in (fields.amount, fields.cap))
    return coupons.benefit(t, fields.money(fields.threshold), amount, fields.basis_points, cap)


def scope(t: Translator, fields: DealFields, name: dict[str, str]) -> str:
    """What it is for, and what it leaves out."""
    if fields.scope_kind is None:
        chosen = "–"
    else:
        chosen = short(t.pick(name), _SCOPE_CELLS) if name else t.plain(f"deals-scope-{fields.scope_kind}")
    out = [t.plain(f"deals-kind-{kind}") for kind in fields.excluded_kinds]
    if fields.excluded_ids:
        out.append(t.plain("deals-products", len(fields.excluded_ids)))
    return t.plain("deals-scope-without", scope=chosen, out=t.plain("deals-and").join(out)) if out else chosen


def window(t: Translator, fields: DealFields, now: datetime) -> str:
    """From when to when, in the shop's time, and how long a coupon lasts after it was claimed."""
    if fields.ends_at is None and not fields.valid_days:
        return "–"
    start = t.plain("deals-at-start") if fields.starts_at is None else moment(t, fields.starts_at, now)
    end = t.plain("deals-open-end") if fields.ends_at is None else moment(t, fields.ends_at, now, end=True)
    shown = t.plain("deals-window", start=start, end=end)
    return shown if not fields.valid_days else t.plain("deals-window-days", fields.valid_days, window=shown)


def moment(t: Translator, at: datetime, now: datetime, *, end: bool = False) -> str:
    """A moment of the shop's time; the end of a day as its 24:00, a year where it is not this one."""
    local = at.astimezone(t.zone)
    clock = f"{local:%H:%M}"
    if end and clock == "00:00":
        local, clock = local - timedelta(minutes=1), "24:00"
    year = "" if local.year == now.astimezone(t.zone).year else f"{local:%Y}-"
    return f"{year}{local:%m-%d} {clock}"


def way(t: Translator, fields: DealFields) -> str:
    """How people get the coupon."""
    if fields.way is None:
        return "–"
    return t.plain(f"deals-way-{fields.way}", code=fields.redeem_code or "–" if fields.way == CODE else "")


def limits(t: Translator, fields: DealFields) -> str:
    """How many, how often, for how much."""
    parts = []
    if fields.kind == COUPON:
        total = t.plain("deals-unlimited") if fields.limit_total is None else t.plain(
            "deals-limit-total", fields.limit_total)
        parts = [total, t.plain("deals-limit-person", fields.limit_per_person)]
        if fields.limit_uses is not None:
            parts.append(t.plain("deals-limit-uses", fields.limit_uses))
    budget = t.plain("deals-no-budget") if fields.budget is None else t.plain(
        "deals-budget", amount=t.money(fields.money(fields.budget)))
    return " · ".join([*parts, budget])


def tier_names(translators: Sequence[Translator], fields: DealFields) -> tuple[dict[str, str], ...]:
    """What each tier is called, from the lowest on."""
    return tuple(
        {t.language: benefit(t, replace(fields, tiers=(tier,))) for t in translators} for tier in sorted(fields.tiers)
    )


def title(t: Translator, deal: Deal) -> str:
    """Its name, cut."""
    return short(t.pick(deal.fields.name), _NAME_CELLS)


def names(translators: Sequence[Translator], fields: DealFields, scope_name: dict[str, str]) -> dict[str, str]:
    """A name in each language, made of what it is for and what it takes off."""
    made = {}
    for t in translators:
        words = benefit(t, fields)
        if scope_name:
            words = t.plain("deals-name-scope", scope=t.pick(scope_name), benefit=words)
        made[t.language] = words if len(words) <= LONGEST_NAME else benefit(t, fields)[:LONGEST_NAME]
    return made
