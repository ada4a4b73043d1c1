"""The list of a person's orders, one order, and the questions around it."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.addresses import place_line
from handlers.screens.goods import LEAST_CELLS, captioned, goods_name, short
from handlers.screens.order_progress import headline, step_bar, timeline
from handlers.screens.screen import Screen, banner
from keyboards.digital import CodesOfOrderTap
from keyboards.layout import DANGER, PRIMARY, Row, button, copy, fit, flow, keyboard, link, way_back
from keyboards.orders import (
    CancelOrderTap,
    ConfirmReceiptTap,
    OrderSearchTap,
    OrdersTap,
    OrderTap,
    PayTap,
    ReorderTap,
)
from keyboards.start import HelpTap
from locales import Translator
from services.customers import phones
from services.customers.types import AddressFields
from services.orders.types import TABS, Order, OrderPage, OrderSummary, Recipient, Reordered
from services.shipping.types import Parcel

_NAME_CELLS = 28
_MOST_LINES, _MOST_EVENTS, _FEWEST = 5, 6, 3


def orders_screen(t: Translator, page: OrderPage) -> Screen:
    """A page of orders under a tab; the numbers open them."""
    entries = [_entry(t, number, order) for number, order in enumerate(page.orders, 1)]
    body = Markup("\n").join(entries) if entries else t(f"orders-none-{page.tab}")
    text = Markup("\n\n").join([t("orders-title", tab=t.plain(f"orders-tab-{page.tab}")), body])
    numbers = [button(str(number), OrderTap(order=order.id)) for number, order in enumerate(page.orders, 1)]
    search = [button(t.plain("orders-tap-search"), OrderSearchTap())] if page.counts["all"] else []
    rows = [numbers[:3], numbers[3:], _pages(page), search]
    return Screen(text, keyboard(*flow(_tabs(t, page)), *rows, way_back(t, None)), banner("orders"))


def order_screen(t: Translator, order: Order, parcels: Sequence[Parcel], page_url: str) -> Screen:
    """One order: what matters most first, then how far it is, what happened, what is in it and where it goes."""
    text = captioned(lambda cells: _order_text(t, order, parcels, cells))
    return Screen(text, keyboard(*_acts(t, order, parcels, page_url), way_back(t, OrdersTap())), banner("orders"),
                  key=f"order:{order.id}")


def _order_text(t: Translator, order: Order, parcels: Sequence[Parcel], cells: int) -> Markup:
    parts = [
        t("orders-head", number=order.number, headline=headline(t, order, parcels)),
        step_bar(t, order),
        *(t("orders-parcel", carrier=t.pick(parcel.carrier), number=parcel.number) for parcel in parcels),
        _events(t, order, cells),
        _contents(t, order, cells),
        t("orders-recipient", name=_masked(order.address.name), phone=phones.masked(order.address.phone),
          place=short(place_line(t, _place(order.address)), min(cells, 40))) if order.address else Markup(""),
        t("orders-note", note=short(order.note, 2 * cells)) if order.note else Markup(""),
    ]
    return Markup("\n").join(part for part in parts if part)


def cancel_question(t: Translator, order: Order) -> Screen:
    """Asks once before an order is called off, and says what follows."""
    money = t("orders-cancel-refund", amount=t.money(order.paid)) if order.paid.amount > 0 else Markup("")
    text = Markup("\n").join(part for part in (t("orders-cancel-ask", number=order.number), money) if part)
    sure = button(t.plain("orders-tap-cancel-sure"), CancelOrderTap(order=order.id, sure=True), DANGER)
    keep = button(t.plain("orders-tap-keep"), OrderTap(order=order.id))
    return Screen(text, keyboard([sure, keep], way_back(t, OrderTap(order=order.id))), banner("orders"))


def receipt_question(t: Translator, order: Order) -> Screen:
    text = t("orders-receipt-ask", number=order.number)
    sure = button(t.plain("orders-tap-received"), ConfirmReceiptTap(order=order.id, sure=True), PRIMARY)
    return Screen(text, keyboard([sure], way_back(t, OrderTap(order=order.id))), banner("orders"))


def search_question(t: Translator, typed: str = "") -> Screen:
    """Asks for an order's number; `typed` is what was not found."""
    problem = t("orders-search-none", typed=fit(typed, 40)) if typed else Markup("")
    text = Markup("\n").join(part for part in (problem, t("orders-search-ask")) if part)
    return Screen(text, keyboard(way_back(t, OrdersTap())), banner("orders"))


