"""What the shop may know of its stock: the list, a SKU's numbers, and every movement."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog import codes
from services.catalog import service as catalog
from services.catalog.types import SkuFacts
from services.inventory import looking_repository as repository
from services.inventory import watch
from services.inventory.types import PAGE, TABS, Ledger, Movement, StockCard, StockLine, StockPage
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale
from services.staff.types import STOCK_VIEW

MOST_FOUND = PAGE


def page(tx: Tx, actor: Actor, tab: str, position: str = "") -> StockPage:
    """A page of the SKUs that are low, sold out, or of all of them; those with the fewest free pieces first. Of slow
    ones, of which nobody bought a piece for 30 days, those with the most come first.

    `position` is one that another page gave. What only an expired hold keeps counts as taken here until it is tidied
    away, within a minute. Raises NotAllowed, Stale for a position or tab that nobody gave.
    """
    actor.require(STOCK_VIEW)
    if tab not in TABS:
        raise Stale()
    at = _parse(position)
    rows = repository.page(tx, tab, at, PAGE + 1)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    backwards = at is not None and at[2]
    if backwards:
        rows = rows[::-1]
    first = at is None or (backwards and not more)
    last = not backwards and not more
    return StockPage(
        tab, _lines(tx, rows), repository.counts_of(rows[0]) if rows else repository.counts(tx),
        "" if first or not rows else _pack(rows[0], "b"), "" if last or not rows else _pack(rows[-1], "a"),
    )


def found(tx: Tx, actor: Actor, words: str) -> tuple[StockLine, ...]:
    """The SKUs whose code or product's name holds `words`; at most MOST_FOUND. Raises NotAllowed."""
    actor.require(STOCK_VIEW)
    sku_ids = codes.matching(tx, words, MOST_FOUND)
    return _lines(tx, repository.some(tx, sku_ids)) if sku_ids else ()


def card(tx: Tx, actor: Actor, sku_id: int) -> StockCard:
    """A SKU's numbers of this moment. Raises NotAllowed, NotFound for a SKU without stock."""
    actor.require(STOCK_VIEW)
    row = repository.numbers(tx, sku_id)
    if row is None:
        raise NotFound()
    free = row.on_hand - row.held - row.committed
    return StockCard(
        _facts(tx, sku_id), row.on_hand, row.held, row.committed, free, row.safety,
        watch.forecast(tx, sku_id, free, row.safety),
    )


def ledger(tx: Tx, actor: Actor, sku_id: int, before: int | None = None) -> Ledger:
    """A page of a SKU's movements, newest first, those with a smaller id than `before`. Raises NotAllowed, NotFound."""
    actor.require(STOCK_VIEW)
    rows = repository.movements(tx, sku_id, before, PAGE + 1)
    shown = rows[:PAGE]
    return Ledger(_facts(tx, sku_id), tuple(
        Movement(row.id, row.kind, row.cause or "", row.delta, row.order_id, row.name or "", row.reason or "",
                 row.undone_by is not None, row.created_at)
        for row in shown
    ), shown[-1].id if len(rows) > PAGE else None)


def _facts(tx: Tx, sku_id: int) -> SkuFacts:
    facts = catalog.sku_facts(tx, [sku_id])
    if sku_id not in facts:
        raise NotFound()
    return facts[sku_id]


def _lines(tx: Tx, rows: Sequence[repository.Line]) -> tuple[StockLine, ...]:
    facts = catalog.sku_facts(tx, [row.sku_id for row in rows])
    return tuple(
        StockLine(facts[row.sku_id], row.on_hand, row.on_hand - row.reserved, row.safety, row.low) for row in rows
    )


def _pack(row: repository.Line, direction: str) -> str:
    return f"{direction}{row.on_hand - row.reserved}.{row.sku_id}"


def _parse(position: str) -> tuple[int, int, bool] | None:
    if not position:
        return None
    try:
        free, sku_id = position[1:].split(".")
        return int(free), int(sku_id), position[0] == "b"
    except ValueError:
        raise Stale() from None
