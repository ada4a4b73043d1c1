"""A coupon's counters are its rows: claims handed out, live uses; a used claim has exactly one live order."""

from __future__ import annotations

from sqlalchemy import func, select

from services.promotions.models import CouponClaimRow, CouponRow, CouponUseRow
from services.shared.db import Tx
from services.shared.violations import Violation

COUPONS, CLAIMS, USES = CouponRow.__table__, CouponClaimRow.__table__, CouponUseRow.__table__

_CLAIMED = select(func.count()).where(CLAIMS.c.coupon_id == COUPONS.c.id).scalar_subquery()
_USED = select(func.count()).where(USES.c.coupon_id == COUPONS.c.id, USES.c.live).scalar_subquery()
_COUPONS = select(COUPONS.c.code, COUPONS.c.claimed, COUPONS.c.used, COUPONS.c.limit_uses,
                  _CLAIMED.label("claims"), _USED.label("uses"))
_LIVE = select(func.count()).where(USES.c.claim_id == CLAIMS.c.id, USES.c.live).scalar_subquery()
_CLAIMS = select(CLAIMS.c.id, CLAIMS.c.state, _LIVE.label("live"))


def violations(tx: Tx) -> list[Violation]:
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
