"""What is written about an order: notes among staff, words to its customer, and what the customer answers."""

from __future__ import annotations

import unicodedata

from services.orders import desk_repository, steps
from services.orders.note_types import OrderNote
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound

NOTE, TOLD, HEARD = "note", "told", "heard"
MOST = 500


def add(tx: Tx, actor: Actor, order_id: int, kind: str, text: str) -> OrderNote:
    """Keeps `text` of 1–500 characters with the order; the card shows the newest. Raises InvalidInput, NotFound."""
    clean = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if not 1 <= len(clean) <= MOST:
        raise InvalidInput(field="note", reason="note", most=MOST)
    steps.lock(tx, order_id)
    is_staff = actor.kind == "staff"
    note_id = desk_repository.add_note(
        tx, order_id, kind, actor.id if is_staff else None, actor.name if is_staff else "", clean
    )
    steps.draw(tx, order_id)
    return require(tx, note_id)


def newest(tx: Tx, order_id: int, most: int) -> tuple[OrderNote, ...]:
    """The newest of all kinds, oldest of them first, for whoever may see the order's card."""
    return desk_repository.newest_notes(tx, order_id, most)


def require(tx: Tx, note_id: int) -> OrderNote:
    """Raises NotFound."""
    found = desk_repository.note(tx, note_id)
    if found is None:
        raise NotFound()
    return found


def mark_failed(tx: Tx, note_id: int, why: str) -> None:
    """What was told did not arrive."""
    note = require(tx, note_id)
    desk_repository.mark_failed(tx, note_id, why)
    steps.draw(tx, note.order_id)


def draw_open(tx: Tx, customer_id: int) -> None:
    """Draws the cards of a customer's open orders anew."""
    for order_id in desk_repository.open_orders(tx, customer_id):
        steps.draw(tx, order_id)
