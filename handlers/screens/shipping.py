"""Notices about parcels."""

from __future__ import annotations

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards.staff import delivered_keys, shipped_keys
from locales import Translator
from services.orders import arcs
from services.orders.types import CASH_ON_DELIVERY, Order
from services.shipping.types import Parcel

_BREAK = Markup("\n")


def shipped(t: Translator, order: Order, parcel: Parcel) -> Screen:
    """The parcel left; for cash on delivery with the amount to have ready."""
    rows = [t("shipping-shipped", number=order.number),
            t("shipping-parcel", carrier=t.pick(parcel.carrier), number=parcel.number)]
    if order.delivery is not None:
        fewest, most = order.delivery.days
        rows.append(t("shipping-days", fewest=t.number(fewest), most=t.number(most)))
    if order.payment_method == CASH_ON_DELIVERY and order.due:
        rows.append(t("shipping-cash", amount=t.money(order.due)))
    return Screen(_BREAK.join(rows), shipped_keys(t, order.id))


def delivered(t: Translator, order: Order) -> Screen:
    """The order arrived, or what was ordered is done."""
    goods = any(line.kind == "physical" for line in order.lines)
    text = t("shipping-delivered" if goods else "shipping-done", number=order.number)
    if order.payment_method == CASH_ON_DELIVERY and order.payment == arcs.PAID:
        text = _BREAK.join((text, t("shipping-cash-taken", amount=t.money(order.paid))))
    return Screen(text, delivered_keys(t, order.id) if order.receivable else shipped_keys(t, order.id))
