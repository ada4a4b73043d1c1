"""Keys of the pay screen and around it."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from keyboards.layout import DANGER, PRIMARY, SUCCESS, button, copy, flow, keyboard, link
from keyboards.orders import OrdersTap, OrderTap, PayTap
from keyboards.taps import HomeTap, Id, Tap
from locales import Translator
from services.shared.money import Money


class PaidTap(Tap, prefix="1pp"):
    """"I've paid": asks the provider now."""

    order: Id


class PayMethodsTap(Tap, prefix="1pm"):
    """Lists the ways to pay this order."""

    order: Id


class PayByTap(Tap, prefix="1pb"):
    """Pays this order by another method."""

    order: Id
    method: str


class SlipTap(Tap, prefix="1ps"):
    """Asks for the picture of a bank transfer."""

    order: Id


class CancelPayTap(Tap, prefix="1pc"):
    """Cancels the order from its pay screen: asks once, with `sure` cancels."""

    order: Id
    sure: bool = False


def pay_keys(t: Translator, order_id: int, number: str, page: str, *, can_switch: bool) -> InlineKeyboardMarkup:
    return keyboard(
        [link(t.plain("payments-tap-open"), page, PRIMARY)],
        [
            button(t.plain("payments-tap-paid"), PaidTap(order=order_id)),
            *([button(t.plain("payments-tap-switch"), PayMethodsTap(order=order_id))] if can_switch else []),
        ],
        [
            copy(t.plain("payments-tap-copy-number"), number),
            button(t.plain("payments-tap-cancel"), CancelPayTap(order=order_id)),
        ],
        [button(t.plain("payments-tap-order"), OrderTap(order=order_id)), home(t)],
    )


def transfer_keys(
    t: Translator, order_id: int, lines: Sequence[tuple[str, str]], reference: str, page: str, *, can_switch: bool
) -> InlineKeyboardMarkup:
    copies = [copy(t.plain("payments-tap-copy", what=label), value) for label, value in lines]
    copies.append(copy(t.plain("payments-tap-copy", what=t.plain("payments-reference")), reference))
    return keyboard(
        *flow(copies, most=2),
        [button(t.plain("payments-tap-slip"), SlipTap(order=order_id), PRIMARY)],
        [link(t.plain("payments-tap-open"), page)],
        [
            *([button(t.plain("payments-tap-switch"), PayMethodsTap(order=order_id))] if can_switch else []),
            button(t.plain("payments-tap-cancel"), CancelPayTap(order=order_id)),
        ],
        [button(t.plain("payments-tap-order"), OrderTap(order=order_id)), home(t)],
    )


def method_keys(
    t: Translator, order_id: int, methods: Sequence[tuple[str, str]], chosen: str
) -> InlineKeyboardMarkup:
    """A key for each way to pay (code and label)."""
    rows = flow(
        [button(("✅ " if code == chosen else "") + label, PayByTap(order=order_id, method=code))
         for code, label in methods],
        most=2,
    )
    back = button(t.plain("shared-tap-back"), PayTap(order=order_id))
    return keyboard(*rows, [back, home(t)])


def sure_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    return keyboard(
        [button(t.plain("payments-tap-cancel-sure"), CancelPayTap(order=order_id, sure=True), DANGER)],
        [button(t.plain("payments-tap-keep"), PayTap(order=order_id))],
    )


def cash_keys(t: Translator, order_id: int, *, can_switch: bool) -> InlineKeyboardMarkup:
    """Below the receipt of cash on delivery."""
    switch = [button(t.plain("payments-tap-switch"), PayMethodsTap(order=order_id))] if can_switch else []
    return keyboard([button(t.plain("payments-tap-order"), OrderTap(order=order_id), SUCCESS)], [*switch, home(t)])


def back_to_pay_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    return keyboard([button(t.plain("shared-tap-back"), PayTap(order=order_id)), home(t)])


def rest_keys(t: Translator, order_id: int, due: Money) -> InlineKeyboardMarkup:
    """After a part has come: to the payment of the rest."""
    pay = button(t.plain("payments-tap-rest", amount=t.money(due)), PayTap(order=order_id), PRIMARY)
    return keyboard([pay], [button(t.plain("payments-tap-order"), OrderTap(order=order_id)), home(t)])


def slip_again_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    """After a slip whose money was not found: another one, or a look at the account's lines."""
    return keyboard(
        [button(t.plain("payments-tap-slip"), SlipTap(order=order_id), PRIMARY)],
        [button(t.plain("payments-tap-pay"), PayTap(order=order_id)), home(t)],
    )


def retry_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    """After a failed try: once more, or another way."""
    return keyboard(
        [button(t.plain("shared-tap-retry"), PayTap(order=order_id), PRIMARY)],
        [button(t.plain("payments-tap-switch"), PayMethodsTap(order=order_id)), home(t)],
    )


def order_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    """Below a notice: to the order, and home."""
    return keyboard([button(t.plain("payments-tap-order"), OrderTap(order=order_id), SUCCESS)],
                    [button(t.plain("payments-tap-orders"), OrdersTap()), home(t)])


def home(t: Translator) -> InlineKeyboardButton:
    return button(t.plain("shared-tap-home"), HomeTap())
