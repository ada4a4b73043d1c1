from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.pricing.rules import Scope
from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class CouponFacts:
    """A kind of coupon as a screen needs it: `amount` off, or `basis_points` of the goods up to `cap`.

    `scope_name` says in the merchant's words what it is for; empty where it is for everything. `left` is what is left
    of its budget, where it has one; one that stands `alone` does not combine with promotions.
    """

    id: int
    code: str
    name: dict[str, str]
    threshold: Money
    amount: Money | None
    basis_points: int
    cap: Money | None
    scope: Scope
    scope_name: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None
    alone: bool = False
    left: Money | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A coupon in a person's wallet, good until `expires_at` (that moment itself is outside).

    `state` is "available", "used", or "withdrawn" where the shop has taken it back.
    """

    id: int
    coupon: CouponFacts
    state: str
    claimed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A claim that a basket can use, and how much less the basket then costs."""

    claim_id: int
    coupon: CouponFacts
    expires_at: datetime
    saving: Money


@dataclass(frozen=True, slots=True)
class Unusable:
    """A claim that a basket cannot use: "not-reached" (fact `missing`), "wrong-scope" (fact `scope`), "excluded",
    "nothing-left", "not-started" (fact `at`), "gone" or "withdrawn"."""

    claim_id: int
    coupon: CouponFacts
    expires_at: datetime
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """`usable` has the largest saving first, then what expires first."""

    usable: tuple[Choice, ...]
    unusable: tuple[Unusable, ...]

    @property
    def best(self) -> Choice | None:
        return self.usable[0] if self.usable else None


@dataclass(frozen=True, slots=True)
class CentreCoupon:
    """A coupon in the coupon centre. `state`: "open" to be claimed, "held" by this person, "used" up by this person,
    or "gone". `left_percent` is None where there is no limit."""

    coupon: CouponFacts
    state: str
    left_percent: int | None


@dataclass(frozen=True, slots=True)
class Centre:
    """One page of the coupon centre; `available` counts what the person has in the wallet."""

    coupons: tuple[CentreCoupon, ...]
    available: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Wallet:
    """One page of one tab of a person's coupons, and how many there are in each tab."""

    tab: str
    claims: tuple[Claim, ...]
    counts: dict[str, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What came of a typed code: a claim; or None, with the tries left and, when none is left, the end of the pause."""

    claim: Claim | None
    tries_left: int = 0
    paused_until: datetime | None = None
