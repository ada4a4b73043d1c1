from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.promotions.models import (
    CodeTryRow,
    CouponClaimRow,
    CouponRow,
    CouponUseRow,
    PromotionRow,
)
from services.shared.db import Tx
from services.shared.models import Key, UtcDateTime

PROMOTIONS, COUPONS, CLAIMS, USES, TRIES = (
    cast(Table, row.__table__) for row in (PromotionRow, CouponRow, CouponClaimRow, CouponUseRow, CodeTryRow)
)

# A wallet is bounded by the coupons that exist; this bounds what one reading of it may cost.
_MOST = 200

_ID, _NOW = bindparam("row_id"), bindparam("now", type_=UtcDateTime())
_STARTED = COUPONS.c.active & (COUPONS.c.starts_at <= _NOW)


def unspent(table: Table) -> Any:
    """There is no budget, or something is left of it."""
    return or_(table.c.budget.is_(None), table.c.spent < table.c.budget)


_RUNNING = (
    _STARTED & COUPONS.c.handing_out & unspent(COUPONS) & or_(COUPONS.c.ends_at.is_(None), COUPONS.c.ends_at > _NOW)
)

_LIVE_PROMOTIONS = (
    select(PROMOTIONS)
    .where(PROMOTIONS.c.active, unspent(PROMOTIONS), PROMOTIONS.c.starts_at <= _NOW, PROMOTIONS.c.ends_at > _NOW)
    .order_by(PROMOTIONS.c.id)
)
_COMING_PROMOTIONS = (
    select(PROMOTIONS).where(PROMOTIONS.c.active, unspent(PROMOTIONS), PROMOTIONS.c.ends_at > _NOW)
    .order_by(PROMOTIONS.c.id)
)
_COUPON = select(COUPONS).where(COUPONS.c.id == _ID)
_BY_REDEEM_CODE = select(COUPONS).where(COUPONS.c.redeem_code == bindparam("redeem_code"))
_CENTRE = select(COUPONS).where(COUPONS.c.in_centre, _RUNNING).order_by(COUPONS.c.id).limit(_MOST)
_WELCOME = select(COUPONS).where(COUPONS.c.is_welcome, _RUNNING).order_by(COUPONS.c.id)

_CLAIM_WITH_COUPON = select(
    COUPONS, CLAIMS.c.id.label("claim_id"), CLAIMS.c.state, CLAIMS.c.claimed_at, CLAIMS.c.expires_at,
    CLAIMS.c.customer_id,
).join_from(CLAIMS, COUPONS, CLAIMS.c.coupon_id == COUPONS.c.id)
_CLAIM = _CLAIM_WITH_COUPON.where(CLAIMS.c.id == _ID)
_CLAIMS_OF = (
    _CLAIM_WITH_COUPON.where(CLAIMS.c.customer_id == bindparam("customer_id"))
    .order_by(CLAIMS.c.expires_at.desc(), CLAIMS.c.id).limit(_MOST)
)
_USABLE_OF = (
    _CLAIM_WITH_COUPON
    .where(CLAIMS.c.customer_id == bindparam("customer_id"), CLAIMS.c.state == "available", CLAIMS.c.expires_at > _NOW)
    .order_by(CLAIMS.c.expires_at, CLAIMS.c.id).limit(_MOST)
)
_HELD = (
    select(CLAIMS.c.coupon_id, CLAIMS.c.state, CLAIMS.c.expires_at, COUPONS.c.active)
    .join_from(CLAIMS, COUPONS, CLAIMS.c.coupon_id == COUPONS.c.id)
    .where(CLAIMS.c.customer_id == bindparam("customer_id"))
)

_COUNT_CLAIM = (
    update(COUPONS)
    .where(COUPONS.c.id == _ID, _RUNNING)
    .where(or_(COUPONS.c.limit_total.is_(None),
               COUPONS.c.claimed + COUPONS.c.claimed_elsewhere < COUPONS.c.limit_total))
    .values(claimed=COUPONS.c.claimed + 1)
)
_UNCOUNT_CLAIM = update(COUPONS).where(COUPONS.c.id == _ID).values(claimed=COUPONS.c.claimed - 1)
_MINE = (
    select(func.count()).select_from(CLAIMS)
    .where(CLAIMS.c.coupon_id == bindparam("coupon_id", type_=Key),
           CLAIMS.c.customer_id == bindparam("customer_id", type_=Key))
    .scalar_subquery()
)
_ADD_CLAIM = insert(CLAIMS).from_select(
    ["coupon_id", "customer_id", "state", "claimed_at", "expires_at"],
    select(
        bindparam("coupon_id", type_=Key), bindparam("customer_id", type_=Key),
        bindparam("state", type_=CLAIMS.c.state.type), bindparam("now", type_=UtcDateTime()),
        bindparam("expires_at", type_=UtcDateTime()),
    ).where(bindparam("most", type_=Key) > _MINE),
).returning(CLAIMS.c.id)

