"""Giving a coupon: to one person at once, to many step by step. Each has one coupon of it in the end, or none.

A step is one transaction that gives coupons, counts them, and asks for the next step: what a crash interrupts was
done whole or not at all, and goes on where it was. Who agreed to marketing is told; the others find it in their wallet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from services.customers import reach
from services.customers import service as customers
from services.outbox import service as outbox
from services.outbox.types import BULK
from services.promotions import claiming, gifts_repository, repository
from services.promotions.deals import Gift, gift_of
from services.promotions.errors import CouponHeld, CouponNotGiven, DealState
from services.promotions.rows import claim_of, is_handed_out, trouble
from services.promotions.types import Claim
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import audit, freeze
from services.staff.types import COUPONS_GIVE

RUNNING, STOPPED, DONE, GONE = "running", "stopped", "done", "gone"
STEP_JOB, TOLD_JOB = "deals.gift", "deals.given"
STEP = 100
_FROZEN_WAIT = timedelta(minutes=5)
# How many ids one statement names.
_AT_ONCE = 5_000
# Nobody is told of a gift at night.
_MORNING, _NIGHT = time(9), time(22)


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would get a coupon: `people` in all, of whom `had` have or had one; `told` get a message about it.

    `left` is how many coupons there are still; None without a limit.
    """

    people: int
    had: int
    told: int
    left: int | None

    @property
    def new(self) -> int:
        return self.people - self.had


def preview(tx: Tx, actor: Actor, coupon_id: int, customer_ids: Sequence[int]) -> Preview:
    """Raises NotAllowed, NotFound, CouponNotGiven."""
    coupon = _require_givable(tx, actor, coupon_id)
    had = gifts_repository.holders(tx, coupon_id).intersection(customer_ids)
    new = [each for each in customer_ids if each not in had]
    told = sum(len(reach.consenting(tx, new[at:at + _AT_ONCE])) for at in range(0, len(new), _AT_ONCE))
    left = None if coupon.limit_total is None else coupon.limit_total - coupon.claimed - coupon.claimed_elsewhere
    return Preview(len(customer_ids), len(had), told, left)


def give_many(tx: Tx, actor: Actor, coupon_id: int, customer_ids: Sequence[int], nonce: str) -> Gift:
    """Begins to give the coupon to these people; the same `nonce` again is the same gift.

    Raises NotAllowed, NotFound, Frozen; CouponNotGiven where it cannot be given or there is nobody to give it to.
    """
    freeze.refuse_if_frozen(tx)
    _require_givable(tx, actor, coupon_id)
    known = gifts_repository.by_nonce(tx, nonce)
    if known is not None:
        return gift_of(known)
    people = sorted(set(customer_ids))
    if not people:
        raise CouponNotGiven(reason="nobody")
    gift_id = _add(tx, actor, coupon_id, people, nonce)
    _ask_for_step(tx, gift_id, 0)
    audit.record(tx, actor, "coupons.give-many", f"coupon:{coupon_id}", {"gift": gift_id, "people": len(people)})
    return require(tx, gift_id)


def give_one(tx: Tx, actor: Actor, coupon_id: int, customer_id: int, nonce: str) -> Claim:
    """Puts one into a person's wallet; the same `nonce` again is the same one.

    Raises NotAllowed, NotFound, CouponNotGiven, CouponGone; CouponHeld for who has as many as one person may have.
    """
    coupon = _require_givable(tx, actor, coupon_id)
    customers.require(tx, customer_id)
    known = gifts_repository.by_nonce(tx, nonce)
    if known is not None:
        return _claim_of_gift(tx, known.id, customer_id)
    gift_id = _add(tx, actor, coupon_id, [customer_id], nonce)
    if not repository.count_claim(tx, coupon_id):
        raise claiming.why_not(tx, coupon)
    claim = claiming.put_into_wallet(tx, customer_id, coupon, most=coupon.limit_per_person)
    if claim is None:
        raise CouponHeld()
    gifts_repository.settle(tx, gift_id, customer_id, "given", claim.id)
    gifts_repository.count(tx, gift_id, 1, 0)
    gifts_repository.end(tx, gift_id, DONE)
    _tell(tx, coupon, [(customer_id, claim.id)])
    audit.record(tx, actor, "coupons.give", f"coupon:{coupon_id}", {"customer": customer_id, "claim": claim.id})
    return claim


def give_step(tx: Tx, gift_id: int, batch: int) -> Gift:
    """Does step `batch` of a gift, unless it was done already or the gift has ended, and asks for the next.

    While the shop is frozen the step is put off.
    """
    if freeze.is_frozen(tx):
        step = {"gift_id": gift_id, "batch": batch}
        outbox.enqueue(tx, STEP_JOB, step, at=tx.now + _FROZEN_WAIT, lane=BULK)
    elif gifts_repository.begin_batch(tx, gift_id, batch):
        gift = require(tx, gift_id)
        coupon = repository.coupon(tx, gift.coupon_id)
        people = gifts_repository.waiting(tx, gift_id, STEP)
        if coupon is None or not people:
            gifts_repository.end(tx, gift_id, DONE)
        elif _give(tx, gift_id, coupon, people):
            _ask_for_step(tx, gift_id, batch + 1)
        else:
            gifts_repository.end(tx, gift_id, GONE)
    return require(tx, gift_id)


