"""Promotions and coupons as those who run them see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, case, func, not_, or_, select, update

from services.promotions.models import CouponClaimRow, CouponRow, DealDraftRow, GiftRow, PromotionRow
from services.shared.db import Tx
from services.shared.models import UtcDateTime

PROMOTIONS, COUPONS, CLAIMS, DRAFTS, GIFTS = (
    cast(Table, row.__table__) for row in (PromotionRow, CouponRow, CouponClaimRow, DealDraftRow, GiftRow)
)
TABLES = {"promotion": PROMOTIONS, "coupon": COUPONS}
# Deals are few: this bounds what a search may cost.
_MOST_SEARCHED = 2_000

_ID, _NOW = bindparam("row_id"), bindparam("now", type_=UtcDateTime())


def _states(table: Table) -> dict[str, Any]:
    """The condition of each state; every row is in exactly one."""
    stopped = table.c.stopped_at.is_not(None)
    over = and_(table.c.ends_at.is_not(None), table.c.ends_at <= _NOW)
    going = table.c.active & table.c.handing_out if table is COUPONS else table.c.active
    open_ = and_(not_(stopped), not_(over))
    return {
        "running": and_(open_, going, table.c.starts_at <= _NOW),
        "paused": and_(open_, not_(going)),
        "planned": and_(open_, going, table.c.starts_at > _NOW),
        "over": and_(not_(stopped), over),
        "stopped": stopped,
    }


_STATES = {name: _states(table) for name, table in TABLES.items()}
_STATE = {
    name: select(table, case(*((condition, state) for state, condition in _STATES[name].items())).label("state"))
    for name, table in TABLES.items()
}
# A paused one is listed among those that run: it is what somebody has to look after.
_TABS = {
    name: {
        "running": or_(states["running"], states["paused"]), "planned": states["planned"], "over": states["over"],
        "stopped": states["stopped"],
    }
    for name, states in _STATES.items()
}
_PAGE = {
    (name, tab): _STATE[name].where(condition, TABLES[name].c.id < bindparam("before"))
    .order_by(TABLES[name].c.id.desc()).limit(bindparam("most"))
    for name, tabs in _TABS.items() for tab, condition in tabs.items()
}
_COUNTS = {
    name: select(
        *(func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(tab) for tab, condition in tabs.items()),
        select(func.count()).select_from(DRAFTS).where(
            DRAFTS.c.state == "open", (DRAFTS.c.kind == "coupon") == (name == "coupon")
        ).scalar_subquery().label("drafts"),
    ).select_from(TABLES[name])
    for name, tabs in _TABS.items()
}
_ONE = {name: statement.where(TABLES[name].c.id == _ID) for name, statement in _STATE.items()}
_ALL = {name: statement.order_by(TABLES[name].c.id.desc()).limit(_MOST_SEARCHED) for name, statement in _STATE.items()}
_HELD = select(func.count()).where(
    CLAIMS.c.coupon_id == _ID, CLAIMS.c.state == "available", CLAIMS.c.expires_at > _NOW
)
_GIFTS_OF = select(GIFTS).where(GIFTS.c.coupon_id == _ID).order_by(GIFTS.c.id.desc()).limit(3)

_OPEN = {
    name: and_(TABLES[name].c.id == _ID, TABLES[name].c.stopped_at.is_(None),
               or_(TABLES[name].c.ends_at.is_(None), TABLES[name].c.ends_at > _NOW))
    for name in TABLES
}
_SWITCH = {"promotion": PROMOTIONS.c.active, "coupon": COUPONS.c.handing_out}
_TURN = {
    (name, on): update(TABLES[name]).where(_OPEN[name], column.is_(not on)).values({column.name: on})
    for name, column in _SWITCH.items() for on in (True, False)
}
_STOP = {
    "promotion": update(PROMOTIONS).where(_OPEN["promotion"]).values(active=False, stopped_at=_NOW),
    "coupon": update(COUPONS).where(_OPEN["coupon"]).values(handing_out=False, stopped_at=_NOW),
}
_WITHDRAW = (
    update(COUPONS).where(COUPONS.c.id == _ID, COUPONS.c.active)
    .values(handing_out=False, active=False, stopped_at=func.coalesce(COUPONS.c.stopped_at, _NOW))
)
_COMING_PROMOTIONS = _STATE["promotion"].where(or_(_STATES["promotion"]["running"], _STATES["promotion"]["planned"]))
_CODE_TAKEN = select(COUPONS.c.id).where(COUPONS.c.redeem_code == bindparam("redeem_code"))
_NEW_END = bindparam("new_end", type_=UtcDateTime())
_EXTEND = {
    name: update(TABLES[name]).where(_OPEN[name], TABLES[name].c.ends_at < _NEW_END).values(ends_at=_NEW_END)
    for name in TABLES
}
# What lasts to the end of the coupon lasts longer with it; what has days of its own was promised these.
_EXTEND_CLAIMS = (
    update(CLAIMS).where(CLAIMS.c.coupon_id == _ID, CLAIMS.c.expires_at == bindparam("old_end", type_=UtcDateTime()))
    .values(expires_at=_NEW_END)
)
_RAISE = {
    (name, field): update(TABLES[name])
    .where(_OPEN[name], TABLES[name].c[field] < bindparam("limit")).values({field: bindparam("limit")})
    for name, fields in (("promotion", ("budget",)), ("coupon", ("budget", "limit_total", "limit_uses",
                                                                 "limit_per_person")))
    for field in fields
}


def page(tx: Tx, name: str, tab: str, before: int, most: int) -> Sequence[Row[Any]]:
    """At most `most` of them with smaller ids than `before`, the newest first."""
    return tx.rows(_PAGE[name, tab], {"before": before, "most": most, "now": tx.now})


def counts(tx: Tx, name: str) -> dict[str, int]:
    row = tx.first(_COUNTS[name], {"now": tx.now})
    assert row is not None
    return {tab: int(count) for tab, count in row._mapping.items()}


def one(tx: Tx, name: str, deal_id: int) -> Row[Any] | None:
    return tx.first(_ONE[name], {"row_id": deal_id, "now": tx.now})


def every(tx: Tx, name: str) -> Sequence[Row[Any]]:
    return tx.rows(_ALL[name], {"now": tx.now})


def coming_promotions(tx: Tx) -> Sequence[Row[Any]]:
    """Those that run, and those that are planned."""
    return tx.rows(_COMING_PROMOTIONS, {"now": tx.now})


def is_code_taken(tx: Tx, redeem_code: str) -> bool:
    return tx.first(_CODE_TAKEN, {"redeem_code": redeem_code}) is not None


def held(tx: Tx, coupon_id: int) -> int:
    """How many lie in wallets, neither used nor expired."""
    return tx.scalar(_HELD, {"row_id": coupon_id, "now": tx.now})


def gifts_of(tx: Tx, coupon_id: int) -> Sequence[Row[Any]]:
    """The last three times that the coupon was given to many."""
    return tx.rows(_GIFTS_OF, {"row_id": coupon_id})


def turn(tx: Tx, name: str, deal_id: int, *, on: bool) -> bool:
    """Pauses or resumes; False when it stands so already, or is over."""
    return tx.changed(_TURN[name, on], {"row_id": deal_id, "now": tx.now}) == 1


def stop(tx: Tx, name: str, deal_id: int) -> bool:
    return tx.changed(_STOP[name], {"row_id": deal_id, "now": tx.now}) == 1


def withdraw(tx: Tx, coupon_id: int) -> bool:
    return tx.changed(_WITHDRAW, {"row_id": coupon_id, "now": tx.now}) == 1


def extend(tx: Tx, name: str, deal_id: int, old: datetime, new: datetime) -> bool:
    """Moves the end from `old` to `new`, that of claims with it; False when it is not open or `new` is not later."""
    if tx.changed(_EXTEND[name], {"row_id": deal_id, "new_end": new, "now": tx.now}) != 1:
        return False
    if name == "coupon":
        tx.execute(_EXTEND_CLAIMS, {"row_id": deal_id, "old_end": old, "new_end": new})
    return True


def raise_limit(tx: Tx, name: str, deal_id: int, field: str, limit: int) -> bool:
    """False when it is not open, has no such limit, or one as high."""
    return tx.changed(_RAISE[name, field], {"row_id": deal_id, "limit": limit, "now": tx.now}) == 1
