"""The catalogue looked up and taken away in bulk, for files that name much of it at once."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog import bulk_repository as repository
from services.catalog.bulk_repository import CategoryName
from services.catalog.shelf import TOPIC
from services.catalog.types import Tag, Words
from services.shared.db import Tx

__all__ = [
    "CategoryName", "categories", "count", "every_tag", "owners", "page", "picture_keys", "remove", "remove_skus",
    "sku_ids", "tags",
]


def categories(tx: Tx) -> tuple[CategoryName, ...]:
    """All categories with their parents, hidden ones too."""
    return repository.categories(tx)


def tags(tx: Tx) -> dict[str, Words]:
    """The names of all tags by slug."""
    return repository.tags(tx)


def owners(tx: Tx, sku_codes: Sequence[str]) -> dict[str, str]:
    """The product's code by SKU code, both in capitals, for those that are there, retired ones too."""
    return repository.owners(tx, sku_codes)


def picture_keys(tx: Tx) -> frozenset[str]:
    """The keys of every picture that a product or an upload has."""
    return repository.picture_keys(tx)


def sku_ids(tx: Tx, product_id: int) -> dict[str, int]:
    """The ids of a product's SKUs by code in capitals, retired ones too."""
    return repository.sku_ids(tx, product_id)


def page(
    tx: Tx, after: int, most: int, category_id: int | None, on_shelf: bool | None, tag_id: int | None
) -> list[int]:
    """Products with a larger id than `after`, at most `most`: those of a category and below, on or off the shelf, with
    a tag."""
    return repository.page(tx, after, most, category_id, on_shelf, tag_id)


def count(tx: Tx, category_id: int | None, on_shelf: bool | None, tag_id: int | None) -> int:
    """How many products `page` finds in all."""
    return repository.count(tx, category_id, on_shelf, tag_id)


def every_tag(tx: Tx) -> tuple[Tag, ...]:
    """All tags in their order."""
    return repository.every_tag(tx)


def remove_skus(tx: Tx, sku_ids: Sequence[int]) -> None:
    """Takes SKUs out of the catalogue, like `remove`."""
    if sku_ids:
        repository.remove_skus(tx, sku_ids)


def remove(tx: Tx, product_id: int) -> None:
    """Takes a product out of the catalogue as if it had never been there; its stock must be gone already.

    What points to it (a cart, a favourite, an order) keeps it: the database then refuses with an IntegrityError.
    """
    repository.remove(tx, product_id)
    tx.after_commit(TOPIC)