_USE_CLAIM = (
    update(CLAIMS)
    .where(CLAIMS.c.id == _ID, CLAIMS.c.customer_id == bindparam("owner"), CLAIMS.c.state == "available",
           CLAIMS.c.expires_at > _NOW)
    .values(state="used")
)
_COUNT_USE = (
    update(COUPONS)
    .where(COUPONS.c.id == _ID, _STARTED)
    .where(or_(COUPONS.c.limit_uses.is_(None), COUPONS.c.used < COUPONS.c.limit_uses))
    .values(used=COUPONS.c.used + 1)
)
_END_USE = (
    update(USES).where(USES.c.order_id == bindparam("order"), USES.c.live)
    .values(live=False, returned_at=_NOW).returning(USES.c.claim_id, USES.c.coupon_id)
)
_RETURN_CLAIM = update(CLAIMS).where(CLAIMS.c.id == _ID, CLAIMS.c.state == "used").values(state="available")
_UNCOUNT_USE = update(COUPONS).where(COUPONS.c.id == _ID).values(used=COUPONS.c.used - 1)
_INSERT = {table.name: insert(table) for table in (PROMOTIONS, COUPONS)}
_UPDATE = {table.name: update(table).where(table.c.id == _ID) for table in (PROMOTIONS, COUPONS)}
_ID_BY_CODE = {
    table.name: select(table.c.id).where(table.c.code == bindparam("code")) for table in (PROMOTIONS, COUPONS)
}
_TAKEN = select(COUPONS.c.claimed, COUPONS.c.used).where(COUPONS.c.code == bindparam("code")).with_for_update()
_SET_TRIES = update(TRIES).where(TRIES.c.customer_id == _ID).values(
    wrong=bindparam("new_wrong"), paused_until=bindparam("until", type_=UtcDateTime())
)


