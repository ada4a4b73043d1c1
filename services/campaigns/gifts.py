"""Who is meant by a gift: one person by what the counter knows of them, or a group of customers.

A group is one of a few that every shop has, or an audience that was given a name ("s7" for the seventh).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.campaigns import audience
from services.campaigns.types import BOUGHT, UNSEEN, Audience, Condition
from services.customers import reach
from services.customers import service as customers
from services.orders import service as orders
from services.promotions import gifting, gifts_repository
from services.promotions.deals import Gift
from services.promotions.gifting import Preview
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.staff import mfa
from services.staff.types import COUPONS_GIVE

_SAVED = "s"
GROUPS = {
    "all": Audience(),
    "bought": Audience(((Condition(BOUGHT),),)),
    "never": Audience(((Condition(BOUGHT, negated=True),),)),
    "unseen": Audience(((Condition(UNSEEN, days=30),),)),
}
# A phone number is longer than any customer's number will be for long, and shorter than none.
_SHORTEST_PHONE = 7
_MOST_FOUND = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A customer with a masked name, and how many of the coupon they have or had."""

    customer_id: int
    name: str
    held: int


def find(tx: Tx, actor: Actor, coupon_id: int, typed: str, telegram_id: int | None = None) -> tuple[Found, ...]:
    """The customers behind a Telegram account, a customer's number, a phone number or an order's number.

    Raises NotAllowed; NotFound and InvalidInput where there is nobody.
    """
    actor.require(COUPONS_GIVE)
    ids = _ids(tx, actor, typed.strip(), telegram_id)
    if not ids:
        raise NotFound()
    return tuple(_found(tx, coupon_id, customer_id) for customer_id in ids[:_MOST_FOUND])


def groups(tx: Tx, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Key and name of each group; those that every shop has are named by their key alone. Raises NotAllowed."""
    actor.require(COUPONS_GIVE)
    named = tuple((f"{_SAVED}{each.id}", each.name) for each in audience.saved(tx, actor))
    return tuple((key, "") for key in GROUPS) + named


def preview(tx: Tx, actor: Actor, coupon_id: int, group: str) -> Preview:
    """Who of a group would get the coupon. Raises NotAllowed, NotFound, CouponNotGiven."""
    actor.require(COUPONS_GIVE)
    return gifting.preview(tx, actor, coupon_id, audience.members(tx, _audience(tx, group)))


def give(tx: Tx, actor: Actor, coupon_id: int, group: str, nonce: str, most_locked: int) -> Gift:
    """Begins to give the coupon to everybody in a group, once for each nonce.

    Raises NotAllowed, NotFound, CouponNotGiven; Locked for more than `most_locked` people without a fresh code.
    """
    actor.require(COUPONS_GIVE)
    people = audience.members(tx, _audience(tx, group))
    if len(people) > most_locked:
        mfa.require_unlocked(tx, actor)
    return gifting.give_many(tx, actor, coupon_id, people, nonce)


def _audience(tx: Tx, group: str) -> Audience:
    if group in GROUPS:
        return GROUPS[group]
    number = group.removeprefix(_SAVED)
    if not group.startswith(_SAVED) or not number.isascii() or not number.isdecimal():
        raise NotFound()
    return audience.require_saved(tx, int(number)).audience


def _ids(tx: Tx, actor: Actor, typed: str, telegram_id: int | None) -> tuple[int, ...]:
    if telegram_id is not None:
        known = customers.find(tx, telegram_id)
        if known is not None:
            return (known[0].id,)
    digits = typed.removeprefix("#")
    if digits.isascii() and digits.isdecimal() and len(digits) < _SHORTEST_PHONE:
        return (customers.require(tx, int(digits)).id,)
    try:
        return reach.by_phone(tx, typed)
    except InvalidInput:
        pass
    try:
        return (orders.by_number(tx, actor, typed).customer_id,)
    except NotAllowed as error:
        # Who may not see orders learns nothing of their customers this way.
        raise NotFound() from error


def _found(tx: Tx, coupon_id: int, customer_id: int) -> Found:
    person = customers.require(tx, customer_id)
    held = gifts_repository.count_held(tx, coupon_id, customer_id)
    return Found(customer_id, _masked(person.first_name), held)


def _masked(name: str) -> str:
    return f"{name[0]}**" if name else "**"
