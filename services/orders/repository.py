from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.orders import arcs
from services.orders.models import OrderAdjustmentRow, OrderHistoryRow, OrderLineRow, OrderRow
from services.orders.types import (
    CASH_ON_DELIVERY,
    Adjustment,
    Delivery,
    HistoryEntry,
    Order,
    OrderLine,
    Recipient,
    Standing,
)
from services.shared.db import Tx
from services.shared.money import Money

ORDERS, LINES = OrderRow.__table__, OrderLineRow.__table__
ADJUSTMENTS, HISTORY = OrderAdjustmentRow.__table__, OrderHistoryRow.__table__

_INSERT = {
    True: sqlite.insert(ORDERS).on_conflict_do_nothing(index_elements=["number"]).returning(ORDERS.c.id),
    False: postgresql.insert(ORDERS).on_conflict_do_nothing(index_elements=["number"]).returning(ORDERS.c.id),
}
_ADD_LINES, _ADD_ADJUSTMENTS = insert(LINES), insert(ADJUSTMENTS)
_ADD_HISTORY = insert(HISTORY).returning(HISTORY.c.id)

_BY_ID = select(ORDERS).where(ORDERS.c.id == bindparam("order_id"))
_LOCK = _BY_ID.with_for_update()
_BY_TOKEN = select(ORDERS).where(ORDERS.c.token == bindparam("token"))
_BY_NUMBER = select(ORDERS).where(ORDERS.c.number == bindparam("number"))
_BY_ENDING = (
    select(ORDERS)
    .where(ORDERS.c.customer_id == bindparam("customer_id"), ORDERS.c.number.endswith(bindparam("ending")))
    .order_by(ORDERS.c.id.desc())
    .limit(1)
)
_LINES_OF = select(LINES).where(LINES.c.order_id == bindparam("order_id")).order_by(LINES.c.id)
_ADJUSTMENTS_OF = select(ADJUSTMENTS).where(ADJUSTMENTS.c.order_id == bindparam("order_id")).order_by(ADJUSTMENTS.c.id)
_HISTORY_OF = select(HISTORY).where(HISTORY.c.order_id == bindparam("order_id")).order_by(HISTORY.c.id)

_LEAVING = bindparam("leaving", expanding=True)
_LEAVE = update(ORDERS).where(ORDERS.c.id == bindparam("order_id"), ORDERS.c.state.in_(_LEAVING))
_CONFIRM = _LEAVE.where(
    ORDERS.c.payment.in_([arcs.PAID, arcs.PARTLY_REFUNDED]) | (ORDERS.c.payment_method == CASH_ON_DELIVERY),
    ORDERS.c.hold_reason.is_(None),
).values(state=arcs.CONFIRMED)
_COMPLETE = _LEAVE.where(ORDERS.c.fulfilment == arcs.DELIVERED).values(state=arcs.COMPLETED)
_CANCEL = _LEAVE.where(ORDERS.c.fulfilment == arcs.UNFULFILLED).values(
    state=arcs.CANCELLED, expires_at=None, cancel_reason=bindparam("reason")
)
_REVIVE = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order_id"), ORDERS.c.state == arcs.CANCELLED)
    .values(state=arcs.PLACED, cancel_reason=None)
)
_EXPIRE = _CANCEL.where(ORDERS.c.payment == arcs.UNPAID, ORDERS.c.expires_at <= bindparam("now"))
_MOVE_FULFILMENT = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order_id"), ORDERS.c.fulfilment.in_(_LEAVING))
    .where(ORDERS.c.state.in_([arcs.PLACED, arcs.CONFIRMED]))
    .values(fulfilment=bindparam("new_state"))
)
_SET_MONEY = (
    update(ORDERS)
    .where(
        ORDERS.c.id == bindparam("order_id"), ORDERS.c.payment == bindparam("leaving"),
        ORDERS.c.paid == bindparam("old_paid"), ORDERS.c.refunded == bindparam("old_refunded"),
    )
    .values(payment=bindparam("new_state"), paid=bindparam("new_paid"), refunded=bindparam("new_refunded"))
)
_HOLD_FOR_GOOD = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order_id"))
    .values(expires_at=None, paid_at=func.coalesce(ORDERS.c.paid_at, bindparam("at", type_=ORDERS.c.paid_at.type)))
)
_RUN_OUT_AT = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order_id"), ORDERS.c.payment == arcs.UNPAID, ORDERS.c.expires_at.is_(None))
    .where(ORDERS.c.state.in_([arcs.PLACED, arcs.CONFIRMED]))
    .values(expires_at=bindparam("until"))
)
_SET_METHOD = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order_id"), ORDERS.c.payment.in_([arcs.UNPAID, arcs.PARTLY_PAID]))
    .where(ORDERS.c.state.in_([arcs.PLACED, arcs.CONFIRMED]))
    .values(payment_method=bindparam("method"), expires_at=bindparam("until"))
)
_CLAIM = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order_id"), ORDERS.c.claimed_by.is_(None))
    .values(claimed_by=bindparam("staff_id"), claimed_name=bindparam("staff_name"))
)
_HOLDER = select(ORDERS.c.held_by).where(ORDERS.c.id == bindparam("order_id"))
_DUE = (
    select(ORDERS.c.id)
    .where(ORDERS.c.expires_at <= bindparam("now"), ORDERS.c.state.in_([arcs.PLACED, arcs.CONFIRMED]))
    .where(ORDERS.c.payment == arcs.UNPAID, ORDERS.c.id > bindparam("after"))
    .order_by(ORDERS.c.id)
    .limit(bindparam("most"))
)
_LAST_METHOD = (
    select(ORDERS.c.payment_method)
    .where(ORDERS.c.customer_id == bindparam("customer_id"))
    .order_by(ORDERS.c.id.desc())
    .limit(1)
)


