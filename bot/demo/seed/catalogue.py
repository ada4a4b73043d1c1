"""Puts the demo catalogue and its stock into a store."""

from __future__ import annotations

from datetime import datetime, timedelta
from zlib import crc32

from bot.demo.catalogue import Catalogue, Product, Sku, Text, load_catalogue, other_prices
from bot.demo.pictures.gallery import PLACEHOLDER, cover_id, picture_ids
from services.catalog import editing
from services.catalog.types import Axis, NewProduct, NewSku, Picture, Row, Value, Words
from services.inventory import service as inventory
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store, Tx

CURRENCY = "CNY"
# The demo has a few prices in each of these as well; digital goods have theirs in Stars.
EXTRA_CURRENCIES = ("USD", "JPY", "XTR")
# Where the shop puts what it wants to be seen first.
_FIRST = ("hot", "new")
_UNTAGGED = len(_FIRST)
# The demo's past orders reach back 90 days: what was ordered then was on the shelf before.
_ON_THE_SHELF = timedelta(days=100)


async def seed(store: Store) -> None:
    """Puts the whole demo catalogue into the store."""
    await store.write(put_catalogue, SYSTEM, load_catalogue())


def put_catalogue(tx: Tx, actor: Actor, catalogue: Catalogue) -> dict[str, int]:
    """Writes categories, tags, products and opening stock, and returns the SKUs' ids by code.

    Doing it again changes nothing but what the catalogue itself changed. The actor needs "catalog.edit".
    """
    for node in catalogue.categories:
        editing.put_category(tx, actor, node.code, _words(node.name), node.parent or None, node.position)
    for position, tag in enumerate(catalogue.tags):
        editing.put_tag(tx, actor, tag.slug, _words(tag.name), tag.facet, position)
    brands = {brand.code: _words(brand.name) for brand in catalogue.brands}
    ids: dict[str, int] = {}
    for position, product in enumerate(catalogue.products):
        skus = editing.put_product(tx, actor, _product(product, brands[product.brand], position, tx.now))
        for sku in product.skus:
            inventory.set_opening(tx, skus[sku.code], sku.stock)
        ids |= skus
    return ids


def picture_key(picture_id: str) -> str:
    """The key under which the shop's screens ask for a picture of `bot.demo.pictures`."""
    return "placeholder" if picture_id == PLACEHOLDER else f"product/{picture_id}"


def _product(product: Product, brand: Words, position: int, now: datetime) -> NewProduct:
    return NewProduct(
        code=product.code,
        category=product.category,
        kind=product.kind,
        name=_words(product.name),
        brand=brand,
        description=_words(product.description),
        currency=CURRENCY,
        skus=tuple(_sku(product, sku) for sku in product.skus),
        tags=product.tags,
        axes=tuple(
            Axis(option.code, _words(option.name),
                 tuple(Value(value.code, _words(value.name)) for value in option.values))
            for option in product.options
        ),
        specs=tuple(Row(_words(row.label), _words(row.value)) for row in product.specs),
        box=tuple(Row(_words(item.name)) for item in product.box),
        gallery=_gallery(product),
        warranty_months=product.warranty_months,
        tax_bp=product.tax_basis_points,
        weight_g=product.shipping_grams,
        rank=1000 * _shelf(product) + position,
        published_at=_published_at(product, position, now),
    )


def _sku(product: Product, sku: Sku) -> NewSku:
    list_price = sku.list_price if sku.list_price > sku.price else None
    return NewSku(
        sku.code, sku.values, sku.price, list_price, picture_key(cover_id(product, sku)), _cost(sku),
        other_prices().get(sku.code, {}),
    )


def _cost(sku: Sku) -> int:
    """What the shop might pay: 55 to 75 % of the price, the same for the same SKU each time."""
    return max(1, sku.price * (5_500 + crc32(sku.code.encode()) % 2_001) // 10_000)


def _gallery(product: Product) -> tuple[Picture, ...]:
    """The pictures in order; a cover in a colour names the value that has this colour."""
    shown_by = {
        f"{product.code}/cover-{value.hue}": value.code
        for option in product.options for value in option.values if value.hue
    }
    return tuple(Picture(picture_key(each), shown_by.get(each)) for each in picture_ids(product))


def _shelf(product: Product) -> int:
    return next((place for place, tag in enumerate(_FIRST) if tag in product.tags), _UNTAGGED)


def _published_at(product: Product, position: int, now: datetime) -> datetime | None:
    if product.publish.state == "published":
        return now - _ON_THE_SHELF - timedelta(hours=position)
    return now + timedelta(seconds=product.publish.after_seconds) if product.publish.state == "planned" else None


def _words(text: Text) -> Words:
    return {"zh": text.zh, "en": text.en}
