"""From a draft to a promotion or coupon: what it lacks, what it would do, and letting it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.catalog import costs as cost_prices
from services.catalog import on_sale
from services.catalog.types import SkuFacts
from services.pricing.types import Rule
from services.promotions import deals, deals_repository, drafts, drafts_repository, repository, scopes, simulating
from services.promotions.deals import PROMOTION, Deal
from services.promotions.drafts import DONE, Draft
from services.promotions.errors import BelowCost, DealCodeTaken, DealIncomplete
from services.promotions.fields import CENTRE, CODE, COUPON, PERCENT, REDUCTION, DealFields
from services.promotions.rows import FULL_REDUCTION, PERCENT_OFF, promotion_rule, scope_of
from services.promotions.running import TOPIC
from services.promotions.service import automatic_rules
from services.promotions.simulating import SOURCE, Below, SampleCart
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale
from services.staff import audit
from services.staff.types import COSTS_VIEW, PROMOTIONS_EDIT, PROMOTIONS_VIEW

# From so many times the dearest thing on, a threshold is hardly ever reached.
_FAR = 10


@dataclass(frozen=True, slots=True)
class Overlap:
    """A promotion that means some of the same goods in the same time. `how`: "best" (the better one of the two counts),
    "both", or "alone" (one of them takes no goods that the other has reduced)."""

    name: dict[str, str]
    how: str


@dataclass(frozen=True, slots=True)
class Names:
    """What a promotion or coupon is called in each language, and each of its tiers from the lowest on."""

    whole: Mapping[str, str]
    tiers: tuple[Mapping[str, str], ...] = ()

    def of_tier(self, place: int) -> dict[str, str] | None:
        return dict(self.tiers[place]) if place < len(self.tiers) else None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a draft would do. `goods` counts the SKUs that it means; `far` says that its threshold is hardly reached.

    `below` names what would be sold below cost; its amounts are for who may see costs (`costs_visible`) alone.
    """

    draft: Draft
    carts: tuple[SampleCart, ...]
    goods: int
    below: tuple[Below, ...]
    costs_visible: bool
    overlaps: tuple[Overlap, ...]
    far: bool


def try_out(tx: Tx, actor: Actor, draft_id: int) -> Tried:
    """Tries a draft on sample carts of real goods beside what runs now. Raises NotAllowed, NotFound, DealIncomplete."""
    actor.require(PROMOTIONS_VIEW)
    draft = drafts.require(tx, draft_id)
    fields = draft.fields
    if not fields.has_rule or fields.scope_kind is None:
        raise DealIncomplete(steps=fields.missing(tx.now))
    skus = on_sale.on_sale(tx, fields.currency)
    rule, running = fields.rule(SOURCE), automatic_rules(tx)
    meant = [sku for sku in skus if simulating.is_meant(fields.scope, sku)]
    dearest = max((sku.price.amount for sku in meant), default=0)
    lowest = fields.thresholds[0].amount if fields.thresholds else 0
    return Tried(
        draft, simulating.carts(skus, rule, fields.scope, fields.thresholds, running), len(meant),
        _below(tx, fields, meant, rule, running), COSTS_VIEW in actor.permissions or "*" in actor.permissions,
        _overlaps(tx, fields, meant), bool(meant) and lowest > _FAR * dearest,
    )


def publish(
    tx: Tx, actor: Actor, draft_id: int, version: int, zone: str, names: Names, *, at_once: bool,
    confirmed: bool = False,
) -> Deal:
    """Lets version `version` of a draft out: `at_once`, or when its window begins; `names` fill in for missing ones.

    Asked again it answers with what it let out. Raises NotAllowed, NotFound, Stale for another version, DealIncomplete,
    DealCodeTaken; BelowCost unless `confirmed` where something may be sold below its cost.
    """
    actor.require(PROMOTIONS_EDIT)
    row = drafts_repository.lock(tx, draft_id)
    if row is None:
        raise NotFound()
    if row.state == DONE:
        return deals.require(tx, name_of(row.kind), row.deal_id)
    draft = drafts.lock_open(tx, draft_id)
    if draft.version != version:
        raise Stale()
    fields = _completed(tx, draft.fields, names.whole, at_once=at_once)
    skus = on_sale.on_sale(tx, fields.currency)
    meant = [sku for sku in skus if simulating.is_meant(fields.scope, sku)]
    below = _below(tx, fields, meant, fields.rule(SOURCE), automatic_rules(tx))
    if below and not confirmed:
        raise BelowCost(count=len(below))
    deal_id = _write(tx, draft_id, fields, zone, names)
    drafts_repository.close(tx, draft_id, DONE, deal_id)
    tx.after_commit(TOPIC)
    name = name_of(fields.kind)
    audit.record(tx, actor, "deals.start", f"{name}:{deal_id}", {"draft": draft_id, "below_cost": len(below)})
    return deals.require(tx, name, deal_id)


