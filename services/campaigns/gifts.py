"""Who is meant by a gift: one person by what the counter knows of them, or a group of customers."""

from __future__ import annotations

from dataclasses import dataclass

from services.customers import reach
from services.customers import service as customers
from services.orders import service as orders
from services.promotions import gifts_repository
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.staff.types import COUPONS_GIVE

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
