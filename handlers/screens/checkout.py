"""The checkout: one screen that sums everything up, with a key beside each part, and the choosers behind these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.addresses import place_line, short_line
from handlers.screens.checkout_changes import change_lines, shortage_lines
from handlers.screens.goods import LEAST_CELLS, captioned, goods_name, short
from handlers.screens.payments import method_label
from handlers.screens.screen import Screen, banner
from keyboards.cart import CartTap
from keyboards.customers import AddressAddTap
from keyboards.layout import PRIMARY, Row, button, flow, keyboard, way_back
from keyboards.orders import (
    AddressChosenTap,
    CheckoutAddressesTap,
    CheckoutCouponsTap,
    CheckoutNoteTap,
    CheckoutTap,
    DeliveriesTap,
    DeliveryChosenTap,
    DropMissingTap,
    MethodChosenTap,
    MethodsTap,
    NoteClearedTap,
    PlaceTap,
)
from keyboards.taps import Tap
from locales import Translator
from services.customers import phones
from services.customers.types import Address
from services.delivery.types import DeliveryOption
from services.orders.types import CART, NOTE_LIMIT, CheckoutView
from services.payments.methods import Method
from services.shared.money import Money
from services.shared.price_lists import STARS

_RULE_CELLS = 28
_MOST_LINES, _FEWEST_LINES = 6, 2
# From so many minutes on people think in hours.
_HOURS_FROM = 120


def summary(t: Translator, view: CheckoutView, held_for: timedelta | None, wanted: str = "") -> Screen:
    """Everything that would be ordered. `held_for` is how long the goods are kept for an order that is not paid yet,
    `wanted` the currency that the person buys in, where it is not the shop's own."""
    text = captioned(lambda cells: _summary_text(t, view, held_for, wanted, cells))
    return Screen(text, keyboard(*_keys(t, view), way_back(t, _behind(view))), banner("checkout"))


def _summary_text(t: Translator, view: CheckoutView, held_for: timedelta | None, wanted: str, cells: int) -> Markup:
    unpriced = bool(wanted) and view.total.currency not in (wanted, STARS)
    parts = [
        t("checkout-title"),
        t("checkout-unpriced", wanted=wanted, currency=view.total.currency) if unpriced else Markup(""),
        *change_lines(t, view.changes, cells),
        *shortage_lines(t, view.shortages, cells),
        *_destination(t, view, cells),
        _goods(t, view, cells),
        *_reductions(t, view, cells),
        t("checkout-note", note=short(view.note, cells)) if view.note else Markup(""),
        _sums(t, view),
        t("checkout-no-method") if view.missing == "method" else Markup(""),
        _held(t, held_for) if held_for is not None and view.missing is None else Markup(""),
    ]
    return Markup("\n").join(part for part in parts if part)


