"""A small shop for the tests of this area: goods, stock, zones, coupons, and people who buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.cart import service as cart
from services.catalog import editing
from services.catalog.types import NewProduct, NewSku
from services.customers import addresses
from services.customers import service as customers
from services.customers.types import AddressFields
from services.delivery import service as delivery
from services.delivery.types import Method, Zone
from services.inventory import service as inventory
from services.orders import checkout, placing
from services.orders.types import CASH_ON_DELIVERY, CheckoutView, Placed, Terms
from services.promotions import claiming, writing
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.db import Store, Tx
from services.shared.money import Money

TERMS = Terms(zone="Asia/Shanghai")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
EVERYWHERE = ("sandbox", CASH_ON_DELIVERY)
HOME = AddressFields(
    name="林小满", phone="+8613812345678", country="CN", region="beijing", city="北京市", district="海淀区",
    street="中关村大街 1 号 2 单元", postcode="",
)


def yuan(amount: int | float) -> Money:
    return Money(round(amount * 100), "CNY")


def methods(total: Money, kinds: Sequence[str], takes_cash: bool) -> Sequence[str]:
    """Every way to pay that the test shop has, whatever is bought."""
    return EVERYWHERE if takes_cash else EVERYWHERE[:1]


@dataclass(frozen=True)
class Stall:
    """The SKUs by code, on the shelf with ten pieces each unless said otherwise."""

    skus: dict[str, int]


def put_product(
    tx: Tx, code: str, price: Money, stock: int, kind: str = "physical", weight_g: int = 500,
    most_per_order: int | None = None,
) -> int:
    """A product of one SKU on the shelf; the same code again changes it. Returns the SKU's id."""
    new = NewProduct(
        code=code, category="goods", kind=kind, name={"zh": f"{code} 商品", "en": f"{code} goods"},
        brand={"zh": "青粒", "en": "Qingli"}, description={"zh": "好用", "en": "Useful"}, currency=price.currency,
        skus=(NewSku(code=code, values=(), price=price.amount, list_price=None, picture_key=f"product/{code}/1"),),
        tax_bp=1300, weight_g=weight_g, most_per_order=most_per_order, published_at=LONG_AGO,
    )
    sku_id = editing.put_product(tx, SYSTEM, new)[code]
    inventory.set_opening(tx, sku_id, stock)
    return sku_id


def furnish(tx: Tx) -> Stall:
    editing.put_category(tx, SYSTEM, "goods", {"zh": "商品", "en": "Goods"}, None, 1)
    skus = {
        "P3": put_product(tx, "P3", yuan(1299), 10),
        "F1": put_product(tx, "F1", yuan(199), 10),
        "S4": put_product(tx, "S4", yuan(49), 10),
        "CODE": put_product(tx, "CODE", yuan(30), 10, kind="digital"),
    }
    standard = Method("standard", {"zh": "标准快递", "en": "Standard"}, yuan(10), (2, 3), free_from=yuan(99),
                      takes_cash=True)
    express = Method("express", {"zh": "特快", "en": "Express"}, yuan(25), (1, 1))
    delivery.put_zone(tx, SYSTEM, Zone("near", {"zh": "境内", "en": "Mainland"}, ("beijing", "shanghai"),
                                       (standard, express)))
    return Stall(skus)


async def open_shop(store: Store) -> Stall:
    return await store.write(furnish)


async def buyer(store: Store, telegram_id: int = 1001, *, at_home: bool = True) -> Actor:
    person, _ = await store.write(customers.enter, telegram_id, "小满", None, "zh")
    actor = customer(person.id)
    if at_home:
        await store.write(addresses.add_address, actor, HOME)
    return actor


async def carry(store: Store, actor: Actor, *items: tuple[int, int]) -> None:
    """Puts pieces (SKU id, quantity) into the cart."""
    for sku_id, quantity in items:
        await store.write(cart.add, actor, sku_id, quantity)


async def look(store: Store, actor: Actor, checkout_id: int) -> CheckoutView:
    return await store.write(checkout.view, actor, checkout_id, methods)


async def submit(store: Store, actor: Actor, view: CheckoutView, language: str = "zh") -> Placed:
    return await store.write(placing.place, actor, view.id, view.version, TERMS, language, methods)


async def order_from_cart(store: Store, actor: Actor) -> Placed:
    checkout_id = await store.write(checkout.open_cart, actor)
    return await submit(store, actor, await look(store, actor, checkout_id))


async def order_now(store: Store, actor: Actor, sku_id: int, quantity: int = 1) -> Placed:
    checkout_id = await store.write(checkout.open_buy_now, actor, sku_id, quantity)
    return await submit(store, actor, await look(store, actor, checkout_id))


def put_coupon(
    tx: Tx, code: str = "NEW30", amount: int = 3000, threshold: int = 0, limit_uses: int | None = None,
    limit_per_person: int = 1, ends_at: datetime | None = None,
) -> int:
    """A coupon of the centre."""
    draft = writing.CouponDraft(
        code=code, name={"zh": "新人券", "en": "Welcome coupon"}, currency="CNY", zone="Asia/Shanghai",
        starts_at=LONG_AGO, ends_at=ends_at or datetime(2027, 1, 1, tzinfo=UTC), threshold=threshold, amount=amount,
        limit_uses=limit_uses, limit_per_person=limit_per_person, in_centre=True,
    )
    return writing.put_coupon(tx, SYSTEM, draft)


async def give_coupon(store: Store, actor: Actor, coupon_id: int) -> int:
    """Claims a coupon for the person; returns the claim's id."""
    return (await store.write(claiming.claim, actor, coupon_id)).id



def elsewhere() -> AddressFields:
    return AddressFields(
        name="陈晨", phone="+8613900001111", country="CN", region="shanghai", city="上海市", district="静安区",
        street="南京西路 100 号 8 楼", postcode="",
    )
