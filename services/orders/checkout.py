"""The checkout: opened from the cart or for one SKU, and shown as it stands now.

Every choice bumps the version, and so does a difference that a look brings to light: the button that places the order
names the version that was seen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from services.cart.errors import NotSoldInChat
from services.cart.service import MOST_PIECES
from services.catalog import service as catalog
from services.catalog.types import SkuFacts
from services.delivery import service as delivery
from services.inventory import service as inventory
from services.orders import assembly, repository
from services.orders import checkout_repository as checkouts
from services.orders.assembly import Assembled, Goods, MethodsFor, Wishes
from services.orders.changes import differences
from services.orders.errors import AlreadyOrdered, TooMany
from services.orders.types import (
    BEST,
    BUY_NOW,
    CART,
    CHOSEN,
    NONE,
    Adjustment,
    Change,
    CheckoutLine,
    CheckoutView,
    Shortage,
)
from services.pricing.types import Adjustment as PricedAdjustment
from services.pricing.types import QuotedLine, Rule
from services.promotions import service as promotions
from services.promotions.errors import CouponGone
from services.promotions.types import Choices
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound


def open_cart(tx: Tx, actor: Actor, currency: str = "") -> int:
    """Opens the checkout of what is chosen in the cart and sold in `currency` (without one, in that of the first line)
    and returns its id.

    An order has one currency: what is sold in others waits in the cart. Raises NotReady when nothing is chosen.
    """
    customer_id = actor.require_customer()
    checkout_id = checkouts.open_(tx, customer_id, CART, None, None, currency)
    assembly.goods(tx, actor, require_open(tx, actor, checkout_id))
    return checkout_id


def open_buy_now(tx: Tx, actor: Actor, sku_id: int, quantity: int) -> int:
    """Opens a checkout of one SKU beside the cart and returns its id.

    Raises NotFound for what is not on sale, NotSoldInChat, InvalidInput for a quantity below 1, TooMany above what one
    order may hold.
    """
    customer_id = actor.require_customer()
    sku = catalog.sku_facts(tx, (sku_id,), actor.prices).get(sku_id)
    if sku is not None and sku.barred:
        raise NotSoldInChat(name=sku.product_name)
    if sku is None or not sku.on_sale:
        raise NotFound()
    if quantity < 1:
        raise InvalidInput(field="quantity")
    if quantity > most(sku):
        raise TooMany(wanted=quantity, most=most(sku))
    return checkouts.open_(tx, customer_id, BUY_NOW, sku_id, quantity)


def view(tx: Tx, actor: Actor, checkout_id: int, methods_for: MethodsFor) -> CheckoutView:
    """The checkout as it stands now, kept as what the customer has seen: a writing use case.

    Raises NotFound for another's, AlreadyOrdered, NotReady when nothing is left in it.
    """
    row = require_open(tx, actor, checkout_id)
    wishes = _with_usual_method(tx, actor, Wishes.chosen(row))
    bought = assembly.goods(tx, actor, row)
    to = assembly.destination(tx, actor, wishes, bought)
    rules = promotions.automatic_rules(tx)
    choices = promotions.choices(tx, actor, assembly.basket(bought, to.way), rules)
    coupon = _coupon(tx, actor, row, choices)
    now = assembly.assemble(bought, to, rules, coupon, wishes.method, methods_for)
    facts = now.facts(tx)
    changes = differences(row.shown, facts) if row.shown else ()
    version = row.version + 1 if changes else row.version
    checkouts.show(tx, checkout_id, facts, version)
    shown = _view(tx, row, version, now, choices, changes)
    if to.address is None or to.way is not None:
        return shown
    return replace(shown, delivery_in=delivery.currencies(tx, to.address.region, bought.weight_g, bought.kinds))


def coupon_choices(tx: Tx, actor: Actor, checkout_id: int) -> Choices:
    """The person's coupons as this checkout can use them: those it can, best first, and why not the others."""
    row = require_open(tx, actor, checkout_id)
    bought = assembly.goods(tx, actor, row)
    to = assembly.destination(tx, actor, Wishes.chosen(row), bought)
    return promotions.choices(tx, actor, assembly.basket(bought, to.way), promotions.automatic_rules(tx))


