"""What was typed or tapped in the builder, as fields of a draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.promotions import typed
from services.promotions.fields import CENTRE, CODE, GIVEN, NAME, PERCENT, REDUCTION, RULE, WINDOW, DealFields
from services.promotions.typed import Benefit
from services.promotions.windows import day_start, end_of_day_after
from services.shared import amounts
from services.shared.errors import Stale
from services.shared.ids import random_code

_COUNTS = ("limit_total", "limit_per_person", "limit_uses", "valid_days")


def parsed(fields: DealFields, field: str, text: str, zone: str, now: datetime) -> dict[str, Any] | None:
    """The fields that a typed answer fills in; None when it is not understood.

    `looks_wrong` beside them says that more than half is given away.
    """
    if field == RULE:
        return _rule(fields, text)
    if field == WINDOW:
        window = typed.parse_window(text, zone, now)
        if window is None:
            return None
        # From now on means from when it is started on.
        return {"starts_at": None if window[0] == now else window[0], "ends_at": window[1]}
    if field in _COUNTS:
        count = typed.parse_count(text.removesuffix("天").removesuffix("days").strip())
        return None if count is None else {field: count}
    if field == "budget":
        amount = amounts.positive(text, fields.currency)
        return None if amount is None else {"budget": amount}
    if field == "redeem_code":
        return {"way": CODE, "redeem_code": text} if text else None
    if field == NAME:
        return _names(text)
    raise Stale()


def choice_of(field: str, choice: str, zone: str, now: datetime) -> dict[str, Any]:
    """The fields that one of the values offered fills in. Raises Stale for one that was never offered."""
    if field == "days":
        return {"starts_at": None, "ends_at": _end(choice, zone, now)}
    if field == "way" and choice in (CENTRE, GIVEN):
        return {"way": choice, "redeem_code": None}
    if field == "alone" and choice in ("together", "alone"):
        return {"alone": choice == "alone"}
    if field == "redeem_code" and choice == "made":
        return {"way": CODE, "redeem_code": random_code(8)}
    if field == NAME and not choice:
        return {"name": {}}
    if field in ("limit_total", "limit_uses", "budget", "valid_days") and not choice:
        return {field: None}
    raise Stale()


def of_benefit(benefit: Benefit) -> dict[str, Any]:
    return {"threshold": benefit.threshold, "amount": benefit.amount, "basis_points": benefit.basis_points,
            "cap": benefit.cap}


def _rule(fields: DealFields, text: str) -> dict[str, Any] | None:
    if fields.kind == REDUCTION:
        tiers = typed.parse_tiers(text, fields.currency)
        if tiers is None:
            return None
        return {"tiers": tiers, "looks_wrong": any(Benefit(low, off).looks_wrong for low, off in tiers)}
    if fields.kind == PERCENT:
        percent = typed.parse_percent(text)
        return None if percent is None else {
            "basis_points": percent, "looks_wrong": Benefit(basis_points=percent).looks_wrong,
        }
    benefit = typed.parse_benefit(text, fields.currency)
    return None if benefit is None else of_benefit(benefit) | {"looks_wrong": benefit.looks_wrong}


def _end(choice: str, zone: str, now: datetime) -> datetime:
    if choice == "month":
        today = now.astimezone(ZoneInfo(zone)).date()
        return day_start((today.replace(day=1) + timedelta(days=32)).replace(day=1), zone)
    if not choice.isdecimal() or not 0 < int(choice) <= 366:
        raise Stale()
    return end_of_day_after(now, int(choice), zone)


def _names(text: str) -> dict[str, Any] | None:
    """"中文 / English": both, in this order; one alone names it in every language."""
    parts = [part.strip() for part in text.replace("\n", "/").split("/", 1)]
    if not parts[0]:
        return None
    return {"name": {"zh": parts[0], "en": parts[1] if len(parts) > 1 and parts[1] else parts[0]}}
