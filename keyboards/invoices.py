"""Keys of the pay screen where money is taken inside the chat app."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup

from keyboards.layout import PRIMARY, button, copy, keyboard, link
from keyboards.orders import OrderTap
from keyboards.payments import CancelPayTap, PaidTap, PayMethodsTap, home
from keyboards.taps import Id, Tap
from locales import Translator
from services.payments.types import Attempt


class InvoiceTap(Tap, prefix="1pi"):
    """Sends the invoice itself into the chat."""

    order: Id


def invoice_keys(
    t: Translator, order_id: int, number: str, attempt: Attempt, *, can_switch: bool
) -> InlineKeyboardMarkup:
    assert attempt.url is not None
    return keyboard(
        [link(t.plain("payments-tap-pay-here", amount=t.money(attempt.amount)), attempt.url, PRIMARY)],
        [
            button(t.plain("payments-tap-invoice"), InvoiceTap(order=order_id)),
            button(t.plain("payments-tap-paid"), PaidTap(order=order_id)),
        ],
        [
            *([button(t.plain("payments-tap-switch"), PayMethodsTap(order=order_id))] if can_switch else []),
            copy(t.plain("payments-tap-copy-number"), number),
        ],
        [
            button(t.plain("payments-tap-cancel"), CancelPayTap(order=order_id)),
            button(t.plain("payments-tap-order"), OrderTap(order=order_id)),
        ],
        [home(t)],
    )
