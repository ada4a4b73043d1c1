"""What a checkout comes to at this moment: goods, way of delivery, coupon and price, all read anew.

The screen and the placing of the order both go through here, so that both count the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.cart import service as cart
from services.catalog import service as catalog
from services.catalog.types import SkuFacts
from services.customers import addresses
from services.customers.types import Address
from services.delivery import service as delivery
from services.delivery.types import DeliveryOption
from services.orders.changes import Facts
from services.orders.errors import NotReady
from services.orders.types import CART, FREE, CouponLine
from services.pricing.service import quote
from services.pricing.types import Basket, Line, Quote, Rule
from services.promotions import budgets
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money

# Which ways to pay fit a total, kinds of goods and whether the carrier takes cash: the payments area knows.
MethodsFor = Callable[[Money, Sequence[str], bool], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to price with. None leaves the address and the ways of delivery and payment to their defaults."""

    address_id: int | None
    delivery_code: str | None
    claim_id: int | None
    method: str | None

    @classmethod
    def chosen(cls, row: Row[Any]) -> Wishes:
        return cls(row.address_id, row.delivery_code, row.claim_id, row.payment_method)

    @classmethod
    def seen(cls, facts: Facts) -> Wishes:
        """Exactly what a screen showed."""
        coupon = facts["coupon"]
        way = facts["delivery"]
        return cls(facts["address_id"], way and way["code"], coupon and coupon["claim"], facts["method"])


@dataclass(frozen=True, slots=True)
class Goods:
    """What is to be bought: `wanted` pieces by SKU, `sold` what can be priced, in the order of the cart."""

    wanted: dict[int, int]
    known: dict[int, SkuFacts]
    sold: tuple[SkuFacts, ...]
    currency: str

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({sku.kind for sku in self.sold}))

    @property
    def weight_g(self) -> int:
        return sum(sku.weight_g * self.wanted[sku.sku_id] for sku in self.sold)

    @property
    def subtotal(self) -> Money:
        return sum((sku.price * self.wanted[sku.sku_id] for sku in self.sold), Money.zero(self.currency))

    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(
                key=sku.sku_id, sku_id=sku.sku_id, product_id=sku.product_id, category_ids=sku.category_ids,
                tag_ids=sku.tag_ids, quantity=self.wanted[sku.sku_id], unit_price=sku.price, tax_bp=sku.tax_bp,
                kind=sku.kind,
            )
            for sku in self.sold
        )


@dataclass(frozen=True, slots=True)
class Destination:
    """Where it goes and how; nothing of it for goods that need no delivery."""

    needed: bool
    address: Address | None
    deliveries: tuple[DeliveryOption, ...]
    way: DeliveryOption | None


@dataclass(frozen=True, slots=True)
class Assembled:
    goods: Goods
    destination: Destination
    quote: Quote
    coupon: CouponLine | None
    methods: tuple[str, ...]
    method: str | None
    spending: Mapping[str, Money]

    def facts(self, tx: Tx) -> Facts:
        """What the customer sees of it, to be compared with later."""
        address, way = self.destination.address, self.destination.way
        return {
            "currency": self.goods.currency,
            "lines": [
                {"sku": sku.sku_id, "name": sku.product_name, "quantity": self.goods.wanted[sku.sku_id],
                 "price": sku.price.amount}
                for sku in self.goods.sold
            ],
            "discount": self.quote.discount.amount, "shipping": self.quote.shipping.amount,
            "total": self.quote.total.amount,
            "coupon": self.coupon and {
                "claim": self.coupon.claim_id, "name": dict(self.coupon.name), "saving": self.coupon.saving.amount,
            },
            "address_id": address and address.id,
            "address": address and tx.vault.blind_index(repr(recipient(address)), "checkout address"),
            "delivery": way and {"code": way.code, "name": way.name},
            "method": self.method,
        }


def goods(tx: Tx, actor: Actor, row: Row[Any]) -> Goods:
    """What the checkout is about: the chosen lines of the cart in its currency, or the one SKU, within the caps.

    Raises NotReady when that is nothing.
    """
    items = cart.chosen(tx, actor) if row.source == CART else ((row.sku_id, row.quantity),)
    wanted = {sku: min(quantity, row.caps.get(str(sku), quantity)) for sku, quantity in items}
    wanted = {sku: quantity for sku, quantity in wanted.items() if quantity > 0}
    known = catalog.sku_facts(tx, tuple(wanted), actor.prices) if wanted else {}
    currency = row.currency or next((known[sku].price.currency for sku in wanted if sku in known), "")
    known = {sku_id: sku for sku_id, sku in known.items() if sku.price.currency == currency}
    if not known:
        raise NotReady(reason="empty")
    wanted = {sku: quantity for sku, quantity in wanted.items() if sku in known}
    sold = tuple(known[sku] for sku in wanted if known[sku].on_sale)
    return Goods(wanted, known, sold, currency)


def destination(tx: Tx, actor: Actor, wishes: Wishes, bought: Goods) -> Destination:
    if not delivery.needs_delivery(bought.kinds):
        return Destination(False, None, (), None)
    address = _address(tx, actor, wishes.address_id)
    if address is None:
        return Destination(True, None, (), None)
    ways = delivery.options(tx, address.region, bought.subtotal, bought.weight_g, bought.kinds)
    way = next((each for each in ways if each.code == wishes.delivery_code), ways[0] if ways else None)
    return Destination(True, address, ways, way)


def recipient(address: Address) -> dict[str, str]:
    """The part of an address that an order keeps."""
    return {
        "name": address.name, "phone": address.phone, "country": address.country, "region": address.region,
        "city": address.city, "district": address.district, "street": address.street, "postcode": address.postcode,
    }


def basket(bought: Goods, way: DeliveryOption | None) -> Basket:
    return Basket(bought.lines(), bought.currency, way.fee if way else Money.zero(bought.currency))


def assemble(
    bought: Goods, to: Destination, rules: Collection[Rule], coupon: tuple[int, Rule] | None, wanted_method: str | None,
    methods_for: MethodsFor,
) -> Assembled:
    """Prices the goods under `rules` and the coupon (claim and rule), and picks the way to pay."""
    applied = (*rules, coupon[1]) if coupon else tuple(rules)
    quoted = quote(basket(bought, to.way), applied)
    takes_cash = to.way is not None and to.way.takes_cash
    methods = tuple(methods_for(quoted.total, bought.kinds, takes_cash)) if quoted.total else (FREE,)
    method = wanted_method if wanted_method in methods else next(iter(methods), None)
    spending = budgets.spending(quoted, applied)
    return Assembled(bought, to, quoted, _coupon_line(quoted, coupon), methods, method, spending)


def _coupon_line(quoted: Quote, coupon: tuple[int, Rule] | None) -> CouponLine | None:
    """None too when the coupon took nothing off: it is not used up for that."""
    if coupon is None:
        return None
    claim_id, rule = coupon
    found = next((each for each in quoted.adjustments if each.source == rule.source and each.amount), None)
    return None if found is None else CouponLine(claim_id, dict(rule.name), -found.amount)


def _address(tx: Tx, actor: Actor, address_id: int | None) -> Address | None:
    if address_id is None:
        return addresses.default_address(tx, actor)
    try:
        return addresses.require_address(tx, actor, address_id)
    except NotFound:
        # It was removed from the address book meanwhile.
        return addresses.default_address(tx, actor)
