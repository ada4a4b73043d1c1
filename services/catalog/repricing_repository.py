"""Prices of SKUs as rows, and who changed them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from services.catalog import prices_repository, teasers
from services.catalog.models import PriceChangeRow, ProductRow, SkuRow
from services.catalog.teasers import Offer
from services.shared.actors import Actor
from services.shared.db import Tx

CHANGES, SKUS, PRODUCTS = PriceChangeRow.__table__, SkuRow.__table__, ProductRow.__table__

# The product is locked before its SKU, as everything does that writes both.
_LOCK_PRODUCT = (
    select(PRODUCTS.c.id)
    .where(PRODUCTS.c.id == select(SKUS.c.product_id).where(SKUS.c.id == bindparam("sku")).scalar_subquery())
    .with_for_update()
)
_LOCK = (
    select(SKUS.c.id.label("sku_id"), SKUS.c.product_id, SKUS.c.price, SKUS.c.list_price, PRODUCTS.c.currency,
           PRODUCTS.c.kind)
    .join_from(SKUS, PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id).where(SKUS.c.id == bindparam("sku"))
    .with_for_update(of=SKUS)
)
_ADD = insert(CHANGES)
_CHANGE = select(CHANGES).where(CHANGES.c.id == bindparam("change"))
_TURN = (
    update(CHANGES).where(CHANGES.c.id == bindparam("change"), CHANGES.c.state == bindparam("old"))
    .values(state=bindparam("new"), undone_at=bindparam("at"))
)
_NEWEST = (
    select(CHANGES.c.id)
    .where(CHANGES.c.sku_id == bindparam("sku"), CHANGES.c.state == "done",
           CHANGES.c.currency == bindparam("priced_in"))
    .order_by(CHANGES.c.id.desc()).limit(1)
)
_LAST = (
    select(CHANGES.c.name, CHANGES.c.created_at).where(CHANGES.c.sku_id == bindparam("sku"))
    .order_by(CHANGES.c.id.desc()).limit(1)
)
_PRODUCT_HAND = (
    select(PRODUCTS.c.updated_by, PRODUCTS.c.updated_at)
    .join_from(SKUS, PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id).where(SKUS.c.id == bindparam("sku"))
)
_SET_PRICE = (
    update(SKUS).where(SKUS.c.id == bindparam("sku"))
    .values(price=bindparam("new_price"), list_price=bindparam("new_list_price"))
)
_SKUS_OF = (
    select(SKUS.c.id, SKUS.c.price, SKUS.c.list_price).where(SKUS.c.product_id == bindparam("product"), SKUS.c.active)
    .order_by(SKUS.c.position)
)
_TEASER = select(PRODUCTS.c.teaser).where(PRODUCTS.c.id == bindparam("product"))
_PUT_TEASER = (
    update(PRODUCTS).where(PRODUCTS.c.id == bindparam("product"))
    .values(teaser=bindparam("new_teaser"), updated_at=bindparam("now"), updated_by=bindparam("by"),
            version=PRODUCTS.c.version + 1)
)


def lock(tx: Tx, sku_id: int) -> Row[Any] | None:
    tx.execute(_LOCK_PRODUCT, {"sku": sku_id})
    return tx.first(_LOCK, {"sku": sku_id})


def add(tx: Tx, actor: Actor, sku_id: int, currency: str, was: Offer | None, now: Offer, state: str) -> int:
    return tx.insert(_ADD, {
        "sku_id": sku_id, "currency": currency, "was_price": was[0] if was else 0,
        "was_list_price": was[1] if was else None, "price": now[0], "list_price": now[1], "state": state,
        "actor": actor.label, "name": actor.name, "created_at": tx.now,
    })


def change(tx: Tx, change_id: int) -> Any:
    return tx.first(_CHANGE, {"change": change_id})


def turn(tx: Tx, change_id: int, old: str, new: str) -> bool:
    values = {"change": change_id, "old": old, "new": new, "at": tx.now if new == "undone" else None}
    return tx.changed(_TURN, values) == 1


def newest(tx: Tx, sku_id: int, currency: str) -> int | None:
    """The latest change in a currency that stands."""
    return tx.scalar(_NEWEST, {"sku": sku_id, "priced_in": currency})


def last_hand(tx: Tx, sku_id: int) -> tuple[str, datetime]:
    """Who changed the price or its product last, and when."""
    product, typed = tx.first(_PRODUCT_HAND, {"sku": sku_id}), tx.first(_LAST, {"sku": sku_id})
    assert product is not None and typed is not None
    if typed.created_at >= product.updated_at:
        return typed.name, typed.created_at
    return product.updated_by, product.updated_at


def set_price(tx: Tx, sku_id: int, price: int, list_price: int | None) -> None:
    tx.execute(_SET_PRICE, {"sku": sku_id, "new_price": price, "new_list_price": list_price})


def refresh_teaser(tx: Tx, product_id: int, by: str) -> None:
    """What lists show follows the SKUs' prices."""
    skus = tx.rows(_SKUS_OF, {"product": product_id})
    teaser = dict(tx.scalar(_TEASER, {"product": product_id}))
    if skus:
        others = prices_repository.of_product(tx, product_id)
        teaser.pop("prices", None)
        teaser |= teasers.teaser(
            [(sku.price, sku.list_price) for sku in skus], [others.get(sku.id, {}) for sku in skus]
        )
    tx.execute(_PUT_TEASER, {"product": product_id, "new_teaser": teaser, "now": tx.now, "by": by})
