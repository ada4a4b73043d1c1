"""Links that put a coupon into the wallet of whoever follows them: `/start c_…`.

The link of a coupon of the centre names it. That of another carries a word besides that only the shop can make, so
that nobody gets a coupon by trying numbers.
"""

from __future__ import annotations

import hmac

from sqlalchemy import Row

from services.promotions import claiming, repository
from services.promotions.types import Claim
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.ids import from_base36, to_base36

PREFIX = "c_"
_WORD = 16


def payload(tx: Tx, coupon_id: int) -> str:
    """What the link of a coupon starts the bot with. Raises NotFound."""
    coupon = repository.coupon(tx, coupon_id)
    if coupon is None:
        raise NotFound()
    return f"{PREFIX}{to_base36(coupon_id)}" + ("" if coupon.in_centre else f"_{_word(tx, coupon)}")


def claim(tx: Tx, actor: Actor, rest: str) -> Claim:
    """Takes the coupon of a link, given without its prefix. Raises NotFound, CouponGone, CouponHeld."""
    customer_id = actor.require_customer()
    number, _, word = rest.partition("_")
    try:
        coupon = repository.coupon(tx, from_base36(number))
    except ValueError as error:
        raise NotFound() from error
    if coupon is None or not (coupon.in_centre or hmac.compare_digest(word, _word(tx, coupon))):
        raise NotFound()
    return claiming.give(tx, customer_id, coupon)


def _word(tx: Tx, coupon: Row) -> str:
    digest = tx.vault.blind_index(f"coupon:{coupon.id}", "coupon link")
    return "".join(char for char in digest if char.isalnum())[:_WORD]
