"""What prices and orders ask: which rules apply, which coupons fit, and taking a coupon with an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.pricing.service import savings
from services.pricing.types import Basket, Refused, Rule
from services.promotions import budgets, repository
from services.promotions.errors import CouponGone
from services.promotions.rows import claim_of, coupon_facts, coupon_rule, promotion_rule, trouble
from services.promotions.types import Choice, Choices, Claim, Unusable
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound


def automatic_rules(tx: Tx) -> tuple[Rule, ...]:
    """The rules of the promotions that run now; the same for everybody."""
    return tuple(promotion_rule(row) for row in repository.live_promotions(tx))


def claim_rule(tx: Tx, actor: Actor, claim_id: int) -> Rule:
    """The rule of the person's own claim. Raises NotFound; CouponGone when it cannot be used now."""
    return coupon_rule(coupon_facts(_require_usable(tx, actor, claim_id)))


def choices(tx: Tx, actor: Actor, basket: Basket, rules: Sequence[Rule]) -> Choices:
    """The person's unexpired coupons for this basket beside the automatic `rules`: each with what it saves, or why not.

    What a coupon saves is the difference of two quotes, so the first one is the best one.
    """
    usable: list[Choice] = []
    unusable: list[Unusable] = []
    tried: list[Claim] = []
    for row in repository.usable_claims_of(tx, actor.require_customer()):
        claim, why = claim_of(row), trouble(row, tx.now)
        if why is None:
            tried.append(claim)
        else:
            unusable.append(Unusable(claim.id, claim.coupon, claim.expires_at, *why))
    for claim, answer in zip(tried, savings(basket, rules, [coupon_rule(each.coupon) for each in tried]), strict=True):
        if isinstance(answer, Refused):
            unusable.append(Unusable(claim.id, claim.coupon, claim.expires_at, answer.reason, answer.facts))
        else:
            usable.append(Choice(claim.id, claim.coupon, claim.expires_at, answer))
    usable.sort(key=lambda choice: (-choice.saving.amount, choice.expires_at, choice.claim_id))
    return Choices(tuple(usable), tuple(unusable))


def redeem(tx: Tx, actor: Actor, claim_id: int, order_id: int) -> None:
    """Uses the person's claim for the order, in the order's own transaction.

    Raises NotFound for somebody else's claim; CouponGone when it was used meanwhile, has expired or all uses are gone;
    the caller's transaction must then come to nothing.
    """
    row = _require_usable(tx, actor, claim_id)
    if not repository.use_claim(tx, claim_id, actor.id):
        raise CouponGone(reason="used")
    if not repository.count_use(tx, row.id):
        raise CouponGone(reason="gone")
    if not repository.begin_use(tx, order_id, claim_id, row.id):
        raise CouponGone(reason="used")


def give_back(tx: Tx, order_id: int) -> bool:
    """Ends the order's use of its coupon; the claim returns as it was, expired if its time has passed. What it took
    of budgets returns as well.

    False when there is no use (any more) to give back.
    """
    ended = repository.end_use(tx, order_id)
    budgets.give_back(tx, order_id)
    return ended


def _require_usable(tx: Tx, actor: Actor, claim_id: int) -> Row[Any]:
    row = repository.claim(tx, claim_id)
    if row is None:
        raise NotFound()
    actor.require_own(row.customer_id)
    why = trouble(row, tx.now)
    if why is not None:
        reason, facts = why
        raise CouponGone(reason=reason, **facts)
    return row