def reordered_words(t: Translator, done: Reordered) -> str:
    """What went into the cart again and what did not, in one line."""
    added = t.plain("orders-reordered", done.added)
    if not done.missing:
        return added
    names = t.plain("orders-list-comma").join(fit(t.pick(name), _NAME_CELLS) for name in done.missing[:3])
    return t.plain("orders-reordered-missing" if done.added else "orders-reordered-nothing", added=added, names=names)


def _entry(t: Translator, number: int, order: OrderSummary) -> Markup:
    name = short(t.pick(order.first), _NAME_CELLS)
    goods = t.n("orders-goods", order.products, name=name) if order.products > 1 else t("orders-good", name=name)
    return t("orders-entry", number=number, order=order.number, goods=goods, amount=t.money(order.total),
             status=t.plain(f"orders-tab-{order.tab}"), date=t.date(order.placed_at))


def _tabs(t: Translator, page: OrderPage) -> list[InlineKeyboardButton]:
    keys = []
    for tab in TABS:
        count = page.counts[tab] if tab in ("to-pay", "to-ship", "on-the-way") else 0
        label = t.plain(f"orders-tab-{tab}") + (f" {count}" if count else "")
        keys.append(button(f"· {label} ·" if tab == page.tab else label, OrdersTap(tab=tab)))
    return keys


def _pages(page: OrderPage) -> Row:
    newer = [button("‹", OrdersTap(tab=page.tab, after=page.previous))] if page.previous is not None else []
    older = [button("›", OrdersTap(tab=page.tab, before=page.next))] if page.next is not None else []
    return [*newer, *older]


def _events(t: Translator, order: Order, cells: int) -> Markup:
    most = _MOST_EVENTS if cells > LEAST_CELLS else _FEWEST
    entries = timeline(t, order)
    shown = [t("orders-event", at=t.datetime(entry.at), text=entry.text) for entry in entries[:most]]
    return Markup("\n").join(shown)


def _contents(t: Translator, order: Order, cells: int) -> Markup:
    most = _MOST_LINES if cells > LEAST_CELLS else _FEWEST
    lines = [
        t("desk-order-line-off" if line.called_off else "orders-line", quantity=line.quantity,
          name=goods_name(t, line.name, line.options, cells), amount=t.money(line.subtotal),
          off=t.number(line.called_off))
        for line in order.lines[:most]
    ]
    if len(order.lines) > most:
        lines.append(t.n("orders-more-lines", len(order.lines) - most))
    if order.discount:
        lines.append(t("orders-discount", amount=t.money(order.discount)))
    if order.shipping:
        lines.append(t("orders-shipping", amount=t.money(order.shipping)))
    key = "orders-paid-total" if order.due.amount == 0 else "orders-total"
    lines.append(t(key, amount=t.money(order.total), method=t.plain(f"payments-method-{order.payment_method}")))
    if order.refunded:
        lines.append(t("orders-refunded", amount=t.money(order.refunded)))
    return Markup("————\n") + Markup("\n").join(lines)


def _acts(t: Translator, order: Order, parcels: Sequence[Parcel], page_url: str) -> list[Row]:
    first: list[InlineKeyboardButton] = []
    if order.payable:
        first.append(button(t.plain("orders-tap-pay", amount=t.money(order.due)), PayTap(order=order.id), PRIMARY))
    if any(line.handed for line in order.lines):
        first.append(button(t.plain("digital-tap-show"), CodesOfOrderTap(order=order.id), PRIMARY))
    if order.receivable:
        first.append(button(t.plain("orders-tap-receive"), ConfirmReceiptTap(order=order.id), PRIMARY))
    numbers = [copy(t.plain("orders-tap-copy", number=parcel.number), parcel.number) for parcel in parcels]
    later: list[InlineKeyboardButton] = []
    if order.cancellable:
        later.append(button(t.plain("orders-tap-cancel"), CancelOrderTap(order=order.id)))
    if not order.payable:
        later.append(button(t.plain("orders-tap-reorder"), ReorderTap(order=order.id)))
    always = [link(t.plain("orders-tap-page"), page_url), button(t.plain("orders-tap-help"), HelpTap())]
    return [first, *flow(numbers, most=2), later, always]


def _masked(name: str) -> str:
    return f"{name[:1]}**"


def _place(recipient: Recipient) -> AddressFields:
    return AddressFields(country=recipient.country, region=recipient.region, city=recipient.city,
                         district=recipient.district)
