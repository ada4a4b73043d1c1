"""Invoices, the questions before a payment, and Stars."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.emulator.call import Call
from bot.demo.emulator.errors import ApiError, bad_request
from bot.demo.emulator.keyboards import checked_invoice
from bot.demo.emulator.methods.sending import Sending, head
from bot.demo.emulator.objects import LabeledPrice, ShippingOption
from bot.demo.emulator.state import Json
from bot.demo.emulator.till import STARS, Invoice

# The service's list is longer; a currency that is not here is refused as one that it does not take.
_CURRENCIES = frozenset({
    "AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP", "HKD", "HUF",
    "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KZT", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP",
    "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "UGX", "USD", "UYU", "VND",
    "ZAR",
})  # fmt: skip
_MOST_STARS = 10_000
_PAGE_MOST = 100


@dataclass(frozen=True, kw_only=True)
class Bill:
    """The parameters that an invoice has in a message and as a link."""

    title: str
    description: str
    payload: str
    currency: str
    prices: list[LabeledPrice]
    provider_token: str = ""
    max_tip_amount: int = 0
    suggested_tip_amounts: list[int] | None = None
    provider_data: str | None = None
    photo_url: str | None = None
    photo_size: int | None = None
    photo_width: int | None = None
    photo_height: int | None = None
    need_name: bool = False
    need_phone_number: bool = False
    need_email: bool = False
    need_shipping_address: bool = False
    send_phone_number_to_provider: bool = False
    send_email_to_provider: bool = False
    is_flexible: bool = False

    def invoice(self, start_parameter: str = "") -> Invoice:
        """Raises ApiError in the service's words."""
        if not 1 <= len(self.title) <= 32:
            raise bad_request("INVOICE_TITLE_INVALID")
        if not 1 <= len(self.description) <= 255:
            raise bad_request("INVOICE_DESCRIPTION_INVALID")
        if not 1 <= len(self.payload.encode()) <= 128:
            raise bad_request("INVOICE_PAYLOAD_INVALID")
        self._check_money()
        flexible = self.is_flexible and self.currency != STARS
        return Invoice(
            self.title, self.description, self.payload, self.currency, tuple(self.prices), start_parameter, flexible
        )

    def _check_money(self) -> None:
        total = sum(price["amount"] for price in self.prices)
        if not self.prices:
            raise bad_request("there must be at least one price")
        if self.currency == STARS:
            if len(self.prices) != 1:
                raise bad_request("there must be exactly one price for Telegram Stars payments")
            if self.provider_token:
                raise bad_request("PAYMENT_PROVIDER_INVALID")
            if not 1 <= total <= _MOST_STARS:
                raise bad_request("STARS_INVOICE_INVALID")
            return
        if self.currency not in _CURRENCIES:
            raise bad_request("CURRENCY_INVALID")
        if ":" not in self.provider_token:
            raise bad_request("PAYMENT_PROVIDER_INVALID")
        if total < 1:
            raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")


def send_invoice(call: Call, to: Sending, bill: Bill, start_parameter: str = "") -> Json:
    chat = call.world.writable(to.chat_id)
    invoice = bill.invoice(start_parameter)
    markup = checked_invoice(to.reply_markup, chat, f"Pay {invoice.total} {invoice.currency}")
    content = head(call, chat, to) | {"invoice": invoice.json(), "reply_markup": markup}
    call.world.admit(chat, 1)
    message = call.world.post(chat, content, by_bot=True)
    call.world.till.messages[chat.id, message.id] = invoice
    return message.data


def create_invoice_link(
    call: Call, bill: Bill, business_connection_id: str | None = None, subscription_period: int | None = None
) -> str:
    if business_connection_id is not None or subscription_period is not None:
        raise bad_request("subscriptions and business connections are not emulated")
    return call.world.till.add_link(bill.invoice())


def answer_pre_checkout_query(
    call: Call, pre_checkout_query_id: str, ok: bool, error_message: str | None = None
) -> bool:
    if not ok and not error_message:
        raise bad_request("error message must be non-empty")
    answer = {"ok": ok, "error_message": None if ok else error_message}
    call.world.answer(pre_checkout_query_id, "pre_checkout_query", answer)
    return True


def answer_shipping_query(
    call: Call,
    shipping_query_id: str,
    ok: bool,
    shipping_options: list[ShippingOption] | None = None,
    error_message: str | None = None,
) -> bool:
    if ok and not shipping_options:
        raise bad_request("there must be at least one shipping option")
    if not ok and not error_message:
        raise bad_request("error message must be non-empty")
    answer = {"ok": ok, "shipping_options": shipping_options or [], "error_message": error_message}
    call.world.answer(shipping_query_id, "shipping_query", answer)
    return True


def refund_star_payment(call: Call, user_id: int, telegram_payment_charge_id: str) -> bool:
    till = call.world.till
    charge = next((each for each in till.charges if each.id == telegram_payment_charge_id), None)
    if charge is None or charge.invoice.currency != STARS or charge.person.id != user_id:
        raise bad_request("CHARGE_NOT_FOUND")
    if charge.refunded_at is not None:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    if till.balance() < charge.total:
        raise ApiError(400, "Bad Request: BALANCE_TOO_LOW")
    charge.refunded_at = call.world.now()
    chat = call.world.chats[charge.person.id]
    refunded = {
        "currency": STARS,
        "total_amount": charge.total,
        "invoice_payload": charge.invoice.payload,
        "telegram_payment_charge_id": charge.id,
    }
    message = call.world.post(chat, {"from": charge.person.json(), "refunded_payment": refunded}, by_bot=False)
    call.delivery.push("message", message.data, ("chat", chat.id), chat.id)
    return True


def get_star_transactions(call: Call, offset: int = 0, limit: int = 100) -> Json:
    if offset < 0:
        raise bad_request("invalid offset")
    limit = limit if 1 <= limit <= _PAGE_MOST else _PAGE_MOST
    return {"transactions": call.world.till.stars()[offset : offset + limit]}


def get_my_star_balance(call: Call) -> Json:
    return {"amount": call.world.till.balance()}