def add(tx: Tx, row: dict[str, Any]) -> int | None:
    """Inserts an order; None when its number is taken already."""
    return tx.scalar(_INSERT[tx.sqlite], row)


def add_lines(tx: Tx, rows: list[dict[str, Any]]) -> None:
    tx.execute(_ADD_LINES, rows)


def add_adjustments(tx: Tx, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(_ADD_ADJUSTMENTS, rows)


def add_history(
    tx: Tx, order_id: int, machine: str, old: str | None, new: str, actor: str, name: str, reason: str | None
) -> int:
    return tx.scalar(_ADD_HISTORY, {
        "order_id": order_id, "machine": machine, "old": old, "new": new, "actor": actor, "name": name,
        "reason": reason, "at": tx.now,
    })


def find_row(tx: Tx, order_id: int) -> Row[Any] | None:
    return tx.first(_BY_ID, {"order_id": order_id})


def standing(tx: Tx, order_id: int) -> Standing | None:
    return _standing(tx.first(_BY_ID, {"order_id": order_id}))


def lock(tx: Tx, order_id: int) -> Standing | None:
    """The order, which nobody else changes until this transaction ends."""
    return _standing(tx.first(_LOCK, {"order_id": order_id}))


def by_token(tx: Tx, token: str) -> Row[Any] | None:
    return tx.first(_BY_TOKEN, {"token": token})


def by_number(tx: Tx, number: str) -> Row[Any] | None:
    return tx.first(_BY_NUMBER, {"number": number})


def by_ending(tx: Tx, customer_id: int, ending: str) -> Row[Any] | None:
    """The customer's newest order whose number ends like this."""
    return tx.first(_BY_ENDING, {"customer_id": customer_id, "ending": ending})


def confirm(tx: Tx, order_id: int, leaving: Sequence[str]) -> bool:
    return tx.changed(_CONFIRM, {"order_id": order_id, "leaving": leaving}) == 1


def complete(tx: Tx, order_id: int, leaving: Sequence[str]) -> bool:
    return tx.changed(_COMPLETE, {"order_id": order_id, "leaving": leaving}) == 1


def cancel(tx: Tx, order_id: int, leaving: Sequence[str], reason: str) -> bool:
    return tx.changed(_CANCEL, {"order_id": order_id, "leaving": leaving, "reason": reason}) == 1


def expire(tx: Tx, order_id: int, leaving: Sequence[str], reason: str) -> bool:
    return tx.changed(_EXPIRE, {"order_id": order_id, "leaving": leaving, "reason": reason, "now": tx.now}) == 1


def revive(tx: Tx, order_id: int) -> bool:
    return tx.changed(_REVIVE, {"order_id": order_id}) == 1


def move_fulfilment(tx: Tx, order_id: int, leaving: Sequence[str], new: str) -> bool:
    return tx.changed(_MOVE_FULFILMENT, {"order_id": order_id, "leaving": leaving, "new_state": new}) == 1


def set_money(tx: Tx, order: Standing, new: str, paid: Money, refunded: Money) -> bool:
    return tx.changed(_SET_MONEY, {
        "order_id": order.id, "leaving": order.payment, "old_paid": order.paid.amount,
        "old_refunded": order.refunded.amount, "new_state": new, "new_paid": paid.amount,
        "new_refunded": refunded.amount,
    }) == 1


def hold_for_good(tx: Tx, order_id: int, paid_at: datetime | None) -> None:
    tx.execute(_HOLD_FOR_GOOD, {"order_id": order_id, "at": paid_at})


def run_out_at(tx: Tx, order_id: int, until: datetime) -> bool:
    return tx.changed(_RUN_OUT_AT, {"order_id": order_id, "until": until}) == 1


def set_method(tx: Tx, order_id: int, method: str, until: datetime | None) -> bool:
    return tx.changed(_SET_METHOD, {"order_id": order_id, "method": method, "until": until}) == 1


def claim(tx: Tx, order_id: int, staff_id: int, name: str) -> bool:
    return tx.changed(_CLAIM, {"order_id": order_id, "staff_id": staff_id, "staff_name": name}) == 1


def holder(tx: Tx, order_id: int) -> str:
    """Who keeps the order back; "" when nobody does."""
    return tx.scalar(_HOLDER, {"order_id": order_id}) or ""


def due(tx: Tx, after: int, most: int) -> tuple[int, ...]:
    return tuple(row.id for row in tx.rows(_DUE, {"now": tx.now, "after": after, "most": most}))


def last_method(tx: Tx, customer_id: int) -> str | None:
    return tx.scalar(_LAST_METHOD, {"customer_id": customer_id})


def open_order(tx: Tx, row: Row[Any]) -> Order:
    """The whole order, its sealed parts opened."""
    values = {"order_id": row.id}
    recipient = None if row.recipient is None else tx.vault.open_json(row.recipient, recipient_place(row.number))
    currency = row.currency
    return Order(
        id=row.id, number=row.number, token=row.token, customer_id=row.customer_id,
        state=row.state, payment=row.payment, fulfilment=row.fulfilment,
        lines=tuple(_line(line, currency) for line in tx.rows(_LINES_OF, values)),
        adjustments=_adjustments(tx.rows(_ADJUSTMENTS_OF, values), currency),
        history=tuple(_entry(entry) for entry in tx.rows(_HISTORY_OF, values)),
        subtotal=Money(row.subtotal, currency), discount=Money(row.discount, currency),
        shipping=Money(row.shipping, currency), tax=Money(row.tax, currency), total=Money(row.total, currency),
        paid=Money(row.paid, currency), refunded=Money(row.refunded, currency),
        payment_method=row.payment_method, claim_id=row.claim_id, region=row.region,
        delivery=_delivery(row.delivery),
        address=None if recipient is None else Recipient(**recipient),
        note="" if row.note is None else tx.vault.open(row.note, note_place(row.number)),
        language=row.language, placed_at=row.placed_at, expires_at=row.expires_at, paid_at=row.paid_at,
        cancel_reason=row.cancel_reason, claimed_by=row.claimed_by, claimed_name=row.claimed_name,
        hold_reason=row.hold_reason, held_by=row.held_by,
    )


def recipient_place(number: str) -> str:
    """Sealed under the number, which is known before the row has an id."""
    return f"orders.recipient:{number}"


def note_place(number: str) -> str:
    return f"orders.note:{number}"


def _standing(row: Row[Any] | None) -> Standing | None:
    if row is None:
        return None
    currency = row.currency
    return Standing(
        id=row.id, number=row.number, token=row.token, customer_id=row.customer_id, state=row.state,
        payment=row.payment, fulfilment=row.fulfilment, total=Money(row.total, currency),
        paid=Money(row.paid, currency), refunded=Money(row.refunded, currency), payment_method=row.payment_method,
        claim_id=row.claim_id, language=row.language, placed_at=row.placed_at, expires_at=row.expires_at,
        paid_at=row.paid_at, cancel_reason=row.cancel_reason, claimed_by=row.claimed_by, claimed_name=row.claimed_name,
        hold_reason=row.hold_reason,
    )


def _delivery(stored: dict[str, Any] | None) -> Delivery | None:
    if stored is None:
        return None
    least, most = stored["days"]
    # Orders of before it was kept are not paid at the door any more.
    return Delivery(stored["code"], stored["name"], (least, most), stored.get("takes_cash", False))


def _line(row: Row[Any], currency: str) -> OrderLine:
    return OrderLine(
        id=row.id, sku_id=row.sku_id, product_id=row.product_id, sku_code=row.sku_code, kind=row.kind, name=row.name,
        options=tuple(row.options), picture_key=row.picture_key, quantity=row.quantity,
        unit_price=Money(row.unit_price, currency), subtotal=Money(row.subtotal, currency),
        discount=Money(row.discount, currency), total=Money(row.total, currency), tax=Money(row.tax, currency),
        tax_bp=row.tax_bp, called_off=row.called_off, given_back=row.given_back, handed=row.handed,
    )


def _adjustments(rows: Iterable[Row[Any]], currency: str) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            row.source, row.name, Money(row.amount, currency),
            tuple(Money(share, currency) for share in row.shares), Money(row.shipping, currency),
        )
        for row in rows
    )


def _entry(row: Row[Any]) -> HistoryEntry:
    return HistoryEntry(row.id, row.machine, row.old, row.new, row.actor, row.name, row.reason, row.at)
