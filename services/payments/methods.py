"""Which ways to pay fit: one rule for the checkout, the chat and the pay page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.customers import profile
from services.orders import service as orders
from services.orders.types import CASH_ON_DELIVERY, Order
from services.payments.provider import Accepts, Provider
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money

# Why a way to pay that fits cannot be used now: nobody answers there; the phone number must be vouched for first.
PAUSED, PHONE = "paused", "phone"


@dataclass(frozen=True, slots=True)
class Purchase:
    """What decides about the ways to pay. `takes_cash`: the parcel's carrier does."""

    due: Money
    kinds: Collection[str]
    takes_cash: bool


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay that fits. `obstacle` is PAUSED or PHONE when something stands in the way today, else empty."""

    code: str
    obstacle: str = ""


def fitting(providers: Mapping[str, Provider], purchase: Purchase, *, phone_verified: bool) -> tuple[Method, ...]:
    """The shop's ways to pay that fit a purchase, in the shop's order."""
    return tuple(
        Method(code, _obstacle(code, provider, phone_verified))
        for code, provider in providers.items()
        if _accepts(provider.accepts, purchase) and (code != CASH_ON_DELIVERY or purchase.takes_cash)
    )


def usable(methods: Collection[Method]) -> tuple[str, ...]:
    """The codes of those with nothing in the way."""
    return tuple(method.code for method in methods if not method.obstacle)


def for_order(tx: Tx, actor: Actor, order_id: int, providers: Mapping[str, Provider]) -> tuple[Method, ...]:
    """The ways to pay what is still due of an own order. Raises NotFound for another's."""
    order = orders.get(tx, actor, order_id)
    return fitting(providers, purchase_of(order), phone_verified=phone_is_verified(tx, actor, providers))


def purchase_of(order: Order) -> Purchase:
    takes_cash = order.delivery is not None and order.delivery.takes_cash
    return Purchase(order.due, {line.kind for line in order.lines}, takes_cash)


def phone_is_verified(tx: Tx, actor: Actor, providers: Collection[str]) -> bool:
    """Whether Telegram vouched for the customer's number, which matters for cash at the door alone: whoever sends a
    parcel unpaid wants to know whom to call."""
    return CASH_ON_DELIVERY in providers and profile.profile(tx, actor).phone_verified


def _accepts(accepts: Accepts, purchase: Purchase) -> bool:
    amount = purchase.due.amount
    return (
        (accepts.currencies is None or purchase.due.currency in accepts.currencies)
        and accepts.least <= amount and (accepts.most is None or amount <= accepts.most)
        and accepts.kinds.issuperset(purchase.kinds)
    )


def _obstacle(code: str, provider: Provider, phone_verified: bool) -> str:
    # Only what is reached over the network can be unwell (`guarding.Guarded`).
    if not getattr(provider, "healthy", True):
        return PAUSED
    return PHONE if code == CASH_ON_DELIVERY and not phone_verified else ""
