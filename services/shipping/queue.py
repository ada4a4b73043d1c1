"""The queue: all orders as staff see them, by tabs and filters, and found by what somebody knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row

from services.orders import finding, finding_repository
from services.orders import queue_repository as repository
from services.orders.queue_repository import (
    ALL,
    CANCELLED,
    DONE,
    HOLD,
    MINE,
    ON_THE_WAY,
    REFUND,
    STATES,
    TABS,
    TO_CONFIRM,
    TO_PAY,
    TO_SHIP,
    UNCLAIMED,
)
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money
from services.shipping import carriers, queue_repository, refunds
from services.staff.types import ORDERS_VIEW

__all__ = [
    "ALL", "CANCELLED", "DONE", "HOLD", "MINE", "ON_THE_WAY", "PAGE", "REFUND", "STATES", "TABS", "TO_CONFIRM",
    "TO_PAY", "TO_SHIP", "UNCLAIMED", "Edge", "QueueLine", "QueuePage", "find", "page",
]

PAGE = 8
# Where the door leads: the first of these in which anything is.
_FIRST = (TO_CONFIRM, TO_SHIP, HOLD, TO_PAY, ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class Edge:
    """A page begins behind the order `order_id`, or, `backwards`, ends before it."""

    order_id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class QueueLine:
    """An order in the queue. `state` is one of STATES; `first` names its first product of `products`.

    `since` is when it was paid, or placed; `refund`: money for it waits to go back.
    """

    id: int
    number: str
    state: str
    first: dict[str, str]
    products: int
    total: Money
    since: datetime
    claimed_name: str | None
    refund: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Part of a tab, in the order that was asked for; `counts` are those of all tabs, none for a search.

    `before` and `after` lead to the neighbours.
    """

    tab: str
    lines: tuple[QueueLine, ...]
    counts: Mapping[str, int]
    total: int
    before: Edge | None
    after: Edge | None


def page(
    tx: Tx, actor: Actor, tab: str, edge: Edge | None = None, *, method: str = "", since: datetime | None = None,
    until: datetime | None = None, oldest: bool = False,
) -> QueuePage:
    """A page of a tab ("" for the first one that is not empty), of orders placed in [since, until) and to be paid by
    `method`; newest first, or `oldest`. New orders move nothing on a page further on. Raises NotAllowed."""
    actor.require(ORDERS_VIEW)
    waiting = queue_repository.waiting_refunds(refunds.ACT)
    among = repository.among(method, since, until)
    counts = repository.counts(tx, among, actor.id, waiting)
    tab = tab or next((each for each in _FIRST if counts[each]), ALL)
    where = among & repository.in_tab(tab, actor.id, waiting)
    return _page(tx, tab, where, counts, counts[tab], edge, oldest=oldest)


def find(tx: Tx, actor: Actor, typed: str, edge: Edge | None = None) -> QueuePage:
    """The orders that fit what was typed, newest first: a number or its end, the name or phone of whoever gets it or
    ordered it (the last four digits are enough), a SKU or a parcel's number. Raises NotAllowed."""
    actor.require(ORDERS_VIEW)
    wanted = finding.read(tx.vault, typed)
    parcel = queue_repository.with_parcel(carriers.clean(typed[: finding.MOST_TYPED]))
    where = finding_repository.fitting(wanted.number, wanted.code, wanted.name, wanted.phone, parcel)
    return _page(tx, "", where, {}, repository.count(tx, where), edge, oldest=False)


def _page(
    tx: Tx, tab: str, where: ColumnElement[bool], counts: Mapping[str, int], total: int, edge: Edge | None, *,
    oldest: bool,
) -> QueuePage:
    waiting = queue_repository.waiting_refunds(refunds.ACT)
    backwards = edge is not None and edge.backwards
    anchor = None if edge is None else edge.order_id
    rows = list(repository.page(tx, where, waiting, anchor, PAGE + 1, downwards=oldest == backwards))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    lines = _lines(tx, rows)
    # Where one came from there is something still, unless it left meanwhile: then that page is empty and says so.
    before = more if backwards else edge is not None
    after = True if backwards else more
    return QueuePage(
        tab, lines, counts, total, Edge(lines[0].id, backwards=True) if lines and before else None,
        Edge(lines[-1].id) if lines and after else None,
    )


def _lines(tx: Tx, rows: Sequence[Row[Any]]) -> tuple[QueueLine, ...]:
    named: dict[int, list[Row[Any]]] = {row.id: [] for row in rows}
    for line in repository.lines(tx, list(named)):
        named[line.order_id].append(line)
    return tuple(
        QueueLine(
            id=row.id, number=row.number, state=row.tab, first=named[row.id][0].name, products=len(named[row.id]),
            total=Money(row.total, row.currency), since=row.paid_at or row.placed_at, claimed_name=row.claimed_name,
            refund=row.refund,
        )
        for row in rows
    )