def name_of(kind: str) -> str:
    """What a draft of this kind becomes."""
    return COUPON if kind == COUPON else PROMOTION


def _completed(tx: Tx, fields: DealFields, names: Mapping[str, str], *, at_once: bool) -> DealFields:
    starts_at = tx.now if at_once or fields.starts_at is None or fields.starts_at < tx.now else fields.starts_at
    fields = replace(fields, starts_at=starts_at, name={**names, **fields.name})
    missing = fields.missing(tx.now)
    if missing:
        raise DealIncomplete(steps=missing)
    if fields.redeem_code and fields.way == CODE and deals_repository.is_code_taken(tx, fields.redeem_code):
        raise DealCodeTaken()
    return fields


def _below(
    tx: Tx, fields: DealFields, meant: Sequence[SkuFacts], rule: Rule, running: tuple[Rule, ...]
) -> tuple[Below, ...]:
    costs = cost_prices.costs(tx, [sku.sku_id for sku in meant])
    return simulating.below_cost(meant, rule, fields.thresholds, running, costs)


def _overlaps(tx: Tx, fields: DealFields, meant: Sequence[SkuFacts]) -> tuple[Overlap, ...]:
    """The promotions that meet this one on the same goods; coupons meet nobody, since an order takes one."""
    found = []
    for row in deals_repository.coming_promotions(tx):
        theirs = scope_of(row)
        if not _at_the_same_time(fields, row.starts_at, row.ends_at, tx.now):
            continue
        if not any(simulating.is_meant(theirs, sku) for sku in meant):
            continue
        same_stage = promotion_rule(row).stage == fields.rule(SOURCE).stage
        how = "best" if same_stage else "alone" if fields.alone or row.alone else "both"
        found.append(Overlap(row.name, how))
    return tuple(found)


def _at_the_same_time(fields: DealFields, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    begin = fields.starts_at or now
    return begin < ends_at and (fields.ends_at is None or starts_at < fields.ends_at)


def _write(tx: Tx, draft_id: int, fields: DealFields, zone: str, names: Names) -> int:
    common: dict[str, Any] = {
        "name": fields.name, "currency": fields.currency, "basis_points": fields.basis_points,
        "scope_kind": fields.scope.kind, "scope_ids": sorted(fields.scope_ids),
        "excluded_kinds": sorted(fields.excluded_kinds), "excluded_ids": sorted(fields.excluded_ids),
        "starts_at": fields.starts_at, "ends_at": fields.ends_at, "active": True, "alone": fields.alone,
        "budget": fields.budget,
    }
    if fields.kind in (REDUCTION, PERCENT):
        kind = FULL_REDUCTION if fields.kind == REDUCTION else PERCENT_OFF
        tiers = [{"threshold": low, "reduction": off, "name": names.of_tier(place)}
                 for place, (low, off) in enumerate(sorted(fields.tiers))]
        return repository.put_promotion(tx, common | {"code": f"D{draft_id}", "kind": kind, "tiers": tiers})
    return repository.put_coupon(tx, common | {
        "code": f"C{draft_id}", "redeem_code": fields.redeem_code if fields.way == CODE else None,
        "threshold": fields.threshold, "amount": fields.amount, "cap": fields.cap,
        "scope_name": scopes.name(tx, fields), "valid_days": fields.valid_days, "zone": zone,
        "limit_total": fields.limit_total, "limit_per_person": fields.limit_per_person,
        "limit_uses": fields.limit_uses, "claimed_elsewhere": 0, "in_centre": fields.way == CENTRE,
        "is_welcome": False,
    })
