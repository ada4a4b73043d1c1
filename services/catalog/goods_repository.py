"""The list of all products for those who look after them: one statement a page, with its total."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, String, bindparam, func, literal, select

from services.catalog.models import ProductRow, SearchDocumentRow
from services.catalog.types import GoodsLine
from services.shared.db import Tx
from services.shared.models import UtcDateTime
from services.shared.money import Money

PRODUCTS, DOCUMENTS = ProductRow.__table__, SearchDocumentRow.__table__
_NOW = bindparam("now", type_=UtcDateTime())
_SHELF = {
    "on": PRODUCTS.c.published_at <= _NOW, "planned": PRODUCTS.c.published_at > _NOW,
    "off": PRODUCTS.c.published_at.is_(None),
}


class _Shape(NamedTuple):
    shelf: str
    tokens: int
    only: bool
    edge: bool
    backwards: bool


def page(
    tx: Tx, shelf: str, tokens: Sequence[str], only: Collection[int] | None, edge: int | None, backwards: bool,
    most: int,
) -> tuple[list[GoodsLine], int]:
    """Lines from `edge` on (those before it, nearest first, when backwards), and how many the whole list has."""
    shape = _Shape(shelf, len(tokens), only is not None, edge is not None, backwards)
    parameters: dict[str, Any] = {"now": tx.now, "only": list(only or ()), "edge": edge, "most": most}
    parameters |= {f"token{at}": f"% {token}%" if token.isascii() else f"% {token} %"
                   for at, token in enumerate(tokens)}
    wanted, count = _statements(shape)
    rows = tx.rows(wanted, {name: parameters[name] for name in _names(wanted, parameters)})
    if rows:
        return [_line(row) for row in rows], rows[0].total
    return [], tx.scalar(count, {name: parameters[name] for name in _names(count, parameters)}) if edge else 0


@cache
def _statements(shape: _Shape) -> tuple[Executable, Executable]:
    conditions = _conditions(shape)
    total = select(func.count()).select_from(PRODUCTS.join(DOCUMENTS, DOCUMENTS.c.product_id == PRODUCTS.c.id)).where(
        *conditions
    )
    statement = select(
        PRODUCTS.c.id, PRODUCTS.c.code, PRODUCTS.c.name, PRODUCTS.c.teaser, PRODUCTS.c.currency,
        PRODUCTS.c.published_at, total.scalar_subquery().label("total"),
    ).join_from(PRODUCTS, DOCUMENTS, DOCUMENTS.c.product_id == PRODUCTS.c.id).where(*conditions)
    if shape.edge:
        edge = bindparam("edge")
        statement = statement.where(PRODUCTS.c.id > edge if shape.backwards else PRODUCTS.c.id < edge)
    order = PRODUCTS.c.id if shape.backwards else PRODUCTS.c.id.desc()
    return statement.order_by(order).limit(bindparam("most")), total


def _conditions(shape: _Shape) -> list[Any]:
    conditions: list[Any] = [_SHELF[shape.shelf]] if shape.shelf in _SHELF else []
    # Tokens hold letters and digits only: nothing in them is a wildcard.
    padded = literal(" ") + DOCUMENTS.c.tokens + literal(" ")
    conditions += [padded.like(bindparam(f"token{at}", type_=String)) for at in range(shape.tokens)]
    if shape.only:
        conditions.append(PRODUCTS.c.id.in_(bindparam("only", expanding=True)))
    return conditions


def _names(statement: Any, known: dict[str, Any]) -> set[str]:
    return set(statement.compile().params) & known.keys()


def _line(row: Any) -> GoodsLine:
    teaser = row.teaser
    price = Money(teaser["price"], row.currency) if teaser else None
    return GoodsLine(
        row.id, row.code, row.name, price, bool(teaser and teaser["varies"]), row.published_at,
        tuple(teaser["sku_ids"]) if teaser else (),
    )
