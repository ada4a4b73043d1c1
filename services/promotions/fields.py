"""What a promotion or coupon is made of, as its builder and its card know it: the same for drafts and for what runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from services.pricing.rules import ALL, Coupon, FullReduction, PercentOff, Scope, Tier
from services.pricing.types import Rule
from services.shared.money import Money

REDUCTION, PERCENT, COUPON = KINDS = ("reduction", "percent", "coupon")
CENTRE, CODE, GIVEN = WAYS = ("centre", "code", "given")
SCOPE, RULE, WINDOW, WAY, LIMITS, STACKING, NAME = STEPS = (
    "scope", "rule", "window", "way", "limits", "stacking", "name",
)
_MOMENTS = ("starts_at", "ends_at")


@dataclass(frozen=True, slots=True)
class DealFields:
    """Amounts are in minor units of `currency`. None is what was not said yet, or what has no limit.

    `tiers` are (threshold, reduction). Without `starts_at` it begins when it is started. A coupon needs `ends_at` or
    `valid_days` after it was claimed, and a `way` to get it; `redeem_code` is the code of the way "code".
    """

    kind: str
    currency: str
    scope_kind: str | None = None
    scope_ids: tuple[int, ...] = ()
    excluded_ids: tuple[int, ...] = ()
    excluded_kinds: tuple[str, ...] = ()
    tiers: tuple[tuple[int, int], ...] = ()
    basis_points: int = 0
    threshold: int = 0
    amount: int | None = None
    cap: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    valid_days: int | None = None
    way: str | None = None
    redeem_code: str | None = None
    limit_total: int | None = None
    limit_per_person: int = 1
    limit_uses: int | None = None
    budget: int | None = None
    alone: bool = False
    name: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> DealFields:
        values = dict(document)
        for name in _MOMENTS:
            if values.get(name):
                values[name] = datetime.fromisoformat(values[name])
        for name in ("scope_ids", "excluded_ids", "excluded_kinds"):
            values[name] = tuple(values.get(name, ()))
        values["tiers"] = tuple((low, off) for low, off in values.get("tiers", ()))
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        document = asdict(self)
        for name in _MOMENTS:
            if document[name] is not None:
                document[name] = document[name].isoformat()
        return document

    @property
    def is_coupon(self) -> bool:
        return self.kind == COUPON

    @property
    def scope(self) -> Scope:
        return Scope(
            self.scope_kind or ALL, frozenset(self.scope_ids), frozenset(self.excluded_kinds),
            frozenset(self.excluded_ids),
        )

    @property
    def has_rule(self) -> bool:
        return bool(self.tiers or self.basis_points or self.amount)

    @property
    def thresholds(self) -> tuple[Money, ...]:
        """What a cart must come to, from the lowest on; none where any cart will do."""
        amounts = [low for low, _ in self.tiers] if self.kind == REDUCTION else [self.threshold]
        return tuple(self.money(amount) for amount in sorted(amounts) if amount)

    def missing(self, now: datetime) -> tuple[str, ...]:
        """The steps without which it cannot start at `now`; a name is not among them, since one is suggested."""
        lacks = {
            SCOPE: self.scope_kind is None or (self.scope_kind != ALL and not self.scope_ids),
            RULE: not self.has_rule,
            WINDOW: self._lacks_window(now),
            WAY: self.is_coupon and (self.way is None or (self.way == CODE and not self.redeem_code)),
        }
        return tuple(step for step in STEPS if lacks.get(step))

    def rule(self, source: str) -> Rule:
        """The pricing rule that it comes to, without its budget."""
        if self.kind == COUPON:
            amount, cap = (None if each is None else self.money(each) for each in (self.amount, self.cap))
            return Coupon(source, self.name, self.scope, self.money(self.threshold), amount, self.basis_points, cap,
                          alone=self.alone)
        if self.kind == PERCENT:
            return PercentOff(source, self.name, self.scope, self.basis_points, self.alone)
        tiers = tuple(Tier(self.money(low), self.money(off)) for low, off in self.tiers)
        return FullReduction(source, self.name, self.scope, tiers, self.alone)

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)

    def _lacks_window(self, now: datetime) -> bool:
        if self.ends_at is None:
            return not (self.is_coupon and self.valid_days)
        return self.ends_at <= (self.starts_at or now) or self.ends_at <= now
