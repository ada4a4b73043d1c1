"""A coupon's counters are its rows: claims handed out, live uses; a used claim has exactly one live order.

What is spent of a budget is what live orders took of it; each recipient of a gift has one coupon, or none.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select

from services.promotions.models import (
    CouponClaimRow,
    CouponRow,
    CouponUseRow,
    DealSpendRow,
    GiftRecipientRow,
    GiftRow,
    PromotionRow,
)
from services.shared.db import Tx
from services.shared.violations import Violation

COUPONS, CLAIMS, USES = CouponRow.__table__, CouponClaimRow.__table__, CouponUseRow.__table__

_CLAIMED = select(func.count()).where(CLAIMS.c.coupon_id == COUPONS.c.id).scalar_subquery()
_USED = select(func.count()).where(USES.c.coupon_id == COUPONS.c.id, USES.c.live).scalar_subquery()
_COUPONS = select(COUPONS.c.code, COUPONS.c.claimed, COUPONS.c.used, COUPONS.c.limit_uses,
                  _CLAIMED.label("claims"), _USED.label("uses"))
_LIVE = select(func.count()).where(USES.c.claim_id == CLAIMS.c.id, USES.c.live).scalar_subquery()
_CLAIMS = select(CLAIMS.c.id, CLAIMS.c.state, _LIVE.label("live"))

SPENDS, GIFTS, RECIPIENTS = DealSpendRow.__table__, GiftRow.__table__, GiftRecipientRow.__table__
_SPENT = select(SPENDS.c.source, func.sum(SPENDS.c.amount).label("amount")).where(SPENDS.c.live).group_by(
    SPENDS.c.source
)
_BUDGETS = {
    name: select(table.c.id, table.c.budget, table.c.spent).where(or_(table.c.budget.is_not(None), table.c.spent != 0))
    for name, table in (("promotion", PromotionRow.__table__), ("coupon", COUPONS))
}


def _in_state(state: str) -> Any:
    return select(func.count()).where(
        RECIPIENTS.c.gift_id == GIFTS.c.id, RECIPIENTS.c.state == state
    ).scalar_subquery().label(f"is_{state}")


_GIFTS = select(GIFTS, *(_in_state(state) for state in ("waiting", "given", "had")))
_STRAY = (
    select(RECIPIENTS.c.gift_id, RECIPIENTS.c.customer_id)
    .join_from(RECIPIENTS, GIFTS, GIFTS.c.id == RECIPIENTS.c.gift_id)
    .outerjoin(CLAIMS, (CLAIMS.c.id == RECIPIENTS.c.claim_id) & (CLAIMS.c.customer_id == RECIPIENTS.c.customer_id)
               & (CLAIMS.c.coupon_id == GIFTS.c.coupon_id))
    .where(RECIPIENTS.c.state == "given", CLAIMS.c.id.is_(None))
)
_TWICE = (
    select(RECIPIENTS.c.claim_id).where(RECIPIENTS.c.claim_id.is_not(None))
    .group_by(RECIPIENTS.c.claim_id).having(func.count() > 1)
)


def violations(tx: Tx) -> list[Violation]:
    return [*_of_coupons(tx), *_of_budgets(tx), *_of_gifts(tx)]


def _of_coupons(tx: Tx) -> list[Violation]:
    found = []
    for row in tx.rows(_COUPONS):
        if row.claimed != row.claims:
            found.append(Violation("claimed = claims", f"coupon {row.code}", f"{row.claimed} ≠ {row.claims}"))
        if row.used != row.uses:
            found.append(Violation("used = live orders that use it", f"coupon {row.code}", f"{row.used} ≠ {row.uses}"))
        if row.limit_uses is not None and row.uses > row.limit_uses:
            found.append(Violation("uses ≤ limit", f"coupon {row.code}", f"{row.uses} > {row.limit_uses}"))
    for row in tx.rows(_CLAIMS):
        if (row.live == 1) != (row.state == "used") or row.live > 1:
            found.append(Violation("a used claim has one live order", f"claim {row.id}", f"{row.state}, {row.live}"))
    return found


def _of_budgets(tx: Tx) -> list[Violation]:
    found = []
    taken = {row.source: int(row.amount) for row in tx.rows(_SPENT)}
    for name, statement in _BUDGETS.items():
        for row in tx.rows(statement):
            source = f"{name}:{row.id}"
            amount = taken.pop(source, 0)
            if row.spent != amount:
                found.append(Violation("spent = what live orders took", source, f"{row.spent} ≠ {amount}"))
            if row.budget is not None and amount > row.budget:
                found.append(Violation("spent ≤ budget", source, f"{amount} > {row.budget}"))
    found += [Violation("spent = what live orders took", source, f"0 ≠ {amount}") for source, amount in taken.items()]
    return found


def _of_gifts(tx: Tx) -> list[Violation]:
    found = []
    for row in tx.rows(_GIFTS):
        if (row.given, row.had) != (row.is_given, row.is_had):
            facts = f"{row.given}, {row.had} ≠ {row.is_given}, {row.is_had}"
            found.append(Violation("a gift's numbers = its recipients", f"gift {row.id}", facts))
        if row.people != row.is_given + row.is_had + row.is_waiting or (row.state == "done" and row.is_waiting):
            found.append(Violation("every recipient of a gift is accounted for", f"gift {row.id}", row.state))
    for row in tx.rows(_STRAY):
        found.append(Violation("who was given a coupon has it", f"gift {row.gift_id}", f"customer {row.customer_id}"))
    for row in tx.rows(_TWICE):
        found.append(Violation("a claim is one gift", f"claim {row.claim_id}", "given twice"))
    return found
