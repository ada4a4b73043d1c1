from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from services.orders import arcs
from services.orders.models import OrderLineRow, OrderNoteRow, OrderRow
from services.orders.note_types import OrderNote
from services.shared.db import Tx

ORDERS, LINES, NOTES = OrderRow.__table__, OrderLineRow.__table__, OrderNoteRow.__table__

_OPEN = ORDERS.c.state.in_([arcs.PLACED, arcs.CONFIRMED])
# Whoever holds the order now must be the one it is taken from: of two at once the second changes no row.
_MOVE_CLAIM = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("of_order"), ORDERS.c.claimed_by == bindparam("held_by_id"), _OPEN)
    .values(claimed_by=bindparam("to_id"), claimed_name=bindparam("to_name"))
)
_HOLD = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("of_order"), ORDERS.c.hold_reason.is_(None), _OPEN)
    .where(ORDERS.c.fulfilment.in_([arcs.UNFULFILLED, arcs.PARTLY_SHIPPED]))
    .values(hold_reason=bindparam("reason"), held_by=bindparam("name"))
)
_RESUME = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("of_order"), ORDERS.c.hold_reason.is_not(None))
    .values(hold_reason=None, held_by=None)
)
_SEND_ELSEWHERE = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("of_order"), ORDERS.c.fulfilment == arcs.UNFULFILLED, _OPEN)
    .values(recipient=bindparam("sealed"), region=bindparam("new_region"))
)
_GIVE_BACK = (
    update(LINES)
    .where(LINES.c.id == bindparam("line_id"), LINES.c.given_back == bindparam("before"))
    .where(LINES.c.given_back + bindparam("pieces") <= LINES.c.quantity)
    .values(given_back=LINES.c.given_back + bindparam("pieces"), called_off=LINES.c.called_off + bindparam("unsent"))
)
_ADD_NOTE = insert(NOTES)
_NOTE = select(NOTES).where(NOTES.c.id == bindparam("note_id"))
_NEWEST = (
    select(NOTES).where(NOTES.c.order_id == bindparam("order_id")).order_by(NOTES.c.id.desc()).limit(bindparam("most"))
)
_FAILED = update(NOTES).where(NOTES.c.id == bindparam("note_id")).values(failed=bindparam("why"))
_OPEN_OF = select(ORDERS.c.id).where(ORDERS.c.customer_id == bindparam("customer_id"), _OPEN).order_by(ORDERS.c.id)


def move_claim(tx: Tx, order_id: int, held_by: int, to_id: int | None, to_name: str | None) -> bool:
    return tx.changed(_MOVE_CLAIM, {
        "of_order": order_id, "held_by_id": held_by, "to_id": to_id, "to_name": to_name,
    }) == 1


def hold(tx: Tx, order_id: int, reason: str, name: str) -> bool:
    return tx.changed(_HOLD, {"of_order": order_id, "reason": reason, "name": name}) == 1


def resume(tx: Tx, order_id: int) -> bool:
    return tx.changed(_RESUME, {"of_order": order_id}) == 1


def send_elsewhere(tx: Tx, order_id: int, sealed: str, region: str) -> bool:
    return tx.changed(_SEND_ELSEWHERE, {"of_order": order_id, "sealed": sealed, "new_region": region}) == 1


def give_back(tx: Tx, line_id: int, before: int, pieces: int, unsent: int) -> bool:
    """Counts pieces of a line whose price goes back, `unsent` of them never sent; False when others did meanwhile."""
    return tx.changed(_GIVE_BACK, {"line_id": line_id, "before": before, "pieces": pieces, "unsent": unsent}) == 1


def add_note(tx: Tx, order_id: int, kind: str, staff_id: int | None, name: str, text: str) -> int:
    return tx.insert(_ADD_NOTE, {
        "order_id": order_id, "kind": kind, "staff_id": staff_id, "name": name, "at": tx.now, "failed": None,
        "text": tx.vault.seal(text, _place(order_id)),
    })


def note(tx: Tx, note_id: int) -> OrderNote | None:
    row = tx.first(_NOTE, {"note_id": note_id})
    return None if row is None else _note(tx, row)


def newest_notes(tx: Tx, order_id: int, most: int) -> tuple[OrderNote, ...]:
    """Oldest of them first."""
    rows = tx.rows(_NEWEST, {"order_id": order_id, "most": most})
    return tuple(_note(tx, row) for row in reversed(rows))


def mark_failed(tx: Tx, note_id: int, why: str) -> None:
    tx.execute(_FAILED, {"note_id": note_id, "why": why})


def open_orders(tx: Tx, customer_id: int) -> tuple[int, ...]:
    return tuple(row.id for row in tx.rows(_OPEN_OF, {"customer_id": customer_id}))


def _note(tx: Tx, row: Any) -> OrderNote:
    text = tx.vault.open(row.text, _place(row.order_id))
    return OrderNote(row.id, row.order_id, row.kind, row.staff_id, row.name, text, row.at, row.failed)


def _place(order_id: int) -> str:
    return f"order_notes.text:{order_id}"
