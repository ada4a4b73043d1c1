"""Products as those see them who look after them: on the shelf and off it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from services.catalog import goods_repository as repository
from services.catalog.tokens import pieces, query_tokens
from services.catalog.types import ALL, OFF, ON, PLANNED, GoodsLine
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff.types import CATALOG_VIEW

PAGE = 8
SHELVES = (ALL, ON, PLANNED, OFF)


@dataclass(frozen=True, slots=True)
class GoodsPage:
    """A page, the newest products first. `before` and `after` are positions of its neighbours, "" for none."""

    lines: tuple[GoodsLine, ...]
    total: int
    before: str
    after: str


def page(
    tx: Tx, actor: Actor, shelf: str, words: str = "", position: str = "", only: Collection[int] | None = None
) -> GoodsPage:
    """A page of the products on `shelf` that `words` find by name or code, among `only` when that is given.

    `position` is "a<id>" for what is older than a product, "b<id>" for what is younger.
    """
    actor.require(CATALOG_VIEW)
    tokens = tuple(token for piece in pieces(words) for token in query_tokens(piece))
    backwards, edge = position.startswith("b"), int(position[1:]) if position[1:].isdecimal() else None
    found, total = repository.page(tx, shelf, tokens, only, edge, backwards, PAGE + 1)
    more = len(found) > PAGE
    lines = found[:PAGE][::-1] if backwards else found[:PAGE]
    younger = more if backwards else edge is not None
    older = more if not backwards else edge is not None
    return GoodsPage(
        tuple(lines), total,
        f"b{lines[0].product_id}" if lines and younger else "",
        f"a{lines[-1].product_id}" if lines and older else "",
    )
