"""What a product still lacks before it may go on the shelf."""

from __future__ import annotations

from collections.abc import Collection

from services.catalog import disclosures_repository, repository
from services.catalog.fields import Fields
from services.catalog.types import Disclosure
from services.shared.db import Tx

# In the order of the wizard's card.
NAME, CATEGORY, PRICE, STOCK, DISCLOSURES = "name", "category", "price", "stock", "disclosures"


def missing(tx: Tx, fields: Fields, stocked: Collection[str] = ()) -> tuple[str, ...]:
    """The names of what is missing; `stocked` are the codes of SKUs that have a stock already."""
    lacks = list(unwritable(fields))
    if any(sku.stock is None and sku.code not in stocked for sku in fields.skus):
        lacks.append(STOCK)
    if undisclosed(fields, rules_for(tx, fields)):
        lacks.append(DISCLOSURES)
    return tuple(lacks)


def unwritable(fields: Fields) -> tuple[str, ...]:
    """What even a product off the shelf cannot be without."""
    lacks = []
    if not fields.name:
        lacks.append(NAME)
    if not fields.category:
        lacks.append(CATEGORY)
    if not fields.skus or any(not sku.price for sku in fields.skus):
        lacks.append(PRICE)
    return tuple(lacks)


def rules_for(tx: Tx, fields: Fields) -> tuple[Disclosure, ...]:
    """What the product's category makes it disclose; nothing while it has none."""
    category_id = repository.id_by_code(tx, "category", fields.category) if fields.category else None
    return disclosures_repository.rules(tx, category_id) if category_id is not None else ()


def undisclosed(fields: Fields, rules: Collection[Disclosure]) -> tuple[str, ...]:
    """The keys of required facts without a value."""
    return tuple(rule.key for rule in rules if rule.required and not fields.disclosures.get(rule.key))


def below_cost(fields: Fields) -> tuple[str, ...]:
    """The codes of SKUs that sell for less than they cost."""
    return tuple(
        sku.code for sku in fields.skus if sku.price is not None and sku.cost is not None and sku.price < sku.cost
    )
