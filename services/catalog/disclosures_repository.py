"""What the categories make their products disclose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select

from services.catalog.models import CategoryDisclosureRow, CategoryRow
from services.catalog.types import Disclosure, Row, disclosed
from services.shared.db import Tx

RULES, CATEGORIES = CategoryDisclosureRow.__table__, CategoryRow.__table__
_PARENTS, _GRANDPARENTS = CATEGORIES.alias("parents"), CATEGORIES.alias("grandparents")
# A category is at most three levels deep, so its own rules and those above are one join away.
_FOR_CATEGORY = (
    select(RULES)
    .join_from(CATEGORIES, _PARENTS, _PARENTS.c.id == CATEGORIES.c.parent_id, isouter=True)
    .join(_GRANDPARENTS, _GRANDPARENTS.c.id == _PARENTS.c.parent_id, isouter=True)
    .join(RULES, or_(RULES.c.category_id == CATEGORIES.c.id, RULES.c.category_id == _PARENTS.c.id,
                     RULES.c.category_id == _GRANDPARENTS.c.id))
    .where(CATEGORIES.c.id == bindparam("category")).order_by(RULES.c.position, RULES.c.id)
)
_OWN = select(RULES).where(RULES.c.category_id == bindparam("category")).order_by(RULES.c.position, RULES.c.id)
_CLEAR = delete(RULES).where(RULES.c.category_id == bindparam("category"))
_ADD = insert(RULES)


def rules(tx: Tx, category_id: int) -> tuple[Disclosure, ...]:
    """The rules for a category's products: its own and those of the categories above it; each key once."""
    found: dict[str, Any] = {}
    for row in tx.rows(_FOR_CATEGORY, {"category": category_id}):
        found.setdefault(row.key, row)
    return tuple(Disclosure(row.key, row.name, row.required) for row in found.values())


def own(tx: Tx, category_id: int) -> tuple[Disclosure, ...]:
    """The category's own rules."""
    return tuple(Disclosure(row.key, row.name, row.required) for row in tx.rows(_OWN, {"category": category_id}))


def shown(tx: Tx, category_id: int, values: Mapping[str, str]) -> tuple[Row, ...]:
    """What a product of the category discloses, as labelled rows."""
    return disclosed(rules(tx, category_id), values)


def put_rules(tx: Tx, category_id: int, wanted: Sequence[Disclosure]) -> None:
    """Replaces a category's own rules."""
    tx.execute(_CLEAR, {"category": category_id})
    if wanted:
        tx.execute(_ADD, [
            {"category_id": category_id, "key": rule.key, "name": rule.name, "required": rule.required,
             "position": position}
            for position, rule in enumerate(wanted)
        ])
