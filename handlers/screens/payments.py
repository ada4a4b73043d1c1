"""Screens around paying an order: the pay screen, its bank transfer form, methods, and what is told afterwards."""

from __future__ import annotations

import io
from collections.abc import Sequence

import qrcode
from babel.numbers import get_currency_precision
from markupsafe import Markup
from PIL import Image, ImageDraw, ImageFont

from handlers.screens.screen import Picture, Screen, banner
from keyboards import payments as keys
from keyboards.invoices import invoice_keys
from locales import Translator
from services.orders import arcs
from services.orders.types import BANK_TRANSFER, CASH_ON_DELIVERY, Order
from services.payments.methods import Method
from services.payments.providers.telegram_invoices import CODES, STAR_CURRENCY
from services.payments.types import PaymentState, Refund
from services.shared.money import Money

_QR_SIZE, _QR_MARGIN, _FOOT = 640, 80, 150


def pay_key(order_id: int) -> str:
    """The key of an order's pay screen: an event that settles the payment finds it by this."""
    return f"pay:{order_id}"


def present_screen(
    t: Translator, order: Order, state: PaymentState, account: Sequence[tuple[str, str]], public_url: str, *,
    can_switch: bool,
) -> Screen:
    """The screen to pay an order that can be paid, by the way that is chosen now. `account` is that for transfers."""
    page = f"{public_url}/pay/{state.token}"
    if order.payment_method == CASH_ON_DELIVERY:
        return cash_screen(t, order)
    if order.payment_method == BANK_TRANSFER:
        return transfer_screen(t, order, state, account, page, can_switch=can_switch)
    return pay_screen(t, order, state, page, can_switch=can_switch)


def pay_screen(t: Translator, order: Order, state: PaymentState, page: str, *, can_switch: bool) -> Screen:
    """A QR code of the pay page with its link, or the key that opens a payment over the chat: it turns into the receipt
    when the money has come."""
    assert state.attempt is not None
    method = t.plain(f"payments-method-{state.attempt.provider}")
    lines = [t("payments-due", amount=t.money(state.attempt.amount), method=method),
             t("payments-order", number=order.number)]
    if state.received:
        lines.append(t("payments-received", amount=t.money(state.received)))
    if state.attempt.status == "failed":
        lines.append(t("payments-failed-before"))
    if state.attempt.expires_at is not None:
        lines.append(t("payments-until", when=t.moment(state.attempt.expires_at)))
    if state.attempt.provider in CODES and state.attempt.url is not None:
        lines.append(t("payments-how-here"))
        here = invoice_keys(t, order.id, order.number, state.attempt, can_switch=can_switch)
        return Screen("\n".join(lines), here, banner("pay"), key=pay_key(order.id))
    lines.append(t("payments-how"))
    picture = Picture(f"qr/{state.attempt.number}", qr_picture(page, state.attempt.amount))
    keyboard = keys.pay_keys(t, order.id, order.number, page, can_switch=can_switch)
    return Screen("\n".join(lines), keyboard, picture, key=pay_key(order.id))


def transfer_screen(
    t: Translator, order: Order, state: PaymentState, account: Sequence[tuple[str, str]], page: str, *,
    can_switch: bool,
) -> Screen:
    """Where to transfer how much with which reference, each to copy; and what became of the slip."""
    assert state.attempt is not None
    lines = [t("payments-due", amount=t.money(state.attempt.amount), method=t.plain("payments-method-bank_transfer")),
             t("payments-order", number=order.number), t("payments-transfer", amount=t.money(state.attempt.amount))]
    lines += [t("payments-account-line", label=label, value=value) for label, value in account]
    lines.append(t("payments-account-line", label=t.plain("payments-reference"), value=state.attempt.reference))
    if state.received:
        lines.append(t("payments-received", amount=t.money(state.received)))
    waiting = bool(state.slips) and state.slips[-1].status == "waiting"
    if waiting:
        lines.append(t("payments-slip-waiting"))
    elif state.slips and state.slips[-1].status == "rejected":
        lines.append(t("payments-slip-rejected"))
    if order.expires_at is not None and not waiting:
        lines.append(t("payments-transfer-until", when=t.moment(order.expires_at)))
    keyboard = keys.transfer_keys(t, order.id, account, state.attempt.reference, page, can_switch=can_switch)
    return Screen("\n".join(lines), keyboard, banner("pay"), key=pay_key(order.id))


def slip_question(t: Translator, order: Order, state: PaymentState, hint: str = "") -> Screen:
    assert state.attempt is not None
    ask = t("payments-slip-ask", amount=t.money(state.attempt.amount), reference=state.attempt.reference)
    text = "\n".join(filter(None, (hint, ask)))
    return Screen(text, keys.back_to_pay_keys(t, order.id), banner("pay"))


