"""Writing categories, tags and products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update

from services.catalog.models import CategoryRow, MediaRow, ProductRow, ProductTagRow, SkuRow, TagRow
from services.shared.db import Tx

CATEGORIES, PRODUCTS, SKUS = CategoryRow.__table__, ProductRow.__table__, SkuRow.__table__
TAGS, PRODUCT_TAGS, MEDIA = TagRow.__table__, ProductTagRow.__table__, MediaRow.__table__

_HIDE = update(CATEGORIES).where(CATEGORIES.c.id == bindparam("row")).values(hidden=bindparam("new_hidden"))
_PUBLISH = (
    update(PRODUCTS).where(PRODUCTS.c.id == bindparam("row"))
    .values(published_at=bindparam("since"), updated_at=bindparam("now"), updated_by=bindparam("by"),
            off_reason=bindparam("reason"), shelf_batch=None, version=PRODUCTS.c.version + 1)
)
_TEASER = update(PRODUCTS).where(PRODUCTS.c.id == bindparam("row")).values(teaser=bindparam("new_teaser"))
_DROP_TAGS = delete(PRODUCT_TAGS).where(PRODUCT_TAGS.c.product_id == bindparam("product"))
_ADD_TAGS = insert(PRODUCT_TAGS)
_DROP_MEDIA = delete(MEDIA).where(MEDIA.c.product_id == bindparam("product"))
_ADD_MEDIA = insert(MEDIA)
_SKUS_OF = select(SKUS.c.id, SKUS.c.code).where(SKUS.c.product_id == bindparam("product"))
_RETIRE = (
    update(SKUS).where(SKUS.c.id.in_(bindparam("skus", expanding=True))).values(active=False)
)


def _writers(table: Table, columns: Sequence[str]) -> tuple[Any, Any]:
    """An INSERT, and an UPDATE by id of exactly these columns."""
    new = {name: bindparam(f"new_{name}") for name in columns}
    return insert(table), update(table).where(table.c.id == bindparam("row")).values(new)


_CATEGORY = _writers(CATEGORIES, ("code", "parent_id", "name", "position"))
_TAG = _writers(TAGS, ("slug", "name", "facet", "position"))
_PRODUCT = _writers(PRODUCTS, (
    "code", "category_id", "kind", "name", "brand", "description", "options", "specs", "box", "warranty_months",
    "currency", "tax_bp", "weight_g", "most_per_order", "rank", "published_at", "updated_at", "updated_by", "model",
    "material", "points", "video", "manual", "disclosures",
))
_SKU = _writers(SKUS, (
    "product_id", "code", "position", "option_values", "price", "list_price", "picture_key", "active", "cost",
))
# An edit of a version that is not the present one changes nothing: somebody else was first.
_NEXT_VERSION = (
    update(PRODUCTS).where(PRODUCTS.c.id == bindparam("row")).values(version=PRODUCTS.c.version + 1)
)
_NEXT_OF = _NEXT_VERSION.where(PRODUCTS.c.version == bindparam("seen"))


def put_category(tx: Tx, row_id: int | None, values: dict[str, Any]) -> int:
    return _put(tx, _CATEGORY, row_id, values)


def hide_category(tx: Tx, row_id: int, hidden: bool) -> None:
    tx.execute(_HIDE, {"row": row_id, "new_hidden": hidden})


def put_tag(tx: Tx, row_id: int | None, values: dict[str, Any]) -> int:
    return _put(tx, _TAG, row_id, values)


def put_product(tx: Tx, row_id: int | None, values: dict[str, Any]) -> int:
    if row_id is None:
        values = {**values, "teaser": {}}
    return _put(tx, _PRODUCT, row_id, values)


def put_skus(tx: Tx, product_id: int, skus: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Writes the SKUs by code; those that are not named any more are retired, since orders may point to them."""
    known: dict[str, int] = {row.code: row.id for row in tx.rows(_SKUS_OF, {"product": product_id})}
    ids = {
        sku["code"]: _put(tx, _SKU, known.get(sku["code"]), {**sku, "product_id": product_id, "active": True})
        for sku in skus
    }
    if gone := [sku_id for code, sku_id in known.items() if code not in ids]:
        tx.execute(_RETIRE, {"skus": gone})
    return ids


def set_tags(tx: Tx, product_id: int, tag_ids: Sequence[int]) -> None:
    tx.execute(_DROP_TAGS, {"product": product_id})
    if tag_ids:
        tx.execute(_ADD_TAGS, [{"product_id": product_id, "tag_id": tag_id} for tag_id in tag_ids])


def set_media(tx: Tx, product_id: int, media: Sequence[dict[str, Any]]) -> None:
    tx.execute(_DROP_MEDIA, {"product": product_id})
    if media:
        tx.execute(_ADD_MEDIA, [{**row, "product_id": product_id} for row in media])


def set_teaser(tx: Tx, product_id: int, teaser: dict[str, Any]) -> None:
    tx.execute(_TEASER, {"row": product_id, "new_teaser": teaser})


def next_version(tx: Tx, product_id: int, seen: int | None) -> bool:
    """Counts a change of the product; with `seen` only when it is still at that version. False when it is not."""
    statement = _NEXT_VERSION if seen is None else _NEXT_OF
    return tx.changed(statement, {"row": product_id, "seen": seen} if seen is not None else {"row": product_id}) == 1


def publish(tx: Tx, product_id: int, since: datetime | None, by: str, reason: str) -> bool:
    values = {"row": product_id, "since": since, "now": tx.now, "by": by, "reason": reason}
    return tx.changed(_PUBLISH, values) == 1


def _put(tx: Tx, writers: tuple[Any, Any], row_id: int | None, values: dict[str, Any]) -> int:
    add, change = writers
    if row_id is None:
        return tx.insert(add, values)
    tx.execute(change, {"row": row_id} | {f"new_{name}": value for name, value in values.items()})
    return row_id
