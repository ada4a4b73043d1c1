"""Customers with a past, written straight into the tables: who bought, saw and said what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from services.campaigns import audience_repository
from services.catalog.models import CategoryRow, ProductRow, RecentlyViewedRow
from services.customers import addresses, repository
from services.customers.models import CustomerRow
from services.customers.types import AddressFields
from services.orders.models import OrderLineRow, OrderRow
from services.shared.actors import customer
from services.shared.db import Store, Tx
from tests.services.orders.shop import LONG_AGO

ROOT, CHILD, OTHER = 1, 2, 3
# Product -> category.
PRODUCTS = {11: ROOT, 12: CHILD, 13: OTHER}
TAG, LIST = 1, 1


@dataclass(frozen=True)
class Buy:
    """An order: what, how many days ago, for how much; `paid` minus `refunded` is what was spent."""

    product: int
    days: int
    total: int = 10_000
    refunded: int = 0
    state: str = "completed"
    region: str | None = None


@dataclass(frozen=True)
class Someone:
    """A customer as a test wants them; `seen` is how many days ago they were here."""

    language: str = "zh"
    subscribed: bool = True
    blocked: bool = False
    seen: int = 0
    buys: tuple[Buy, ...] = ()
    views: tuple[tuple[int, int], ...] = ()
    home: tuple[str, str] | None = None
    tagged: bool = False
    listed: bool = False
    name: str = "小林"
    phone: str = "+8613812345678"


async def fill(store: Store, people: list[Someone]) -> list[int]:
    """Puts them in; returns their ids. Telegram ids are 5000 and up."""
    return await store.write(_fill, people)


def _fill(tx: Tx, people: list[Someone]) -> list[int]:
    shelf(tx)
    tag_id = audience_repository.put_tag(tx, "VIP")
    found = [_put(tx, 5000 + number, someone) for number, someone in enumerate(people)]
    list_id = audience_repository.add_list(
        tx, {"name": "list", "people": 0, "unknown": 0, "made_by": 1, "created_at": tx.now},
        [each for each, someone in zip(found, people, strict=True) if someone.listed],
    )
    assert (tag_id, list_id) == (TAG, LIST)
    for customer_id, someone in zip(found, people, strict=True):
        if someone.tagged:
            tx.execute(insert(audience_repository.TAGGED_ROWS), {"tag_id": TAG, "customer_id": customer_id})
    return found


def shelf(tx: Tx) -> None:
    """Three categories (one below another) with a product each."""
    for category, parent in ((ROOT, None), (CHILD, ROOT), (OTHER, None)):
        tx.execute(insert(CategoryRow.__table__), {
            "id": category, "code": f"c{category}", "parent_id": parent,
            "name": {"zh": f"类{category}", "en": f"C{category}"}, "position": category, "hidden": False, "icon": "",
        })
    for product, category in PRODUCTS.items():
        tx.execute(insert(ProductRow.__table__), {
            "id": product, "code": f"P{product}", "category_id": category, "kind": "physical",
            "name": {"zh": f"商品{product}", "en": f"Product {product}"}, "brand": {}, "description": {}, "options": [],
            "specs": [], "box": [], "teaser": {}, "warranty_months": 0, "currency": "CNY", "tax_bp": 0, "weight_g": 1,
            "rank": product, "published_at": LONG_AGO, "updated_at": tx.now,
        })


def _put(tx: Tx, telegram_id: int, someone: Someone) -> int:
    customer_id = tx.insert(insert(CustomerRow.__table__), {
        "telegram_id": telegram_id, "language": someone.language, "profile": "", "created_at": LONG_AGO,
        "seen_at": ago(tx, someone.seen), "is_demo": False,
        "marketing_at": LONG_AGO if someone.subscribed else None, "blocked_at": tx.now if someone.blocked else None,
    })
    repository.put_profile(tx, customer_id, {"first_name": someone.name, "username": None})
    for number, buy in enumerate(someone.buys):
        order(tx, customer_id, number, buy, ago(tx, buy.days))
    for product, days in dict(someone.views).items():
        tx.execute(insert(RecentlyViewedRow.__table__), {
            "customer_id": customer_id, "product_id": product, "seen_at": ago(tx, days)
        })
    if someone.home is not None:
        region, city = someone.home
        place = AddressFields("林小满", someone.phone, "CN", region, city, "", "路 1 号 1 单元 101")
        addresses.add_address(tx, customer(customer_id), place)
    return customer_id


def order(tx: Tx, customer_id: int, number: int, buy: Buy, at: datetime) -> None:
    """The person's order with this number, placed at a moment."""
    payment = "refunded" if buy.refunded == buy.total else "partly_refunded" if buy.refunded else "paid"
    row: dict[str, Any] = {
        "number": f"QL-{customer_id}-{number}", "token": f"t{customer_id}-{number}", "customer_id": customer_id,
        "state": buy.state, "payment": payment, "fulfilment": "delivered", "currency": "CNY", "subtotal": buy.total,
        "discount": 0, "shipping": 0, "tax": 0, "total": buy.total, "paid": buy.total, "refunded": buy.refunded,
        "payment_method": "sandbox", "region": buy.region, "language": "zh", "placed_at": at,
    }
    order_id = tx.insert(insert(OrderRow.__table__), row)
    tx.execute(insert(OrderLineRow.__table__), {
        "order_id": order_id, "sku_id": buy.product, "product_id": buy.product, "sku_code": "S", "kind": "physical",
        "name": {}, "options": [], "picture_key": "", "quantity": 1, "unit_price": buy.total, "subtotal": buy.total,
        "discount": 0, "total": buy.total, "tax": 0, "tax_bp": 0,
    })


def ago(tx: Tx, days: int) -> datetime:
    """So many days ago and an hour: well inside of a day's edge."""
    return tx.now - timedelta(days=days, hours=1)
