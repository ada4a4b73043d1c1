"""Makes and changes promotions and coupons, by their code: done twice it changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from services.pricing.rules import Scope, Tier
from services.promotions import repository
from services.promotions.claiming import normal_code
from services.promotions.rows import FULL_REDUCTION, PERCENT_OFF
from services.promotions.running import TOPIC
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput

PERMISSION = "promotions.edit"


@dataclass(frozen=True, slots=True)
class PromotionDraft:
    """A promotion in [starts_at, ends_at): either `tiers` (full reduction) or `basis_points` (percent off)."""

    code: str
    name: dict[str, str]
    currency: str
    starts_at: datetime
    ends_at: datetime
    tiers: tuple[Tier, ...] = ()
    basis_points: int = 0
    scope: Scope = field(default_factory=Scope)
    active: bool = True
    alone: bool = False
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class CouponDraft:
    """A coupon: either `amount` or `basis_points` (with a `cap` if need be), all amounts in minor units.

    `zone` is the shop's zone, in which the `valid_days` of a claim end. The limits are explained at `CouponRow`.
    """

    code: str
    name: dict[str, str]
    currency: str
    zone: str
    starts_at: datetime
    ends_at: datetime | None = None
    valid_days: int | None = None
    threshold: int = 0
    amount: int | None = None
    basis_points: int = 0
    cap: int | None = None
    scope: Scope = field(default_factory=Scope)
    scope_name: dict[str, str] = field(default_factory=dict)
    limit_total: int | None = None
    limit_per_person: int = 1
    limit_uses: int | None = None
    claimed_elsewhere: int = 0
    redeem_code: str | None = None
    in_centre: bool = False
    is_welcome: bool = False
    active: bool = True
    alone: bool = False
    budget: int | None = None


def put_promotion(tx: Tx, actor: Actor, draft: PromotionDraft) -> int:
    """Creates or changes the promotion with this code; returns its id. Raises NotAllowed, InvalidInput."""
    actor.require(PERMISSION)
    if draft.starts_at >= draft.ends_at:
        raise InvalidInput(field="ends_at", reason="window")
    if bool(draft.tiers) == bool(draft.basis_points) or not 0 <= draft.basis_points <= 10_000:
        raise InvalidInput(field="tiers", reason="benefit")
    tiers = [{"threshold": tier.threshold.amount, "reduction": tier.reduction.amount, "name": tier.name}
             for tier in draft.tiers]
    kind = FULL_REDUCTION if draft.tiers else PERCENT_OFF
    tx.after_commit(TOPIC)
    return repository.put_promotion(tx, _columns(draft) | {"kind": kind, "tiers": tiers})


def put_coupon(tx: Tx, actor: Actor, draft: CouponDraft) -> int:
    """Creates or changes the coupon with this code, what was claimed and used stays; returns its id.

    Raises NotAllowed; InvalidInput for a benefit, an end or a limit that makes no sense.
    """
    actor.require(PERMISSION)
    if (draft.amount is None) == (draft.basis_points == 0) or not 0 <= draft.basis_points <= 10_000:
        raise InvalidInput(field="amount", reason="benefit")
    if draft.ends_at is None and draft.valid_days is None:
        raise InvalidInput(field="ends_at", reason="missing")
    if draft.ends_at is not None and draft.starts_at >= draft.ends_at:
        raise InvalidInput(field="ends_at", reason="window")
    handed_out, used = repository.taken(tx, draft.code)
    if draft.limit_total is not None and draft.limit_total < handed_out + draft.claimed_elsewhere:
        raise InvalidInput(field="limit_total", reason="below-claimed")
    if draft.limit_uses is not None and draft.limit_uses < used:
        raise InvalidInput(field="limit_uses", reason="below-used")
    redeem_code = normal_code(draft.redeem_code) if draft.redeem_code else None
    return repository.put_coupon(tx, _columns(draft) | {"redeem_code": redeem_code})


def _columns(draft: PromotionDraft | CouponDraft) -> dict[str, Any]:
    columns = asdict(draft)
    columns.pop("scope")
    return columns | {
        "scope_kind": draft.scope.kind, "scope_ids": sorted(draft.scope.ids),
        "excluded_kinds": sorted(draft.scope.excluded_kinds), "excluded_ids": sorted(draft.scope.excluded_ids),
    }
