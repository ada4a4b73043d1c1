from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from services.promotions.models import CouponClaimRow, GiftRecipientRow, GiftRow
from services.shared.db import Tx

GIFTS, RECIPIENTS, CLAIMS = GiftRow.__table__, GiftRecipientRow.__table__, CouponClaimRow.__table__

_ADD = insert(GIFTS)
_ADD_RECIPIENTS = insert(RECIPIENTS)
_ONE = select(GIFTS).where(GIFTS.c.id == bindparam("row_id"))
_BY_NONCE = select(GIFTS).where(GIFTS.c.nonce == bindparam("nonce"))
_RUNNING = GIFTS.c.state == "running"
# Locks the gift: who stops it waits for this step, and this step finds out that it was stopped.
_BEGIN_BATCH = (
    update(GIFTS).where(GIFTS.c.id == bindparam("row_id"), _RUNNING, GIFTS.c.batch == bindparam("step"))
    .values(batch=GIFTS.c.batch + 1)
)
_COUNT = (
    update(GIFTS).where(GIFTS.c.id == bindparam("row_id"))
    .values(given=GIFTS.c.given + bindparam("more_given"), had=GIFTS.c.had + bindparam("more_had"))
)
_END = (
    update(GIFTS).where(GIFTS.c.id == bindparam("row_id"), _RUNNING)
    .values(state=bindparam("new_state"), ended_at=bindparam("at", type_=GIFTS.c.ended_at.type))
)
_WAITING = (
    select(RECIPIENTS.c.customer_id).where(RECIPIENTS.c.gift_id == bindparam("row_id"), RECIPIENTS.c.state == "waiting")
    .order_by(RECIPIENTS.c.customer_id).limit(bindparam("most"))
)
_SETTLE = (
    update(RECIPIENTS)
    .where(RECIPIENTS.c.gift_id == bindparam("row_id"), RECIPIENTS.c.customer_id == bindparam("who"),
           RECIPIENTS.c.state == "waiting")
    .values(state=bindparam("new_state"), claim_id=bindparam("claim"))
)
_CLAIM_OF = select(RECIPIENTS.c.claim_id).where(
    RECIPIENTS.c.gift_id == bindparam("row_id"), RECIPIENTS.c.customer_id == bindparam("who")
)
_HOLDERS = select(CLAIMS.c.customer_id).where(CLAIMS.c.coupon_id == bindparam("coupon_id")).distinct()
_HOLDERS_AMONG = _HOLDERS.where(CLAIMS.c.customer_id.in_(bindparam("customers", expanding=True)))

_COUNT_HELD = select(func.count()).where(
    CLAIMS.c.coupon_id == bindparam("coupon_id"), CLAIMS.c.customer_id == bindparam("who")
)


def add(tx: Tx, row: dict[str, Any], customer_ids: Sequence[int]) -> int:
    gift_id = tx.insert(_ADD, row)
    tx.execute(_ADD_RECIPIENTS, [
        {"gift_id": gift_id, "customer_id": each, "state": "waiting", "claim_id": None} for each in customer_ids
    ])
    return gift_id


def one(tx: Tx, gift_id: int) -> Row[Any] | None:
    return tx.first(_ONE, {"row_id": gift_id})


def by_nonce(tx: Tx, nonce: str) -> Row[Any] | None:
    return tx.first(_BY_NONCE, {"nonce": nonce})


def begin_batch(tx: Tx, gift_id: int, batch: int) -> bool:
    """False when this step was done already, or the gift does not run any more."""
    return tx.changed(_BEGIN_BATCH, {"row_id": gift_id, "step": batch}) == 1


def count(tx: Tx, gift_id: int, given: int, had: int) -> None:
    tx.execute(_COUNT, {"row_id": gift_id, "more_given": given, "more_had": had})


def end(tx: Tx, gift_id: int, state: str) -> bool:
    """False when it had ended already."""
    return tx.changed(_END, {"row_id": gift_id, "new_state": state, "at": tx.now}) == 1


def waiting(tx: Tx, gift_id: int, most: int) -> list[int]:
    return [row.customer_id for row in tx.rows(_WAITING, {"row_id": gift_id, "most": most})]


def settle(tx: Tx, gift_id: int, customer_id: int, state: str, claim_id: int | None) -> None:
    values = {"row_id": gift_id, "who": customer_id, "new_state": state, "claim": claim_id}
    if tx.changed(_SETTLE, values) != 1:
        raise RuntimeError(f"gift {gift_id} has settled customer {customer_id} already")


def claim_of(tx: Tx, gift_id: int, customer_id: int) -> int | None:
    return tx.scalar(_CLAIM_OF, {"row_id": gift_id, "who": customer_id})


def holders(tx: Tx, coupon_id: int) -> set[int]:
    """Everybody who has or had the coupon."""
    return {row.customer_id for row in tx.rows(_HOLDERS, {"coupon_id": coupon_id})}


def holders_among(tx: Tx, coupon_id: int, customer_ids: Collection[int]) -> set[int]:
    values = {"coupon_id": coupon_id, "customers": list(customer_ids)}
    return {row.customer_id for row in tx.rows(_HOLDERS_AMONG, values)}


def count_held(tx: Tx, coupon_id: int, customer_id: int) -> int:
    """How many of the coupon a person has or had."""
    return tx.scalar(_COUNT_HELD, {"coupon_id": coupon_id, "who": customer_id})
