"""What is said once about an order: it is paid, placed, cancelled, completed. Screens and notices share these words."""

from __future__ import annotations

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.screen import Screen, banner
from keyboards.layout import SUCCESS, Row, button, keyboard, way_back
from keyboards.orders import OrdersTap, OrderTap, ReorderTap
from locales import Translator
from services.delivery.days import arrival
from services.orders import arcs
from services.orders.types import CASH_ON_DELIVERY, EXPIRED, FREE, Order

_REASONS = {EXPIRED: "expired", "staff": "staff", "sold-out": "sold-out"}


def receipt_screen(t: Translator, order: Order) -> Screen:
    """How an order stands right after it was placed, paid or called off: the screen that follows the pay screen."""
    if order.state == arcs.CANCELLED:
        return cancelled_notice(t, order)
    if order.payment == arcs.PAID:
        return paid_notice(t, order)
    if order.payment_method == CASH_ON_DELIVERY:
        return placed_notice(t, order)
    text = t("receipt-open", number=order.number, amount=t.money(order.due))
    return _receipt(t, order, [text], [_to_order(t, order)])


def paid_notice(t: Translator, order: Order) -> Screen:
    """The money is complete. It stays in the chat as the customer's receipt."""
    head = t("receipt-free") if order.payment_method == FREE else t("receipt-paid", amount=t.money(order.total))
    is_digital = all(line.kind == "digital" for line in order.lines)
    lines = [head, _number(t, order), t("receipt-paid-digital" if is_digital else "receipt-paid-next")]
    return _receipt(t, order, lines, [_to_order(t, order)])


def placed_notice(t: Translator, order: Order) -> Screen:
    """An order that is paid at the door waits for the shop, or is on its way."""
    head = t("receipt-placed" if order.state == arcs.PLACED else "receipt-confirmed")
    lines = [head, _number(t, order), t("receipt-placed-next", amount=t.money(order.due))]
    return _receipt(t, order, lines, [_to_order(t, order)])


def cancelled_notice(t: Translator, order: Order) -> Screen:
    """An order is off, why, and what becomes of money, goods and coupon."""
    reason = _REASONS.get(order.cancel_reason or "", "customer")
    lines = [t("receipt-cancelled"), t("receipt-number", number=order.number), t(f"receipt-cancelled-{reason}")]
    if order.paid.amount > 0:
        lines.append(t("receipt-cancelled-refund", amount=t.money(order.paid)))
    again = button(t.plain("orders-tap-reorder"), ReorderTap(order=order.id))
    return _receipt(t, order, lines, [_to_order(t, order), again])


def completed_notice(t: Translator, order: Order) -> Screen:
    lines = [t("receipt-completed"), t("receipt-number", number=order.number), t("receipt-completed-next")]
    again = button(t.plain("orders-tap-reorder"), ReorderTap(order=order.id))
    return _receipt(t, order, lines, [_to_order(t, order), again])


def _receipt(t: Translator, order: Order, lines: list[Markup], row: Row) -> Screen:
    # Who taps may see it before the notice of the same event is due, which is then not repeated.
    key = f"receipt:{order.id}:{order.state}:{order.payment}"
    keys = keyboard(row, way_back(t, OrdersTap()))
    return Screen(Markup("\n").join(lines), keys, banner("receipt"), key=key)


def _number(t: Translator, order: Order) -> Markup:
    number = t("receipt-number", number=order.number)
    if order.delivery is None:
        return number
    due = arrival(order.paid_at or order.placed_at, order.delivery.days[1], t.zone)
    return number + " · " + t("orders-due", day=t.day(due), date=t.date(due))


def _to_order(t: Translator, order: Order) -> InlineKeyboardButton:
    return button(t.plain("orders-tap-order"), OrderTap(order=order.id), SUCCESS)
