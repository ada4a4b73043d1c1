"""A product as it is written: what an edit, a copy or an import starts from."""

from __future__ import annotations

from services.catalog import loading_repository as repository
from services.catalog.types import NewProduct, Words
from services.shared.db import Tx
from services.shared.errors import NotFound


def as_written(tx: Tx, product_id: int) -> NewProduct:
    """The product with its active SKUs, ready to be changed and put again. Raises NotFound."""
    found = repository.product(tx, product_id)
    if found is None:
        raise NotFound()
    return found


def version(tx: Tx, product_id: int) -> int:
    """How often the product has been changed. Raises NotFound."""
    found = repository.state(tx, product_id)
    if found is None:
        raise NotFound()
    return found.version


def owner_of_code(tx: Tx, code: str) -> int | None:
    """The product that has this code itself or on one of its SKUs, retired ones too; None when it is free."""
    return repository.owner_of_code(tx, code)


def category_path(tx: Tx, code: str) -> tuple[Words, ...]:
    """The names of a category and those above it, from the top; empty for none."""
    return repository.category_path(tx, code) if code else ()


def category_code(tx: Tx, category_id: int) -> str | None:
    """The code of a category, or None when it is gone."""
    return repository.category_code(tx, category_id)