def _held(t: Translator, held_for: timedelta) -> Markup:
    minutes = int(held_for.total_seconds() // 60)
    return t.n("checkout-held-minutes", minutes) if minutes < _HOURS_FROM else t.n("checkout-held", minutes // 60)


def address_chooser(t: Translator, checkout_id: int, addresses: Sequence[Address], chosen: int | None) -> Screen:
    """The person's addresses to choose one; a new one leads back here."""
    entries = [
        button(("✅ " if each.id == chosen else "📍 ") + short_line(t, each),
               AddressChosenTap(checkout=checkout_id, address=each.id))
        for each in addresses
    ]
    add = button(t.plain("checkout-tap-new-address"), AddressAddTap(checkout=checkout_id))
    rows = [*([entry] for entry in entries), [add], way_back(t, CheckoutTap(checkout=checkout_id))]
    return Screen(t("checkout-addresses"), keyboard(*rows), banner("checkout"))


def delivery_chooser(t: Translator, view: CheckoutView) -> Screen:
    keys = [
        [button(_mark(way == view.delivery) + t.plain("checkout-tap-delivery-way", name=t.pick(way.name),
                                                      fee=_fee(t, way.fee)),
                DeliveryChosenTap(checkout=view.id, code=way.code))]
        for way in view.deliveries
    ]
    lines = [t("checkout-deliveries"), *(_way(t, way, way.fee) for way in view.deliveries)]
    back = way_back(t, CheckoutTap(checkout=view.id))
    return Screen(Markup("\n").join(lines), keyboard(*keys, back), banner("checkout"))


def method_chooser(t: Translator, view: CheckoutView, methods: Sequence[Method]) -> Screen:
    """The ways to pay that fit this order, with a word where something stands in the way; others are not shown."""
    keys = [
        button(_mark(each.code == view.method) + method_label(t, each),
               MethodChosenTap(checkout=view.id, method=each.code))
        for each in methods
    ]
    text = t("checkout-methods", amount=t.money(view.total))
    return Screen(text, keyboard(*flow(keys, most=2), way_back(t, CheckoutTap(checkout=view.id))), banner("checkout"))


def note_question(t: Translator, checkout_id: int, note: str, too_long: int | None = None) -> Screen:
    """Asks for a note to the shop. `too_long` is the length of one that did not fit."""
    parts = [
        t("checkout-note-too-long", length=t.number(too_long), most=t.number(NOTE_LIMIT)) if too_long else Markup(""),
        t("checkout-note-ask", most=t.number(NOTE_LIMIT)),
        t("checkout-note", note=note) if note else Markup(""),
    ]
    clear = [button(t.plain("checkout-tap-clear-note"), NoteClearedTap(checkout=checkout_id))] if note else []
    text = Markup("\n").join(part for part in parts if part)
    return Screen(text, keyboard(clear, way_back(t, CheckoutTap(checkout=checkout_id))), banner("checkout"))


def _destination(t: Translator, view: CheckoutView, cells: int) -> list[Markup]:
    if not view.needs_delivery:
        return [t("checkout-no-delivery")]
    if view.address is None:
        return [t("checkout-address-none")]
    line = t("checkout-address", name=short(view.address.name, cells), phone=phones.masked(view.address.phone),
             place=short(place_line(t, view.address), cells))
    if view.delivery is None:
        others = ", ".join(view.delivery_in)
        return [line, t("checkout-unserved-in", others=others) if others else t("checkout-unserved")]
    return [line, _way(t, view.delivery, view.delivery.fee)]


def _goods(t: Translator, view: CheckoutView, cells: int) -> Markup:
    most = _MOST_LINES if cells > LEAST_CELLS else _FEWEST_LINES
    lines = [
        t("checkout-line", name=goods_name(t, line.name, line.options, cells), quantity=line.quantity,
          amount=t.money(line.subtotal))
        for line in view.lines[:most]
    ]
    if len(view.lines) > most:
        lines.append(t.n("checkout-more-lines", len(view.lines) - most))
    return Markup("\n").join(lines)


def _reductions(t: Translator, view: CheckoutView, cells: int) -> list[Markup]:
    return [
        t("checkout-coupon" if each.source.startswith("coupon:") else "checkout-promotion",
          name=short(t.pick(each.name), min(cells, _RULE_CELLS)), amount=t.money(-each.amount))
        for each in view.adjustments if each.amount
    ]


def _sums(t: Translator, view: CheckoutView) -> Markup:
    tax = t("checkout-tax", amount=t.money(view.tax)) if view.tax else Markup("")
    total = t("checkout-total", amount=t.money(view.total))
    return Markup("\n").join(part for part in (tax, total) if part)


def _keys(t: Translator, view: CheckoutView) -> list[Row]:
    here = view.id
    if view.missing == "short":
        return [[button(t.plain("checkout-tap-drop-missing"), DropMissingTap(checkout=here), PRIMARY)]]
    where: list[InlineKeyboardButton] = []
    if view.needs_delivery:
        where.append(button(t.plain("checkout-tap-address"), CheckoutAddressesTap(checkout=here)))
        if len(view.deliveries) > 1:
            where.append(button(t.plain("checkout-tap-delivery"), DeliveriesTap(checkout=here)))
    coupons = t.plain("checkout-tap-coupons", number=t.number(view.coupons_usable))
    extras = [button(coupons, CheckoutCouponsTap(checkout=here)),
              button(t.plain("checkout-tap-note"), CheckoutNoteTap(checkout=here))]
    method: list[InlineKeyboardButton] = []
    if view.total and (view.method is not None or view.missing == "method"):
        label = _method(t, view.method) if view.method is not None else t.plain("checkout-tap-method")
        method = [button(label + " ▾", MethodsTap(checkout=here))]
    return [where, extras, method, _place(t, view)]


def _place(t: Translator, view: CheckoutView) -> Row:
    if view.missing is not None:
        return []
    label = t.plain("checkout-tap-place", amount=t.money(view.total)) if view.total else t.plain("checkout-tap-free")
    return [button(label, PlaceTap(checkout=view.id, version=view.version), PRIMARY)]


def _way(t: Translator, way: DeliveryOption, fee: Money) -> Markup:
    least, most = way.days
    days = t.n("checkout-days", most) if least == most else t.n("checkout-days-range", most, least=t.number(least))
    return t("checkout-delivery", name=t.pick(way.name), fee=_fee(t, fee), days=days)


def _fee(t: Translator, fee: Money) -> str:
    return t.money(fee) if fee else t.plain("checkout-free-delivery")


def _method(t: Translator, code: str) -> str:
    return t.plain(f"payments-method-{code}")


def _mark(chosen: bool) -> str:
    return "✅ " if chosen else ""


def _behind(view: CheckoutView) -> Tap | None:
    return CartTap() if view.source == CART else None