def _begin_use(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> Any:
    """One live use for each order; an order that came back to life takes its coupon again."""
    statement = dialect(USES)
    fresh = {name: statement.excluded[name] for name in ("claim_id", "coupon_id", "live", "used_at", "returned_at")}
    return statement.on_conflict_do_update(index_elements=["order_id"], set_=fresh, where=~USES.c.live).returning(
        USES.c.id
    )


def _lock_tries(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> Any:
    """The row is made or written unchanged, so that the person's other tries wait for this one's commit."""
    statement = dialect(TRIES)
    return statement.on_conflict_do_update(
        index_elements=["customer_id"], set_={"customer_id": statement.excluded.customer_id}
    ).returning(TRIES.c.wrong, TRIES.c.paused_until)


_BEGIN_USE = {True: _begin_use(sqlite.Insert), False: _begin_use(postgresql.Insert)}
_LOCK_TRIES = {True: _lock_tries(sqlite.Insert), False: _lock_tries(postgresql.Insert)}


def coming_promotions(tx: Tx) -> Sequence[Row[Any]]:
    """Those that run now and those that will."""
    return tx.rows(_COMING_PROMOTIONS, {"now": tx.now})


def live_promotions(tx: Tx) -> Sequence[Row[Any]]:
    return tx.rows(_LIVE_PROMOTIONS, {"now": tx.now})


def coupon(tx: Tx, coupon_id: int) -> Row[Any] | None:
    return tx.first(_COUPON, {"row_id": coupon_id})


def coupon_by_redeem_code(tx: Tx, redeem_code: str) -> Row[Any] | None:
    return tx.first(_BY_REDEEM_CODE, {"redeem_code": redeem_code})


def centre(tx: Tx) -> Sequence[Row[Any]]:
    return tx.rows(_CENTRE, {"now": tx.now})


def welcome_coupons(tx: Tx) -> Sequence[Row[Any]]:
    return tx.rows(_WELCOME, {"now": tx.now})


def claim(tx: Tx, claim_id: int) -> Row[Any] | None:
    """The claim with its coupon's columns beside `claim_id`, `state`, `claimed_at`, `expires_at`, `customer_id`."""
    return tx.first(_CLAIM, {"row_id": claim_id})


def claims_of(tx: Tx, customer_id: int) -> Sequence[Row[Any]]:
    """All that a person has or had, what expires last first."""
    return tx.rows(_CLAIMS_OF, {"customer_id": customer_id})


def usable_claims_of(tx: Tx, customer_id: int) -> Sequence[Row[Any]]:
    """What is neither used nor expired, what expires first first."""
    return tx.rows(_USABLE_OF, {"customer_id": customer_id, "now": tx.now})


def held(tx: Tx, customer_id: int) -> Sequence[Row[Any]]:
    """(coupon_id, state, expires_at, active) of each of the person's claims."""
    return tx.rows(_HELD, {"customer_id": customer_id})


def count_claim(tx: Tx, coupon_id: int) -> bool:
    """Counts one more claim, unless the coupon is not running or all are handed out. Locks the coupon's row."""
    return tx.changed(_COUNT_CLAIM, {"row_id": coupon_id, "now": tx.now}) == 1


def uncount_claim(tx: Tx, coupon_id: int) -> None:
    tx.execute(_UNCOUNT_CLAIM, {"row_id": coupon_id})


def add_claim(tx: Tx, coupon_id: int, customer_id: int, expires_at: datetime, most: int) -> int | None:
    """Adds a claim unless the person has `most` of them: None. The coupon's row must be locked by `count_claim`."""
    row = {"coupon_id": coupon_id, "customer_id": customer_id, "state": "available", "now": tx.now,
           "expires_at": expires_at, "most": most}
    return tx.scalar(_ADD_CLAIM, row)


def use_claim(tx: Tx, claim_id: int, customer_id: int) -> bool:
    return tx.changed(_USE_CLAIM, {"row_id": claim_id, "owner": customer_id, "now": tx.now}) == 1


def count_use(tx: Tx, coupon_id: int) -> bool:
    return tx.changed(_COUNT_USE, {"row_id": coupon_id, "now": tx.now}) == 1


def begin_use(tx: Tx, order_id: int, claim_id: int, coupon_id: int) -> bool:
    """Notes the use; False when the order has a live one already."""
    row = {"order_id": order_id, "claim_id": claim_id, "coupon_id": coupon_id, "live": True, "used_at": tx.now,
           "returned_at": None}
    return tx.first(_BEGIN_USE[tx.sqlite], row) is not None


def end_use(tx: Tx, order_id: int) -> bool:
    """Ends the order's live use: the claim is available again and the coupon counts one use less."""
    ended = tx.first(_END_USE, {"order": order_id, "now": tx.now})
    if ended is None:
        return False
    tx.execute(_RETURN_CLAIM, {"row_id": ended.claim_id})
    tx.execute(_UNCOUNT_USE, {"row_id": ended.coupon_id})
    return True


def lock_tries(tx: Tx, customer_id: int) -> tuple[int, datetime | None]:
    """The person's wrong codes in a row and the end of a pause, locked until the transaction ends."""
    row = tx.first(_LOCK_TRIES[tx.sqlite], {"customer_id": customer_id, "wrong": 0, "paused_until": None})
    assert row is not None
    return row.wrong, row.paused_until


def set_tries(tx: Tx, customer_id: int, wrong: int, paused_until: datetime | None) -> None:
    tx.execute(_SET_TRIES, {"row_id": customer_id, "new_wrong": wrong, "until": paused_until})


def put_promotion(tx: Tx, row: dict[str, Any]) -> int:
    return _put(tx, PROMOTIONS, row)


def put_coupon(tx: Tx, row: dict[str, Any]) -> int:
    return _put(tx, COUPONS, row)


def taken(tx: Tx, code: str) -> tuple[int, int]:
    """How many claims and live uses the coupon with this code has; none for one that is not there yet."""
    row = tx.first(_TAKEN, {"code": code})
    return (0, 0) if row is None else (row.claimed, row.used)


def _put(tx: Tx, table: Table, row: dict[str, Any]) -> int:
    """Inserts the row, or changes the one with its code; columns that `row` lacks stay."""
    known = tx.scalar(_ID_BY_CODE[table.name], {"code": row["code"]})
    if known is None:
        return tx.insert(_INSERT[table.name], row)
    tx.execute(_UPDATE[table.name].values(row), {"row_id": known})
    return known
