"""The three state machines of an order, as data: which state may follow which. Every change in SQL names its sources
from here, and the check of the whole database reads history against the same arcs.
"""

from __future__ import annotations

PLACED, CONFIRMED, COMPLETED, CANCELLED = "placed", "confirmed", "completed", "cancelled"
UNPAID, PARTLY_PAID, PAID, PARTLY_REFUNDED, REFUNDED = "unpaid", "partly_paid", "paid", "partly_refunded", "refunded"
UNFULFILLED, PARTLY_SHIPPED, SHIPPED, DELIVERED, RETURNED = (
    "unfulfilled", "partly_shipped", "shipped", "delivered", "returned",
)

ORDER, PAYMENT, FULFILMENT = "order", "payment", "fulfilment"

# Machine -> state -> states that may follow it.
ARCS: dict[str, dict[str, frozenset[str]]] = {
    ORDER: {
        PLACED: frozenset({CONFIRMED, COMPLETED, CANCELLED}),
        CONFIRMED: frozenset({COMPLETED, CANCELLED}),
        COMPLETED: frozenset(),
        # A payment that came too late brings the order back if its goods can still be had.
        CANCELLED: frozenset({PLACED}),
    },
    PAYMENT: {
        UNPAID: frozenset({PARTLY_PAID, PAID, PARTLY_REFUNDED, REFUNDED}),
        PARTLY_PAID: frozenset({PAID, PARTLY_REFUNDED, REFUNDED}),
        PAID: frozenset({PARTLY_REFUNDED, REFUNDED}),
        # A refund that failed counts no more; a part that was returned may be paid again.
        PARTLY_REFUNDED: frozenset({PARTLY_PAID, PAID, REFUNDED}),
        REFUNDED: frozenset({PARTLY_PAID, PAID, PARTLY_REFUNDED}),
    },
    FULFILMENT: {
        UNFULFILLED: frozenset({PARTLY_SHIPPED, SHIPPED, DELIVERED}),
        # A parcel that was entered by mistake is taken back before it has moved.
        PARTLY_SHIPPED: frozenset({UNFULFILLED, SHIPPED, DELIVERED, RETURNED}),
        SHIPPED: frozenset({UNFULFILLED, PARTLY_SHIPPED, DELIVERED, RETURNED}),
        DELIVERED: frozenset({RETURNED}),
        RETURNED: frozenset(),
    },
}
FIRST = {ORDER: PLACED, PAYMENT: UNPAID, FULFILMENT: UNFULFILLED}


def allowed(machine: str, old: str, new: str) -> bool:
    return new in ARCS[machine].get(old, frozenset())


def sources(machine: str, new: str) -> tuple[str, ...]:
    """The states from which `new` may be reached, in the machine's order."""
    return tuple(state for state, following in ARCS[machine].items() if new in following)


def payment_state(total: int, paid: int, refunded: int) -> str:
    """The payment state that sums of captures and of refunds that did not fail amount to (minor units)."""
    if refunded > 0:
        if refunded >= paid:
            return REFUNDED
        # What was paid beyond the total and went back leaves the order paid.
        return PAID if paid - refunded >= total else PARTLY_REFUNDED
    if paid >= total:
        return PAID
    return PARTLY_PAID if paid > 0 else UNPAID