def stop(tx: Tx, actor: Actor, gift_id: int) -> Gift:
    """Ends a gift under way: who has a coupon keeps it, the others get none. Raises NotAllowed, NotFound, DealState."""
    actor.require(COUPONS_GIVE)
    require(tx, gift_id)
    if not gifts_repository.end(tx, gift_id, STOPPED):
        raise DealState(reason=require(tx, gift_id).state)
    gift = require(tx, gift_id)
    audit.record(tx, actor, "coupons.stop-giving", f"coupon:{gift.coupon_id}", {"gift": gift_id, "given": gift.given})
    return gift


def get(tx: Tx, actor: Actor, gift_id: int) -> Gift:
    """Raises NotAllowed, NotFound."""
    actor.require(COUPONS_GIVE)
    return require(tx, gift_id)


def require(tx: Tx, gift_id: int) -> Gift:
    """Raises NotFound."""
    row = gifts_repository.one(tx, gift_id)
    if row is None:
        raise NotFound()
    return gift_of(row)


def to_be_told(tx: Tx, claim_id: int) -> Claim:
    """A given claim that can still be used, by a person who still wants to hear of it.

    Raises NotFound otherwise; Frozen while the shop is, so that the job comes back to it.
    """
    freeze.refuse_if_frozen(tx)
    row = repository.claim(tx, claim_id)
    if row is None or trouble(row, tx.now) is not None or not reach.consenting(tx, [row.customer_id]):
        raise NotFound()
    return claim_of(row)


def _require_givable(tx: Tx, actor: Actor, coupon_id: int) -> Row[Any]:
    actor.require(COUPONS_GIVE)
    coupon = repository.coupon(tx, coupon_id)
    if coupon is None:
        raise NotFound()
    if not is_handed_out(coupon, tx.now):
        raise CouponNotGiven(reason="closed")
    return coupon


def _add(tx: Tx, actor: Actor, coupon_id: int, people: Sequence[int], nonce: str) -> int:
    return gifts_repository.add(tx, {
        "coupon_id": coupon_id, "state": RUNNING, "nonce": nonce, "people": len(people), "given": 0, "had": 0,
        "batch": 0, "made_by": actor.id, "made_name": actor.name, "created_at": tx.now, "ended_at": None,
    }, people)


def _give(tx: Tx, gift_id: int, coupon: Row[Any], people: Sequence[int]) -> bool:
    """Settles these people; False when there were no coupons left for all of them."""
    holders = gifts_repository.holders_among(tx, coupon.id, people)
    given: list[tuple[int, int]] = []
    had = 0
    for customer_id in people:
        claim = None
        if customer_id not in holders:
            if not repository.count_claim(tx, coupon.id):
                break
            claim = claiming.put_into_wallet(tx, customer_id, coupon, most=1)
            if claim is None:
                # Claimed by the person in this very moment.
                repository.uncount_claim(tx, coupon.id)
        if claim is None:
            had += 1
            gifts_repository.settle(tx, gift_id, customer_id, "had", None)
        else:
            gifts_repository.settle(tx, gift_id, customer_id, "given", claim.id)
            given.append((customer_id, claim.id))
    gifts_repository.count(tx, gift_id, len(given), had)
    _tell(tx, coupon, given)
    return len(given) + had == len(people)


def _tell(tx: Tx, coupon: Row[Any], given: Sequence[tuple[int, int]]) -> None:
    told = reach.consenting(tx, [customer_id for customer_id, _ in given])
    at = _polite(tx.now, coupon.zone)
    for customer_id, claim_id in given:
        if customer_id in told:
            outbox.enqueue(tx, TOLD_JOB, {"claim_id": claim_id, "customer_id": customer_id},
                           key=f"{TOLD_JOB}:{claim_id}", at=at, lane=BULK)


def _polite(now: datetime, zone: str) -> datetime:
    """Now, or the next morning where it is night in the shop's zone."""
    local = now.astimezone(ZoneInfo(zone))
    if _MORNING <= local.time() < _NIGHT:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= _NIGHT else 0)
    return datetime.combine(day, _MORNING, local.tzinfo).astimezone(UTC)


def _claim_of_gift(tx: Tx, gift_id: int, customer_id: int) -> Claim:
    claim_id = gifts_repository.claim_of(tx, gift_id, customer_id)
    row = None if claim_id is None else repository.claim(tx, claim_id)
    if row is None:
        raise NotFound()
    return claim_of(row)


def _ask_for_step(tx: Tx, gift_id: int, batch: int) -> None:
    outbox.enqueue(tx, STEP_JOB, {"gift_id": gift_id, "batch": batch}, key=f"{STEP_JOB}:{gift_id}:{batch}", lane=BULK)
