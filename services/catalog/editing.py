"""Writing the catalogue, by code and repeatable: seeding, imports and people all come through here."""

from __future__ import annotations

from datetime import datetime

from services.catalog import (
    categories,
    categories_repository,
    editing_repository,
    listing_repository,
    prices_repository,
    repository,
    search_index,
    teasers,
)
from services.catalog.errors import UnknownCode
from services.catalog.shelf import TOPIC
from services.catalog.types import NewProduct, Row, Words
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff.types import CATALOG_EDIT


def put_category(tx: Tx, actor: Actor, code: str, name: Words, parent: str | None, position: int) -> int:
    """Adds a category, or renames and moves it; its products move with it. Returns its id.

    Raises UnknownCode for the parent, BadCategory when it would stand below itself or deeper than three levels.
    """
    actor.require(CATALOG_EDIT)
    parent_id = None if parent is None else _require(tx, "category", parent)
    own_id = repository.id_by_code(tx, "category", code)
    categories_repository.lock_tree(tx)
    categories.check_place(tx, code, own_id, parent_id)
    values = {"code": code, "parent_id": parent_id, "name": name, "position": position}
    if own_id is None:
        values["hidden"] = False
    category_id = editing_repository.put_category(tx, own_id, values)
    if own_id is not None:
        categories.follow(tx, category_id)
    tx.after_commit(TOPIC)
    return category_id


def hide_category(tx: Tx, actor: Actor, category_id: int, hidden: bool) -> None:
    """Hides a category with all that is below it, or shows it again."""
    actor.require(CATALOG_EDIT)
    editing_repository.hide_category(tx, category_id, hidden)
    categories.follow(tx, category_id)
    tx.after_commit(TOPIC)


def put_tag(tx: Tx, actor: Actor, slug: str, name: Words, facet: str, position: int) -> int:
    """Adds or renames a tag and returns its id."""
    actor.require(CATALOG_EDIT)
    values = {"slug": slug, "name": name, "facet": facet, "position": position}
    tag_id = editing_repository.put_tag(tx, repository.id_by_code(tx, "tag", slug), values)
    tx.after_commit(TOPIC)
    return tag_id


def put_product(tx: Tx, actor: Actor, product: NewProduct) -> dict[str, int]:
    """Adds or replaces a product and returns the ids of its SKUs by code. SKUs not named any more are retired.

    Raises UnknownCode for its category or a tag.
    """
    actor.require(CATALOG_EDIT)
    known = repository.id_by_code(tx, "product", product.code)
    if known is not None:
        editing_repository.next_version(tx, known, None)
    return write(tx, actor, known, product)[1]


def write(tx: Tx, actor: Actor, known: int | None, product: NewProduct) -> tuple[int, dict[str, int]]:
    """The step that writes a product, new or `known`, with all that follows from it: its id, and its SKUs' by code.

    The caller has checked the right to it and counted the version. Raises UnknownCode for its category or a tag.
    """
    category_id = _require(tx, "category", product.category)
    tag_ids = [_require(tx, "tag", slug) for slug in product.tags]
    values = _product_values(product, category_id, tx.now) | {"updated_by": actor.name}
    product_id = editing_repository.put_product(tx, known, values)
    skus = editing_repository.put_skus(tx, product_id, [
        {"code": sku.code, "position": position, "option_values": list(sku.values), "price": sku.price,
         "list_price": sku.list_price, "picture_key": sku.picture_key, "cost": sku.cost}
        for position, sku in enumerate(product.skus)
    ])
    prices_repository.put_all(tx, {skus[sku.code]: sku.prices for sku in product.skus}, fresh=known is None)
    editing_repository.set_teaser(tx, product_id, _teaser(product, skus))
    editing_repository.set_tags(tx, product_id, tag_ids)
    editing_repository.set_media(tx, product_id, [
        {"position": position, "key": picture.key, "value_code": picture.value_code}
        for position, picture in enumerate(product.gallery)
    ])
    listing_repository.rebuild(tx, [product_id])
    search_index.put(tx, product_id)
    tx.after_commit(TOPIC)
    return product_id, skus


def publish(tx: Tx, actor: Actor, product_id: int, since: datetime | None, reason: str = "") -> None:
    """Puts a product on the shelf from a moment on, or takes it off with None, for a reason. Raises NotFound."""
    actor.require(CATALOG_EDIT)
    if not editing_repository.publish(tx, product_id, since, actor.name, reason):
        raise NotFound()
    listing_repository.rebuild(tx, [product_id])
    tx.after_commit(TOPIC)


def _product_values(product: NewProduct, category_id: int, now: datetime) -> dict[str, object]:
    return {
        "code": product.code, "category_id": category_id, "kind": product.kind, "name": product.name,
        "brand": product.brand, "description": product.description,
        "options": [
            {"code": axis.code, "name": axis.name,
             "values": [{"code": value.code, "name": value.name} for value in axis.values]}
            for axis in product.axes
        ],
        "specs": _rows(product.specs), "box": _rows(product.box), "warranty_months": product.warranty_months,
        "currency": product.currency, "tax_bp": product.tax_bp, "weight_g": product.weight_g,
        "most_per_order": product.most_per_order, "rank": product.rank, "published_at": product.published_at,
        "updated_at": now, "model": product.model, "material": product.material, "points": list(product.points),
        "video": product.video, "manual": product.manual, "disclosures": product.disclosures,
    }


def _teaser(product: NewProduct, sku_ids: dict[str, int]) -> dict[str, object]:
    """What lists show of the SKUs: the cheapest one's prices and picture, and whether others cost more."""
    cheapest = min(product.skus, key=lambda sku: sku.price)
    return {
        "sku_ids": [sku_ids[sku.code] for sku in product.skus],
        "picture_key": product.gallery[0].key if product.gallery else cheapest.picture_key,
        **teasers.teaser(
            [(sku.price, sku.list_price) for sku in product.skus], [sku.prices for sku in product.skus]
        ),
    }


def _rows(rows: tuple[Row, ...]) -> list[dict[str, Words]]:
    return [{"label": row.label, "value": row.value} for row in rows]


def _require(tx: Tx, what: str, code: str) -> int:
    found = repository.id_by_code(tx, what, code)
    if found is None:
        raise UnknownCode(what=what, name=code)
    return found
