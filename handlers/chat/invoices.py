"""What Telegram asks and tells about invoices, in the terms of the shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aiogram.types import LabeledPrice, Message, PreCheckoutQuery, ShippingOption, ShippingQuery

from handlers.chat.shop import Shop
from handlers.screens.refusals import words
from locales import Translator
from services.customers import service as customers
from services.outbox import service as outbox
from services.payments import invoiced_delivery, precheckout
from services.payments.errors import InvoiceRefused, TooEarly
from services.payments.events import apply_event
from services.payments.providers import telegram_invoices
from services.payments.types import PaymentEvent
from services.shared.money import Money

# The job that books what came too early.
AGAIN = "payments.refunded-early"


async def why_not(shop: Shop, query: PreCheckoutQuery) -> str:
    """Why an invoice cannot be paid now, in the payer's language; "" when it can."""
    amount = Money(query.total_amount, query.currency)
    try:
        await shop.store.write(precheckout.approve, query.id, query.from_user.id, query.invoice_payload, amount)
    except InvoiceRefused as refusal:
        return words(await _translator(shop, query.from_user.id, query.from_user.language_code), refusal)
    return ""


async def ways(shop: Shop, query: ShippingQuery) -> tuple[list[ShippingOption], str]:
    """The ways of delivery to the address of a flexible invoice, or why there are none."""
    address, t = query.shipping_address, await _translator(shop, query.from_user.id, query.from_user.language_code)
    try:
        found = await shop.store.read(
            invoiced_delivery.ways, query.from_user.id, query.invoice_payload, address.country_code, address.state)
    except InvoiceRefused as refusal:
        return [], words(t, refusal)
    return [
        ShippingOption(id=way.code, title=t.pick(way.name), prices=[
            LabeledPrice(label=t.pick(way.name), amount=way.fee.amount)])
        for way in found
    ], ""


async def take(shop: Shop, message: Message) -> None:
    """Keeps what a message says of money. Said again it changes nothing. Raises NotFound for no invoice of ours."""
    event = _event(message)
    if event is None:
        return
    notice = message.model_dump_json(include={"successful_payment", "refunded_payment", "date", "from_user"})
    try:
        await shop.store.write(apply_event, event, notice.encode())
    except TooEarly:
        # Messages keep no order among chats and restarts, and by polling this one is not said again.
        await shop.store.write(outbox.enqueue, AGAIN, _packed(event), key=f"{AGAIN}:{event.event_id}"[:200])


def unpacked(payload: dict[str, Any]) -> PaymentEvent:
    """A refund that had to wait, out of its job."""
    return telegram_invoices.refunded(
        payload["number"], Money(payload["amount"], payload["currency"]), payload["charge"],
        datetime.fromtimestamp(payload["at"], UTC))


def _packed(event: PaymentEvent) -> dict[str, Any]:
    return {"number": event.number, "amount": event.amount.amount, "currency": event.amount.currency,
            "charge": event.provider_payment_id, "at": int(event.created.timestamp())}


def _event(message: Message) -> PaymentEvent | None:
    if (said := message.successful_payment) is not None and message.from_user is not None:
        return telegram_invoices.paid(
            said.invoice_payload, Money(said.total_amount, said.currency), said.telegram_payment_charge_id,
            message.from_user.id, message.date, said.provider_payment_charge_id)
    if (back := message.refunded_payment) is not None:
        return telegram_invoices.refunded(
            back.invoice_payload, Money(back.total_amount, back.currency), back.telegram_payment_charge_id,
            message.date)
    return None


async def _translator(shop: Shop, telegram_id: int, client: str | None) -> Translator:
    """In the language that the person chose here, else in that of their Telegram."""
    known = await shop.store.read(customers.find, telegram_id)
    return shop.translator(known[0].language if known is not None else (client or "").partition("-")[0])
