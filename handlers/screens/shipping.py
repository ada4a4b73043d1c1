"""Notices about parcels."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.goods import goods_of
from handlers.screens.screen import Screen
from keyboards.staff import delivered_keys, shipped_keys
from locales import Translator
from services.orders import arcs
from services.orders.types import CASH_ON_DELIVERY, Order
from services.shipping.types import Parcel

_BREAK = Markup("\n")


def shipped(t: Translator, order: Order, parcels: Sequence[Parcel], place: int) -> Screen:
    """The parcel at `place` of those sent so far has left; for cash on delivery with the amount to have ready.

    Where it is not alone, it is said which it is and what is in it. How many there will be, nobody knows before the
    last one has left.
    """
    parcel, alone = parcels[place], len(parcels) == 1 and order.fulfilment != arcs.PARTLY_SHIPPED
    rows = [t("shipping-shipped", number=order.number) if alone else _which(t, "sent", order, parcels, place),
            t("shipping-parcel", carrier=t.pick(parcel.carrier), number=parcel.number)]
    if not alone:
        rows.append(t("shipping-inside", goods=goods_of(t, order, parcel.items)))
    if order.fulfilment == arcs.PARTLY_SHIPPED:
        rows.append(t("shipping-rest-follows"))
    if order.delivery is not None:
        fewest, most = order.delivery.days
        rows.append(t("shipping-days", fewest=t.number(fewest), most=t.number(most)))
    if order.payment_method == CASH_ON_DELIVERY and order.due:
        rows.append(t("shipping-cash", amount=t.money(order.due)))
    return Screen(_BREAK.join(rows), shipped_keys(t, order.id))


def corrected(t: Translator, order: Order, parcel: Parcel) -> Screen:
    """The parcel's number was wrong."""
    rows = [t("shipping-corrected", number=order.number),
            t("shipping-parcel", carrier=t.pick(parcel.carrier), number=parcel.number)]
    return Screen(_BREAK.join(rows), shipped_keys(t, order.id))


def undone(t: Translator, order: Order, number: str) -> Screen:
    """The parcel was announced by mistake."""
    return Screen(t("shipping-undone", number=order.number, parcel=number), shipped_keys(t, order.id))


def parcel_delivered(t: Translator, order: Order, parcels: Sequence[Parcel], place: int) -> Screen:
    """One parcel of several has arrived."""
    parcel = parcels[place]
    rows = [_which(t, "arrived", order, parcels, place),
            t("shipping-parcel", carrier=t.pick(parcel.carrier), number=parcel.number),
            t("shipping-inside", goods=goods_of(t, order, parcel.items))]
    return Screen(_BREAK.join(rows), shipped_keys(t, order.id))


def _which(t: Translator, word: str, order: Order, parcels: Sequence[Parcel], place: int) -> Markup:
    """"The 1st of 2 parcels" once the last one has left, "parcel 1" before."""
    total = "" if order.fulfilment == arcs.PARTLY_SHIPPED else "-of"
    return t(f"shipping-parcel-{word}{total}", number=order.number, place=t.number(place + 1),
             total=t.number(len(parcels)))


def delivered(t: Translator, order: Order) -> Screen:
    """The order arrived, or what was ordered is done."""
    goods = any(line.kind == "physical" for line in order.lines)
    text = t("shipping-delivered" if goods else "shipping-done", number=order.number)
    if order.payment_method == CASH_ON_DELIVERY and order.payment == arcs.PAID:
        text = _BREAK.join((text, t("shipping-cash-taken", amount=t.money(order.paid))))
    return Screen(text, delivered_keys(t, order.id) if order.receivable else shipped_keys(t, order.id))
