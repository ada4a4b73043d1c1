"""What a customer chooses in a checkout, one thing at a time. Each needs a checkout of one's own that is no order yet:
NotFound and AlreadyOrdered are raised otherwise.
"""

from __future__ import annotations

from services.customers import addresses
from services.orders import assembly
from services.orders import checkout_repository as checkouts
from services.orders.checkout import require_open, shortages
from services.orders.types import BEST, CHOSEN, NONE, NOTE_LIMIT
from services.promotions import service as promotions
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput


def choose_address(tx: Tx, actor: Actor, checkout_id: int, address_id: int) -> None:
    """Raises NotFound for an address that is not the person's own."""
    require_open(tx, actor, checkout_id)
    addresses.require_address(tx, actor, address_id)
    checkouts.choose(tx, checkout_id, address_id=address_id)


def choose_delivery(tx: Tx, actor: Actor, checkout_id: int, code: str) -> None:
    """A way of delivery that the address does not have gives way to the first that it has."""
    require_open(tx, actor, checkout_id)
    checkouts.choose(tx, checkout_id, delivery_code=code)


def choose_coupon(tx: Tx, actor: Actor, checkout_id: int, claim_id: int | None) -> None:
    """Uses a claimed coupon, or none. Raises NotFound or CouponGone when it cannot be used any more."""
    require_open(tx, actor, checkout_id)
    if claim_id is not None:
        promotions.claim_rule(tx, actor, claim_id)
    checkouts.choose(tx, checkout_id, coupon_choice=NONE if claim_id is None else CHOSEN, claim_id=claim_id)


def choose_best_coupon(tx: Tx, actor: Actor, checkout_id: int) -> None:
    require_open(tx, actor, checkout_id)
    checkouts.choose(tx, checkout_id, coupon_choice=BEST, claim_id=None)


def choose_method(tx: Tx, actor: Actor, checkout_id: int, method: str) -> None:
    """A way to pay that this order cannot use gives way to the first that it can."""
    require_open(tx, actor, checkout_id)
    checkouts.choose(tx, checkout_id, payment_method=method)


def write_note(tx: Tx, actor: Actor, checkout_id: int, text: str) -> None:
    """A note to the shop; an empty one takes it away. Raises InvalidInput beyond 200 characters."""
    require_open(tx, actor, checkout_id)
    text = " ".join(text.split())
    if len(text) > NOTE_LIMIT:
        raise InvalidInput(field="note", reason="too-long", most=NOTE_LIMIT, length=len(text))
    sealed = tx.vault.seal(text, checkouts.note_place(checkout_id)) if text else None
    checkouts.choose(tx, checkout_id, note=sealed)


def drop_missing(tx: Tx, actor: Actor, checkout_id: int) -> None:
    """Lowers what is wanted to what can be had, in this checkout alone; the cart stays as it is."""
    row = require_open(tx, actor, checkout_id)
    missing = shortages(tx, assembly.goods(tx, actor, row))
    caps = {str(shortage.sku_id): shortage.available for shortage in missing}
    checkouts.choose(tx, checkout_id, caps=row.caps | caps)
