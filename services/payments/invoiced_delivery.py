"""Ways of delivery for an invoice that asks for them inside Telegram. The shop's own invoices never do."""

from __future__ import annotations

from services.customers import regions
from services.customers import service as customers
from services.delivery import service as delivery
from services.delivery.types import DeliveryOption
from services.orders import service as orders
from services.payments import repository
from services.payments.errors import InvoiceRefused
from services.shared.actors import SYSTEM
from services.shared.db import Tx


def ways(tx: Tx, payer: int, number: str, country: str, state: str) -> tuple[DeliveryOption, ...]:
    """What leads to the region of an address as Telegram names it (ISO country code, a state's name as typed).

    Raises InvoiceRefused: unknown, not-yours, or no-delivery where the shop does not go.
    """
    attempt = repository.attempt_by_number(tx, number)
    if attempt is None:
        raise InvoiceRefused(reason="unknown")
    order = orders.get(tx, SYSTEM, attempt.order_id)
    if customers.require(tx, order.customer_id).telegram_id != payer:
        raise InvoiceRefused(reason="not-yours")
    kinds = tuple({line.kind for line in order.lines})
    found = delivery.options(tx, _region(country, state), order.subtotal, 0, kinds)
    if not found:
        raise InvoiceRefused(reason="no-delivery")
    return found


def _region(country: str, state: str) -> str:
    if country != regions.CHINA:
        return country.lower()
    province = regions.find_province(state)
    return "" if province is None else province.code
