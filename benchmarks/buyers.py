"""Buyers who stand before the last button: three lines in the cart, an address, a coupon, a checkout that they saw."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.cart import service as cart
from services.catalog import browsing
from services.catalog import service as catalog
from services.customers import addresses
from services.customers import service as customers
from services.customers.types import AddressFields
from services.inventory import service as inventory
from services.orders import checkout, placing
from services.orders.types import CASH_ON_DELIVERY, Placed, Terms
from services.promotions import claiming, writing
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.db import Store, Tx
from services.shared.money import Money

LINES = 3
_PLENTY = 1_000_000
_FIRST_ID = 5_000_000_000
_MOST_SKUS = 100
_AT_ONCE = 32
_TERMS = Terms(zone="Asia/Shanghai")
_HOME = AddressFields(
    name="林小满", phone="+8613812345678", country="CN", region="beijing", city="北京市", district="海淀区",
    street="中关村大街 1 号 2 单元", postcode="",
)


@dataclass(frozen=True, slots=True)
class Buyer:
    actor: Actor
    checkout_id: int
    version: int


def ways_to_pay(total: Money, kinds: Sequence[str], takes_cash: bool) -> Sequence[str]:
    return ("sandbox", CASH_ON_DELIVERY) if takes_cash else ("sandbox",)


async def place(store: Store, buyer: Buyer) -> Placed:
    """Presses the last button."""
    return await store.write(
        placing.place, buyer.actor, buyer.checkout_id, buyer.version, _TERMS, "zh", ways_to_pay
    )


async def gather_buyers(store: Store, most: int) -> list[Buyer]:
    """So many buyers in the store, whose goods are wanted by others too but never run out."""
    coupon_id = await store.write(_put_coupon)
    skus = await store.write(_plenty)
    few = asyncio.Semaphore(_AT_ONCE)

    async def prepared(number: int) -> Buyer:
        async with few:
            wanted = [skus[(number * LINES + line) % len(skus)] for line in range(LINES)]
            return await store.write(_prepare, number, wanted, coupon_id)

    return list(await asyncio.gather(*map(prepared, range(most))))


def _prepare(tx: Tx, number: int, skus: Sequence[int], coupon_id: int) -> Buyer:
    person, _ = customers.enter(tx, _FIRST_ID + number, "小满", None, "zh")
    actor = customer(person.id)
    addresses.add_address(tx, actor, _HOME)
    claiming.claim(tx, actor, coupon_id)
    for sku_id in skus:
        cart.add(tx, actor, sku_id, 1)
    view = checkout.view(tx, actor, checkout.open_cart(tx, actor), ways_to_pay)
    assert view.coupon is not None and len(view.lines) == LINES
    return Buyer(actor, view.id, view.version)


def _put_coupon(tx: Tx) -> int:
    return writing.put_coupon(tx, SYSTEM, writing.CouponDraft(
        code="BENCH", name={"zh": "测速券", "en": "Benchmark coupon"}, currency="CNY", zone=_TERMS.zone,
        starts_at=datetime(2020, 1, 1, tzinfo=UTC), valid_days=30, threshold=0, amount=3_000, in_centre=True,
    ))


def _plenty(tx: Tx) -> list[int]:
    """SKUs of things that are sent by post, each with more pieces than anybody buys."""
    facts = catalog.sku_facts(tx, [item.sku_ids[0] for item in browsing.popular(tx, SYSTEM, _MOST_SKUS)])
    skus = [sku.sku_id for sku in facts.values() if sku.kind == "physical"]
    for sku_id in skus:
        inventory.adjust(tx, SYSTEM, sku_id, _PLENTY, "benchmark")
    return skus