def phone_question(t: Translator, problem: str = "") -> Markup:
    """Why a number that Telegram vouches for is needed, below what was wrong with the last answer."""
    return Markup("\n").join(filter(None, (problem, t("payments-phone-ask"))))


def method_label(t: Translator, method: Method) -> str:
    """A way to pay, with a word about what stands in its way."""
    label = t.plain(f"payments-method-{method.code}")
    return f"{label} · {t.plain(f'payments-obstacle-{method.obstacle}')}" if method.obstacle else label


def methods_screen(t: Translator, order: Order, methods: Sequence[Method], problem: str = "") -> Screen:
    """The ways to pay; `problem` is why the one chosen last does not work now."""
    title, hint = t("payments-methods-title", amount=t.money(order.due)), t("payments-methods-hint")
    text = "\n".join(filter(None, (problem, title, hint)))
    choice = [(each.code, method_label(t, each)) for each in methods]
    return Screen(text, keys.method_keys(t, order.id, choice, order.payment_method), banner("pay"))


def changeable(order: Order) -> bool:
    """Whether another way to pay can be chosen: once the shop has confirmed cash on delivery, it counts on that."""
    return order.payable or (order.state == arcs.PLACED and order.payment in (arcs.UNPAID, arcs.PARTLY_PAID))


def cash_screen(t: Translator, order: Order) -> Screen:
    """The receipt of an order that is paid at the door."""
    lines = (t("payments-cash-title", amount=t.money(order.due)), t("payments-order", number=order.number),
             t("payments-cash-text"))
    keyboard = keys.cash_keys(t, order.id, can_switch=changeable(order))
    return Screen("\n".join(lines), keyboard, banner("receipt"))


def cancel_question(t: Translator, order: Order) -> Screen:
    return Screen(t("payments-cancel-ask", number=order.number), keys.sure_keys(t, order.id), banner("pay"))


def returned_notice(t: Translator, number: str, refund: Refund) -> Screen:
    """A payment that came too late, or twice, goes back by itself."""
    key = "payments-double-returned" if refund.reason == "double" else "payments-late-returned"
    text = t(key, number=number, amount=t.money(refund.amount))
    return Screen(text, keys.order_keys(t, refund.order_id), banner("pay"))


def revived_notice(t: Translator, order_id: int, number: str) -> Screen:
    """A payment came after its order had run out of time, and the order is on again."""
    return Screen(t("payments-revived", number=number), keys.order_keys(t, order_id))


def refunded_notice(t: Translator, number: str, refund: Refund) -> Screen:
    method = t.plain(f"payments-method-{refund.attempt.provider}")
    text = t("payments-refunded", number=number, amount=t.money(refund.amount), method=method)
    return Screen(text, keys.order_keys(t, refund.order_id))


def part_notice(t: Translator, order: Order, received: Money) -> Screen:
    text = t("payments-part-received", number=order.number, amount=t.money(received), rest=t.money(order.due))
    return Screen(text, keys.rest_keys(t, order.id, order.due), banner("pay"))


def failed_notice(t: Translator, order_id: int) -> Screen:
    return Screen(t("payments-failed-before"), keys.retry_keys(t, order_id), banner("pay"))


def slip_rejected_notice(t: Translator, order_id: int) -> Screen:
    return Screen(t("payments-slip-rejected"), keys.slip_again_keys(t, order_id), banner("pay"))


def qr_picture(address: str, amount: Money) -> bytes:
    """A PNG of 800 × 870: the QR code of `address` (level M, four modules of quiet zone) over the amount in ASCII.

    White all over, so that it can be scanned in a dark chat; ASCII, since no font for Chinese may be at hand.
    """
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(address)
    drawn = code.make_image().get_image().convert("L").resize((_QR_SIZE, _QR_SIZE), Image.Resampling.NEAREST)
    picture = Image.new("L", (_QR_SIZE + 2 * _QR_MARGIN, _QR_SIZE + _QR_MARGIN + _FOOT), 255)
    picture.paste(drawn, (_QR_MARGIN, _QR_MARGIN))
    words = f"{amount.currency} {_grouped(amount)}"
    centre = (picture.width // 2, _QR_MARGIN + _QR_SIZE + _FOOT // 2 - 10)
    ImageDraw.Draw(picture).text(centre, words, fill=20, font=ImageFont.load_default(size=56), anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _grouped(amount: Money) -> str:
    # CLDR does not know Telegram Stars, which have no parts.
    exponent = 0 if amount.currency == STAR_CURRENCY else get_currency_precision(amount.currency)
    whole, part = divmod(amount.amount, 10**exponent)
    return f"{whole:,}" + (f".{part:0{exponent}}" if exponent else "")
