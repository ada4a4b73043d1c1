from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from services.orders.models import OrderRow
from services.shared.db import Tx
from services.shipping.batch_types import FAULT, PAUSED, RIGHT, RUNNING, SHIPPED, Batch, BatchRow
from services.shipping.models import ShipBatchLineRow, ShipBatchRow, ShipmentRow

BATCHES, LINES = ShipBatchRow.__table__, ShipBatchLineRow.__table__
ORDERS, SHIPMENTS = OrderRow.__table__, ShipmentRow.__table__

# How many values one statement names.
_AT_ONCE = 500
_FAULTS_SHOWN = 5

_ADD, _ADD_LINES = insert(BATCHES), insert(LINES)
_FIND = select(BATCHES).where(BATCHES.c.id == bindparam("batch_id"))
_LOCK = _FIND.with_for_update()
_COUNTS = (
    select(LINES.c.state, func.count().label("rows"))
    .where(LINES.c.batch_id == bindparam("batch_id")).group_by(LINES.c.state)
)
_FAULTS = (
    select(LINES).where(LINES.c.batch_id == bindparam("batch_id"), LINES.c.state.in_([FAULT, RIGHT]))
    .order_by(LINES.c.row)
)
_FIRST_FAULTS = (
    select(LINES).where(LINES.c.batch_id == bindparam("batch_id"), LINES.c.state == FAULT)
    .order_by(LINES.c.row).limit(_FAULTS_SHOWN)
)
_NEXT = (
    select(LINES).where(LINES.c.batch_id == bindparam("batch_id"), LINES.c.state == RIGHT)
    .order_by(LINES.c.row).limit(1)
)
_CLOSE = (
    update(LINES)
    .where(LINES.c.batch_id == bindparam("of_batch"), LINES.c.row == bindparam("of_row"), LINES.c.state == RIGHT)
    .values(state=bindparam("new_state"), fault=bindparam("why"), facts=bindparam("with_facts"),
            shipment_id=bindparam("shipment"))
)
_MOVE = (
    update(BATCHES)
    .where(BATCHES.c.id == bindparam("batch_id"), BATCHES.c.state.in_(bindparam("leaving", expanding=True)))
)
_SAME = (
    select(BATCHES.c.id).where(BATCHES.c.digest == bindparam("digest")).order_by(BATCHES.c.id.desc()).limit(1)
)
_RECENT = (
    select(BATCHES.c.id).where(BATCHES.c.actor_id == bindparam("actor_id"))
    .order_by(BATCHES.c.id.desc()).limit(bindparam("most"))
)
_UNDER_WAY = (
    select(LINES.c.order_id, BATCHES.c.actor_name)
    .join_from(LINES, BATCHES, BATCHES.c.id == LINES.c.batch_id)
    .where(LINES.c.state == RIGHT, BATCHES.c.state.in_([RUNNING, PAUSED]))
    .where(LINES.c.order_id.in_(bindparam("order_ids", expanding=True)))
)
_BY_NUMBERS = select(ORDERS.c.id, ORDERS.c.number).where(ORDERS.c.number.in_(bindparam("numbers", expanding=True)))
_USED = (
    select(SHIPMENTS.c.carrier, SHIPMENTS.c.number, ORDERS.c.number.label("order"))
    .join_from(SHIPMENTS, ORDERS, ORDERS.c.id == SHIPMENTS.c.order_id)
    .where(SHIPMENTS.c.number.in_(bindparam("numbers", expanding=True)))
)


def add(tx: Tx, row: Mapping[str, Any], lines: Iterable[BatchRow]) -> int:
    batch_id = tx.insert(_ADD, dict(row))
    values = [
        {"batch_id": batch_id, "row": line.row, "order_id": line.order_id,
         "written": tx.vault.seal_json(line.written, _place(batch_id, line.row)),
         "carrier": line.carrier, "number": line.number, "state": line.state, "fault": line.fault,
         "facts": dict(line.facts) or None, "shipment_id": None}
        for line in lines
    ]
    if values:
        tx.execute(_ADD_LINES, values)
    return batch_id


