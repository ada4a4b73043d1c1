"""Coupons that come with something else, such as a push: each person has one in the end, given now or held before."""

from __future__ import annotations

from collections.abc import Sequence

from services.promotions import claiming, deals_repository, gifts_repository, repository
from services.promotions.fields import COUPON
from services.promotions.rows import is_handed_out
from services.shared.db import Tx


def can_be_given(tx: Tx, coupon_id: int) -> bool:
    """Whether the coupon is being handed out at this moment."""
    coupon = repository.coupon(tx, coupon_id)
    return coupon is not None and is_handed_out(coupon, tx.now)


def given_now(tx: Tx) -> tuple[tuple[int, dict[str, str]], ...]:
    """The coupons that are being handed out at this moment, by id and name."""
    every = deals_repository.every(tx, COUPON)
    return tuple((row.id, row.name) for row in every if is_handed_out(row, tx.now))


def hand_to(tx: Tx, coupon_id: int, customer_ids: Sequence[int]) -> frozenset[int]:
    """Puts one into the wallet of each who never had it; returns those who have or had one now. The others came too
    late: there are none left, or it is not handed out any more."""
    holders = gifts_repository.holders_among(tx, coupon_id, customer_ids)
    coupon = repository.coupon(tx, coupon_id)
    if coupon is None or not is_handed_out(coupon, tx.now):
        return frozenset(holders)
    for customer_id in customer_ids:
        if customer_id in holders:
            continue
        if not repository.count_claim(tx, coupon_id):
            break
        if claiming.put_into_wallet(tx, customer_id, coupon, most=1) is None:
            repository.uncount_claim(tx, coupon_id)
        holders.add(customer_id)
    return frozenset(holders)
