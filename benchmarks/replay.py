"""The statements that placing an order really executes, recorded once and sent again without the shop's code."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from benchmarks.buyers import Buyer, place
from services.shared.db import Store

_FRAMING = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
_ORDER_INSERT = "INSERT INTO orders "


@dataclass(frozen=True, slots=True)
class Statement:
    """`parameters` is one row, or a list of rows where `many`."""

    text: str
    parameters: Sequence[Any]
    many: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """The statements of one order, which got the id `order_id` when they were recorded."""

    order_id: int
    statements: tuple[Statement, ...]

    def send(self, connection: sqlite3.Connection) -> None:
        """In a transaction of their own, in the recorded order of orders, so that the ids come out the same."""
        connection.execute("BEGIN IMMEDIATE")
        for each in self.statements:
            if each.many:
                connection.executemany(each.text, each.parameters)
            else:
                connection.execute(each.text, each.parameters).fetchall()
        connection.execute("COMMIT")

    async def send_async(self, connection: Any) -> None:
        """In the open transaction; the new order's id stands in for the recorded one."""
        new_id = self.order_id
        for each in self.statements:
            if each.many:
                await connection.executemany(each.text, [self._with(row, new_id) for row in each.parameters])
                continue
            rows = await connection.fetch(each.text, *self._with(each.parameters, new_id))
            if each.text.startswith(_ORDER_INSERT):
                new_id = rows[0][0]

    def _with(self, row: Sequence[Any], new_id: int) -> list[Any]:
        old, new = str(self.order_id), str(new_id)
        return [
            new_id if value == self.order_id else value.replace(old, new) if isinstance(value, str) else value
            for value in row
        ]


async def recorded(store: Store, buyers: Sequence[Buyer]) -> list[Placement]:
    """Places the order of each buyer, one after another."""
    found = []
    for buyer in buyers:
        with statements(store) as log:
            placed = await place(store, buyer)
        found.append(Placement(placed.order_id, tuple(log)))
    return found


@contextmanager
def statements(store: Store) -> Iterator[list[Statement]]:
    """What the store executes inside the block, without what only frames transactions.

    It is slower ever after: an engine that had a listener goes on looking for listeners.
    """
    log: list[Statement] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.split(" ", 1)[0] not in _FRAMING:
            log.append(Statement(statement, parameters, many))

    engines = {store.reading_engine, store.writing_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield log
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