def note(tx: Tx, row: Row[Any]) -> str:
    """What the customer wrote to the shop, opened."""
    return "" if row.note is None else tx.vault.open(row.note, checkouts.note_place(row.id))


def require_open(tx: Tx, actor: Actor, checkout_id: int) -> Row[Any]:
    """The locked row of an own checkout that is not an order yet. Raises NotFound, AlreadyOrdered."""
    row = checkouts.lock(tx, checkout_id)
    if row is None:
        raise NotFound()
    actor.require_own(row.customer_id)
    if row.order_id is not None:
        raise AlreadyOrdered(order_id=row.order_id)
    return row


def _with_usual_method(tx: Tx, actor: Actor, wishes: Wishes) -> Wishes:
    if wishes.method is not None:
        return wishes
    usual = repository.last_method(tx, actor.id)
    return Wishes(wishes.address_id, wishes.delivery_code, wishes.claim_id, usual)


def _coupon(tx: Tx, actor: Actor, row: Row[Any], choices: Choices) -> tuple[int, Rule] | None:
    if row.coupon_choice == NONE or (row.coupon_choice == BEST and not choices.usable):
        return None
    claim_id = row.claim_id if row.coupon_choice == CHOSEN else choices.usable[0].claim_id
    try:
        return claim_id, promotions.claim_rule(tx, actor, claim_id)
    except (CouponGone, NotFound):
        # Used up or ended since it was chosen; the difference is told.
        return None


def shortages(tx: Tx, bought: Goods) -> tuple[Shortage, ...]:
    """The lines of which less can be had now than is wanted."""
    available = inventory.available(tx, tuple(bought.wanted))
    found = []
    for sku_id, wanted in bought.wanted.items():
        sku = bought.known.get(sku_id)
        left = min(available.get(sku_id, 0), most(sku)) if sku is not None and sku.on_sale else 0
        if wanted > left:
            found.append(Shortage(sku_id, sku.product_name if sku else {}, sku.options if sku else (), wanted, left))
    return tuple(found)


def most(sku: SkuFacts) -> int:
    """How many pieces of a SKU one order may hold."""
    return min(MOST_PIECES, sku.most_per_order or MOST_PIECES)


def _view(
    tx: Tx, row: Row[Any], version: int, now: Assembled, choices: Choices, changes: tuple[Change, ...]
) -> CheckoutView:
    quoted, to = now.quote, now.destination
    return CheckoutView(
        id=row.id, source=row.source, version=version,
        lines=tuple(_line(sku, each) for sku, each in zip(now.goods.sold, quoted.lines, strict=True)),
        adjustments=tuple(_adjustment(each) for each in quoted.adjustments),
        subtotal=quoted.subtotal, discount=quoted.discount, shipping=quoted.shipping, tax=quoted.tax,
        total=quoted.total, needs_delivery=to.needed, address=to.address, delivery=to.way, deliveries=to.deliveries,
        coupon=now.coupon, coupons_usable=len(choices.usable), coupon_choice=row.coupon_choice, note=note(tx, row),
        method=now.method, methods=now.methods, shortages=shortages(tx, now.goods), changes=changes,
    )


def _line(sku: SkuFacts, quoted: QuotedLine) -> CheckoutLine:
    return CheckoutLine(
        sku_id=sku.sku_id, product_id=sku.product_id, name=sku.product_name, options=sku.options,
        picture_key=sku.picture_key, kind=sku.kind, quantity=quoted.line.quantity, unit_price=sku.price,
        subtotal=quoted.subtotal, total=quoted.total,
    )


def _adjustment(each: PricedAdjustment) -> Adjustment:
    return Adjustment(each.source, dict(each.name), each.amount, each.shares, each.shipping)
