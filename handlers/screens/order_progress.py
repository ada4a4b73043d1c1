"""How far an order has got: its headline, its bar of steps and its timeline, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from locales import Translator
from services.delivery.days import arrival
from services.orders import arcs
from services.orders.types import CASH_ON_DELIVERY, EXPIRED, HistoryEntry, Order
from services.shipping.types import Parcel

_DONE, _TODO, _LINK = "●", "○", "━━"
_TOLD = {
    arcs.ORDER: {arcs.PLACED, arcs.CONFIRMED, arcs.COMPLETED, arcs.CANCELLED},
    arcs.PAYMENT: {arcs.PAID, arcs.PARTLY_PAID, arcs.PARTLY_REFUNDED, arcs.REFUNDED},
    arcs.FULFILMENT: {arcs.PARTLY_SHIPPED, arcs.SHIPPED, arcs.DELIVERED, arcs.RETURNED},
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One moment of an order in the reader's language."""

    at: datetime
    text: str


def headline(t: Translator, order: Order, parcels: Sequence[Parcel]) -> Markup:
    """What matters most now: a deadline, a date, or what went wrong."""
    if order.state == arcs.CANCELLED:
        return t("orders-hero-expired" if order.cancel_reason == EXPIRED else "orders-hero-cancelled")
    if order.payment == arcs.REFUNDED:
        return t("orders-hero-refunded")
    if order.payable and order.expires_at is not None:
        return t("orders-hero-unpaid-until", amount=t.money(order.due), when=t.moment(order.expires_at))
    if order.payable:
        return t("orders-hero-unpaid", amount=t.money(order.due))
    if order.state == arcs.COMPLETED:
        return t("orders-hero-completed")
    return _under_way(t, order, parcels)


def _under_way(t: Translator, order: Order, parcels: Sequence[Parcel]) -> Markup:
    if order.fulfilment in (arcs.DELIVERED, arcs.RETURNED):
        return t(f"orders-hero-{order.fulfilment}")
    if order.fulfilment == arcs.UNFULFILLED:
        word = "confirmed" if order.state == arcs.CONFIRMED else "paid" if order.payment == arcs.PAID else "placed"
        return t(f"orders-hero-{word}")
    if order.delivery is None or not parcels:
        return t("orders-hero-shipped")
    due = arrival(max(parcel.shipped_at for parcel in parcels), order.delivery.days[1], t.zone)
    return t("orders-hero-due", day=t.day(due), date=t.date(due))


def step_bar(t: Translator, order: Order) -> Markup:
    """●━━●━━○━━○ with the words of the steps; nothing for an order that is off."""
    if order.state == arcs.CANCELLED:
        return Markup("")
    first = "placed" if order.payment_method == CASH_ON_DELIVERY else "paid"
    names = (first, "shipped", "delivered", "completed") if order.address else (first, "delivered", "completed")
    reached = _reached(order)
    bar = _LINK.join(_DONE if name in reached else _TODO for name in names)
    return Markup("{}  {}").format(bar, " · ".join(t.plain(f"orders-step-{name}") for name in names))


def _reached(order: Order) -> set[str]:
    reached = {"placed"}
    if order.paid_at is not None:
        reached.add("paid")
    if order.fulfilment in (arcs.SHIPPED, arcs.DELIVERED, arcs.RETURNED):
        reached.add("shipped")
    if order.fulfilment in (arcs.DELIVERED, arcs.RETURNED):
        reached.add("delivered")
    if order.state == arcs.COMPLETED:
        reached.add("completed")
    return reached


def timeline(t: Translator, order: Order) -> tuple[TimelineEntry, ...]:
    """What happened to the order, newest first. Who among the staff did it is not the customer's concern."""
    entries = [
        TimelineEntry(entry.at, _event(t, entry))
        for entry in order.history if entry.new in _TOLD.get(entry.machine, ())
    ]
    return tuple(reversed(entries))


def _event(t: Translator, entry: HistoryEntry) -> str:
    if entry.machine == arcs.ORDER and entry.new == arcs.PLACED and entry.old is not None:
        return t.plain("orders-event-revived")
    return t.plain(f"orders-event-{entry.new.replace('_', '-')}")
