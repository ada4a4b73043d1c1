"""Rows into what leaves the area: facts for screens, rules for the pricing engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.pricing.rules import Coupon, FullReduction, PercentOff, Scope, Tier
from services.pricing.types import Rule
from services.promotions.types import Claim, CouponFacts
from services.shared.money import Money

FULL_REDUCTION, PERCENT_OFF = "full-reduction", "percent-off"


def promotion_rule(row: Row[Any]) -> Rule:
    source = f"promotion:{row.id}"
    if row.kind == PERCENT_OFF:
        return PercentOff(source, row.name, scope_of(row), row.basis_points, row.alone, left_of(row))
    tiers = tuple(
        Tier(Money(tier["threshold"], row.currency), Money(tier["reduction"], row.currency), tier.get("name"))
        for tier in row.tiers
    )
    return FullReduction(source, row.name, scope_of(row), tiers, row.alone, left_of(row))


def coupon_rule(coupon: CouponFacts) -> Rule:
    return Coupon(
        f"coupon:{coupon.id}", coupon.name, coupon.scope, coupon.threshold, coupon.amount, coupon.basis_points,
        coupon.cap, facts={"scope": coupon.scope_name}, alone=coupon.alone, left=coupon.left,
    )


def coupon_facts(row: Row[Any]) -> CouponFacts:
    return CouponFacts(
        id=row.id, code=row.code, name=row.name, threshold=Money(row.threshold, row.currency),
        amount=_money(row.amount, row.currency), basis_points=row.basis_points, cap=_money(row.cap, row.currency),
        scope=scope_of(row), scope_name=row.scope_name, starts_at=row.starts_at, ends_at=row.ends_at,
        alone=row.alone, left=left_of(row),
    )


def claim_of(row: Row[Any]) -> Claim:
    state = "withdrawn" if row.state == "available" and not row.active else row.state
    return Claim(row.claim_id, coupon_facts(row), state, row.claimed_at, row.expires_at)


def trouble(row: Row[Any], now: datetime) -> tuple[str, dict[str, object]] | None:
    """Why the claim of this row cannot be used at `now`, whatever the basket: reason and facts."""
    if row.state == "used":
        return "used", {}
    if row.expires_at <= now:
        return "expired", {}
    if row.starts_at > now:
        return "not-started", {"at": row.starts_at}
    if not row.active:
        return "withdrawn", {}
    left = left_of(row)
    if (row.limit_uses is not None and row.used >= row.limit_uses) or (left is not None and not left):
        return "gone", {}
    return None


def is_handed_out(row: Row[Any], now: datetime) -> bool:
    """Whether anybody can be given this coupon at `now`, as long as there are some."""
    over = row.ends_at is not None and row.ends_at <= now
    return row.active and row.handing_out and row.starts_at <= now and not over


def scope_of(row: Row[Any]) -> Scope:
    excluded = frozenset(row.excluded_ids or ())
    return Scope(row.scope_kind, frozenset(row.scope_ids), frozenset(row.excluded_kinds), excluded)


def left_of(row: Row[Any]) -> Money | None:
    """What is left of its budget; None where it has none."""
    return None if row.budget is None else Money(row.budget - row.spent, row.currency)


def _money(amount: int | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