def find(tx: Tx, batch_id: int, *, lock: bool = False) -> Batch | None:
    row = tx.first(_LOCK if lock else _FIND, {"batch_id": batch_id})
    if row is None:
        return None
    counts = {each.state: each.rows for each in tx.rows(_COUNTS, {"batch_id": batch_id})}
    faults = tx.rows(_FIRST_FAULTS, {"batch_id": batch_id}) if counts.get(FAULT) else ()
    return Batch(
        row.id, row.file_name, row.actor_id, row.actor_name, row.state, row.created_at, row.done_at,
        counts.get(RIGHT, 0), counts.get(SHIPPED, 0), counts.get(FAULT, 0), tuple(_line(tx, each) for each in faults),
    )


def same_file(tx: Tx, digest: str) -> int | None:
    return tx.scalar(_SAME, {"digest": digest})


def recent(tx: Tx, actor_id: int, most: int) -> list[int]:
    """The newest batches of somebody's, newest first."""
    return [row.id for row in tx.rows(_RECENT, {"actor_id": actor_id, "most": most})]


def left_over(tx: Tx, batch_id: int) -> list[BatchRow]:
    """The rows that were not shipped, in the order of the file."""
    return [_line(tx, row) for row in tx.rows(_FAULTS, {"batch_id": batch_id})]


def next_right(tx: Tx, batch_id: int) -> BatchRow | None:
    row = tx.first(_NEXT, {"batch_id": batch_id})
    return None if row is None else _line(tx, row)


def close(
    tx: Tx, batch_id: int, row: int, state: str, shipment_id: int | None = None, fault: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """False when the row was closed before."""
    return tx.changed(_CLOSE, {
        "of_batch": batch_id, "of_row": row, "new_state": state, "why": fault, "with_facts": dict(facts or {}) or None,
        "shipment": shipment_id,
    }) == 1


def move(tx: Tx, batch_id: int, leaving: Collection[str], **values: Any) -> bool:
    return tx.changed(_MOVE.values(**values), {"batch_id": batch_id, "leaving": list(leaving)}) == 1


def begin_run(tx: Tx, batch_id: int, leaving: Collection[str], actor_id: int, name: str) -> bool:
    return move(tx, batch_id, leaving, state=RUNNING, runs=BATCHES.c.runs + 1, actor_id=actor_id, actor_name=name)


def runs(tx: Tx, batch_id: int) -> int:
    return tx.scalar(select(BATCHES.c.runs).where(BATCHES.c.id == batch_id))


def orders_by_number(tx: Tx, numbers: Sequence[str]) -> dict[str, int]:
    return {row.number: row.id for row in _in_parts(tx, _BY_NUMBERS, "numbers", numbers)}


def used_numbers(tx: Tx, numbers: Sequence[str]) -> dict[tuple[str, str], str]:
    """Numbers of the order by carrier and number of its parcel."""
    return {(row.carrier, row.number): row.order for row in _in_parts(tx, _USED, "numbers", numbers)}


def under_way(tx: Tx, order_ids: Sequence[int]) -> dict[int, str]:
    """Who ships these orders from a file at the moment."""
    return {row.order_id: row.actor_name for row in _in_parts(tx, _UNDER_WAY, "order_ids", order_ids)}


def _in_parts(tx: Tx, statement: Any, name: str, values: Sequence[Any]) -> Iterable[Row[Any]]:
    for at in range(0, len(values), _AT_ONCE):
        yield from tx.rows(statement, {name: list(values[at:at + _AT_ONCE])})


def _line(tx: Tx, row: Row[Any]) -> BatchRow:
    order, carrier, number = tx.vault.open_json(row.written, _place(row.batch_id, row.row))
    return BatchRow(row.row, (order, carrier, number), row.order_id, row.carrier, row.number, row.state, row.fault,
                    row.facts or {})


def _place(batch_id: int, row: int) -> str:
    return f"ship_batch_lines.written:{batch_id}.{row}"
