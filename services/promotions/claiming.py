"""How coupons get into a wallet: from the coupon centre, by a typed code, as a welcome."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.customers import service as customers
from services.promotions import repository
from services.promotions.errors import CodePaused, CouponGone, CouponHeld
from services.promotions.rows import coupon_facts
from services.promotions.types import Claim, CodeAnswer
from services.promotions.windows import end_of_day_after
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound

MOST_WRONG_CODES = 5
CODE_PAUSE = timedelta(minutes=10)


def claim(tx: Tx, actor: Actor, coupon_id: int) -> Claim:
    """Takes a coupon of the coupon centre. Raises NotFound, CouponGone or CouponHeld."""
    customer_id = actor.require_customer()
    coupon = repository.coupon(tx, coupon_id)
    if coupon is None or not coupon.in_centre:
        raise NotFound()
    return give(tx, customer_id, coupon)


def claim_code(tx: Tx, actor: Actor, code: str) -> CodeAnswer:
    """Takes the coupon of a typed code, however it is cased and spaced.

    A wrong code is an answer and not an error, since it must be counted: after the fifth in a row nothing is looked
    at for ten minutes. Raises CodePaused during these; CouponGone or CouponHeld for a known code.
    """
    customer_id = actor.require_customer()
    wrong, paused_until = repository.lock_tries(tx, customer_id)
    if paused_until is not None and tx.now < paused_until:
        raise CodePaused(until=paused_until)
    coupon = repository.coupon_by_redeem_code(tx, normal_code(code))
    if coupon is not None:
        repository.set_tries(tx, customer_id, 0, None)
        return CodeAnswer(give(tx, customer_id, coupon))
    wrong = 1 if paused_until is not None else wrong + 1
    pause = tx.now + CODE_PAUSE if wrong >= MOST_WRONG_CODES else None
    repository.set_tries(tx, customer_id, wrong, pause)
    return CodeAnswer(None, MOST_WRONG_CODES - wrong, pause)


def welcome(tx: Tx, actor: Actor) -> tuple[Claim, ...]:
    """Gives a newcomer the welcome coupons, each once in a lifetime: a second call gives nothing."""
    customer_id = actor.require_customer()
    given: list[Claim] = []
    for coupon in repository.welcome_coupons(tx):
        if repository.count_claim(tx, coupon.id):
            claimed = put_into_wallet(tx, customer_id, coupon, most=1)
            if claimed is None:
                repository.uncount_claim(tx, coupon.id)
            else:
                given.append(claimed)
    return tuple(given)


def greet(tx: Tx, actor: Actor) -> tuple[Claim, ...] | None:
    """Notes that a newcomer is welcomed and gives the welcome coupons; None for whoever was welcomed before."""
    if customers.is_welcomed(tx, actor) or not customers.welcome(tx, actor):
        return None
    return welcome(tx, actor)


def normal_code(code: str) -> str:
    """A code as it is stored: full-width letters made plain, in capitals, without spaces."""
    return "".join(unicodedata.normalize("NFKC", code).upper().split())


def give(tx: Tx, customer_id: int, coupon: Row[Any]) -> Claim:
    """Puts one into the person's wallet. Raises CouponGone, CouponHeld."""
    if not repository.count_claim(tx, coupon.id):
        raise why_not(tx, coupon)
    claimed = put_into_wallet(tx, customer_id, coupon, most=coupon.limit_per_person)
    if claimed is None:
        raise CouponHeld()
    return claimed


def put_into_wallet(tx: Tx, customer_id: int, coupon: Row[Any], most: int) -> Claim | None:
    """Puts one, which `repository.count_claim` has counted, into the wallet; None for who has `most` of them."""
    ends = [coupon.ends_at] if coupon.ends_at is not None else []
    if coupon.valid_days is not None:
        ends.append(end_of_day_after(tx.now, coupon.valid_days, coupon.zone))
    expires_at = min(ends)
    claim_id = repository.add_claim(tx, coupon.id, customer_id, expires_at, most)
    return None if claim_id is None else Claim(claim_id, coupon_facts(coupon), "available", tx.now, expires_at)


def why_not(tx: Tx, coupon: Row[Any]) -> CouponGone:
    """Why there is none of this coupon to be had now."""
    if coupon.starts_at > tx.now:
        return CouponGone(reason="not-started", at=coupon.starts_at)
    if coupon.ends_at is not None and coupon.ends_at <= tx.now:
        return CouponGone(reason="expired")
    return CouponGone(reason="gone")
