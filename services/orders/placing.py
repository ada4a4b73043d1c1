"""Placing an order: all of it in one transaction, or nothing.

What the customer saw is compared with what holds now; then the order is written with copies of everything that was
agreed, and stock and coupon are taken. Payment comes afterwards, outside of this transaction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from services.cart import service as cart
from services.catalog.types import SkuFacts
from services.inventory import service as inventory
from services.orders import arcs, assembly, checkout, finding, repository, steps
from services.orders import checkout_repository as checkouts
from services.orders.assembly import Assembled, MethodsFor, Wishes
from services.orders.changes import differences
from services.orders.errors import CheckoutChanged, NotReady
from services.orders.numbers import new_number
from services.orders.types import CART, FREE, Placed, Terms
from services.pricing.types import QuotedLine
from services.promotions import budgets
from services.promotions import service as promotions
from services.shared import ids
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale
from services.staff import freeze

# A number is taken already once in a million of a day's orders; so often in a row it never is.
_TRIES = 20


def place(
    tx: Tx, actor: Actor, checkout_id: int, version: int, terms: Terms, language: str, methods_for: MethodsFor
) -> Placed:
    """Turns version `version` of an own checkout into an order; asked again it answers with the same order.

    `language` is that of the customer's chat. Raises Stale for another version, CheckoutChanged when anything differs
    from what that version showed, NotReady, OutOfStock, CouponGone or Frozen: then nothing is ordered.
    """
    row = checkouts.lock(tx, checkout_id)
    if row is None:
        raise NotFound()
    actor.require_own(row.customer_id)
    if row.order_id is not None:
        order = steps.read(tx, row.order_id)
        return Placed(order.id, order.number, order.total, order.payment_method)
    freeze.refuse_if_frozen(tx)
    if row.version != version or not row.shown:
        raise Stale()
    now, method = _as_seen(tx, actor, row, methods_for)
    placed = _write(tx, row, now, method, terms, language)
    inventory.reserve(tx, placed.order_id, now.goods.wanted, terms.expiry(method, tx.now))
    if now.coupon is not None:
        promotions.redeem(tx, actor, now.coupon.claim_id, placed.order_id)
    budgets.spend(tx, placed.order_id, now.spending)
    if not checkouts.ordered(tx, checkout_id, placed.order_id):
        raise Stale()
    if row.source == CART:
        cart.take_ordered(tx, actor.id, tuple(now.goods.wanted))
    steps.note_placed(tx, placed.order_id, actor)
    if method == FREE:
        steps.mark_paid(tx, placed.order_id, actor, placed.total)
    return placed


def _as_seen(tx: Tx, actor: Actor, row: Row[Any], methods_for: MethodsFor) -> tuple[Assembled, str]:
    """What the checkout comes to, which is exactly what was shown, and the way to pay."""
    wishes = Wishes.seen(row.shown)
    bought = assembly.goods(tx, actor, row)
    to = assembly.destination(tx, actor, wishes, bought)
    coupon = None
    if wishes.claim_id is not None:
        coupon = (wishes.claim_id, promotions.claim_rule(tx, actor, wishes.claim_id))
    now = assembly.assemble(bought, to, promotions.automatic_rules(tx), coupon, wishes.method, methods_for)
    changes = differences(row.shown, now.facts(tx))
    if changes:
        raise CheckoutChanged(changes=changes)
    if len(bought.sold) < len(bought.wanted) or any(_over_limit(bought.wanted[sku.sku_id], sku) for sku in bought.sold):
        raise NotReady(reason="short")
    if to.needed and to.way is None:
        raise NotReady(reason="address" if to.address is None else "delivery")
    if now.method is None:
        raise NotReady(reason="method")
    return now, now.method


def _over_limit(quantity: int, sku: SkuFacts) -> bool:
    return quantity > checkout.most(sku)


def _write(tx: Tx, row: Row[Any], now: Assembled, method: str, terms: Terms, language: str) -> Placed:
    for _ in range(_TRIES):
        number = new_number(terms, tx.now)
        order_id = repository.add(tx, _order(tx, row, now, method, terms, language, number))
        if order_id is not None:
            break
    else:
        raise RuntimeError(f"no free order number after {_TRIES} tries")
    if (address := now.destination.address) is not None:
        finding.note(tx, order_id, address.name, address.phone)
    pairs = zip(now.goods.sold, now.quote.lines, strict=True)
    repository.add_lines(tx, [_line(order_id, sku, quoted) for sku, quoted in pairs])
    repository.add_adjustments(tx, [
        {"order_id": order_id, "source": each.source, "name": dict(each.name), "amount": each.amount.amount,
         "shares": [share.amount for share in each.shares], "shipping": each.shipping.amount}
        for each in now.quote.adjustments
    ])
    return Placed(order_id, number, now.quote.total, method)


def _order(
    tx: Tx, row: Row[Any], now: Assembled, method: str, terms: Terms, language: str, number: str
) -> dict[str, Any]:
    quoted, address, way = now.quote, now.destination.address, now.destination.way
    note = checkout.note(tx, row)
    return {
        "number": number, "token": ids.token(), "customer_id": row.customer_id,
        "state": arcs.FIRST[arcs.ORDER], "payment": arcs.FIRST[arcs.PAYMENT],
        "fulfilment": arcs.FIRST[arcs.FULFILMENT],
        "currency": now.goods.currency, "subtotal": quoted.subtotal.amount, "discount": quoted.discount.amount,
        "shipping": quoted.shipping.amount, "tax": quoted.tax.amount, "total": quoted.total.amount,
        "paid": 0, "refunded": 0, "payment_method": method,
        "claim_id": now.coupon.claim_id if now.coupon else None, "region": address.region if address else None,
        "delivery": way and {"code": way.code, "name": way.name, "days": list(way.days), "takes_cash": way.takes_cash},
        "recipient": address and tx.vault.seal_json(assembly.recipient(address), repository.recipient_place(number)),
        "note": tx.vault.seal(note, repository.note_place(number)) if note else None,
        "language": language, "placed_at": tx.now, "expires_at": terms.expiry(method, tx.now), "paid_at": None,
        "cancel_reason": None, "claimed_by": None, "claimed_name": None,
    }


def _line(order_id: int, sku: SkuFacts, quoted: QuotedLine) -> dict[str, Any]:
    return {
        "order_id": order_id, "sku_id": sku.sku_id, "product_id": sku.product_id, "sku_code": sku.sku_code,
        "kind": sku.kind, "name": sku.product_name, "options": list(sku.options), "picture_key": sku.picture_key,
        "quantity": quoted.line.quantity, "unit_price": sku.price.amount, "subtotal": quoted.subtotal.amount,
        "discount": quoted.discount.amount, "total": quoted.total.amount, "tax": quoted.tax.amount,
        "tax_bp": sku.tax_bp,
    }
