"""The pay page's facts, out of orders and payments; its wishes go to the same use cases as the chat's taps."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.chat.shop import Shop
from handlers.pages.changes import Changes
from handlers.pages.views import (
    BankLine,
    ItemView,
    LineView,
    LinkUnknown,
    MethodIcon,
    MethodKind,
    MethodView,
    Opening,
    PayState,
    PayView,
    Unanswered,
)
from locales import Translator
from services.delivery.days import arrival
from services.orders import arcs
from services.orders import service as orders
from services.orders.types import Order, OrderLine
from services.payments import attempts, methods, process
from services.payments.errors import ProviderUnavailable
from services.payments.methods import Method
from services.payments.process import Payer
from services.payments.providers.offline import BANK_TRANSFER, CASH_ON_DELIVERY
from services.payments.types import Attempt, PaymentState
from services.shared.actors import SYSTEM, customer
from services.shared.errors import NotFound, Refusal
from services.shipping.desk import mask

# After "I've paid" the page says for so long that we keep asking.
_CHECKING = timedelta(minutes=2)
_KINDS: dict[str, tuple[MethodKind, MethodIcon]] = {
    BANK_TRANSFER: ("bank", "bank"), CASH_ON_DELIVERY: ("cod", "cod"), "wechat": ("wallet", "chat"),
    "alipay": ("wallet", "wallet"), "cryptopay": ("wallet", "wallet"), "telegram": ("wallet", "chat"),
}


class ShopPaySource:
    """The source of one shop. Whoever holds a page's token acts as the order's customer, for paying alone."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._changes = Changes(shop.store)

    async def view(self, token: str, language: str) -> PayView:
        state, order = await self._find(token)
        t, now = self._shop.translator(language), self._shop.clock.now()
        return self._view(state, order, await self._offers(order), t, now)

    async def wait(self, token: str, known: str, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while (left := ends - loop.time()) > 0:
            await self._changes.next(left)
            state, order = await self._find(token)
            if page_version(state, order, self._shop.clock.now()) != known:
                return

    async def choose_method(self, token: str, code: str) -> None:
        _, order = await self._find(token)
        if not order.open:
            return
        if code == CASH_ON_DELIVERY:
            await self.confirm_cod(token)
            return
        with contextlib.suppress(Refusal):
            await self._start(order, code, self._payer(token, order))

    async def open(self, token: str, code: str, channel: str, payer_ip: str) -> Opening | None:
        _, order = await self._find(token)
        if not order.open or code == CASH_ON_DELIVERY:
            return None
        payer = replace(self._payer(token, order), channel=channel, ip=payer_ip)
        try:
            attempt = await self._start(order, code, payer)
        except Refusal:
            return None
        return None if attempt.url is None else Opening(code, attempt.url, attempt.form)

    async def _offers(self, order: Order) -> tuple[Method, ...]:
        actor = customer(order.customer_id)
        return await self._shop.store.read(methods.for_order, actor, order.id, self._shop.providers)

    def _payer(self, token: str, order: Order) -> Payer:
        t = self._shop.translator(order.language)
        title = t.plain("payments-title", shop=t.pick(self._shop.name), number=order.number)
        page = f"{self._shop.public_url}/pay/{token}/back"
        return Payer(title, order.language, page, self._shop.payment_webhooks,
                     short=t.plain("payments-title-short", number=order.number))

    async def _start(self, order: Order, code: str, payer: Payer) -> Attempt:
        """Raises Unanswered and the refusals of `process.start`."""
        actor = customer(order.customer_id)
        if code != order.payment_method and Method(code, methods.PAUSED) in await self._offers(order):
            raise Unanswered
        try:
            attempt = await process.start(self._shop.store, self._shop.providers, actor, order.id, code, payer,
                                          self._shop.terms)
        except ProviderUnavailable:
            await self._tell_chat(order)
            raise Unanswered from None
        await self._tell_chat(order)
        return attempt

    async def _tell_chat(self, order: Order) -> None:
        """`order` is as it was before the page changed its way to pay."""
        await self._shop.store.write(attempts.note_switched, customer(order.customer_id), order.id,
                                     order.payment_method)

    async def check(self, token: str) -> None:
        _, order = await self._find(token)
        with contextlib.suppress(Refusal):
            await process.check(self._shop.store, self._shop.providers, customer(order.customer_id), order.id)

    async def confirm_cod(self, token: str) -> None:
        _, order = await self._find(token)
        with contextlib.suppress(Refusal):
            await self._shop.store.write(attempts.choose_cash, customer(order.customer_id), order.id,
                                         self._shop.providers, self._shop.terms)
            await self._tell_chat(order)

    async def _find(self, token: str) -> tuple[PaymentState, Order]:
        try:
            state = await self._shop.store.read(attempts.state_by_token, token)
        except NotFound:
            raise LinkUnknown from None
        return state, await self._shop.store.read(orders.get, SYSTEM, state.order_id)

    def _view(
        self, state: PaymentState, order: Order, offers: tuple[Method, ...], t: Translator, now: datetime
    ) -> PayView:
        attempt, chat = state.attempt, self._shop.way_back(f"o_{order.token}")
        refund = state.told_refunds[-1] if state.told_refunds else None
        return PayView(
            state=pay_state(state, order, now), order_number=order.number,
            amount=attempt.amount if attempt is not None else order.due, as_of=now, placed_at=order.placed_at,
            expires_at=order.expires_at or now + _CHECKING, page_url=f"{self._shop.public_url}/pay/{state.token}",
            recipient=mask(order.address.name) if order.address is not None else "",
            items=items(order, t), adjustments=adjustments(order, t),
            methods=self._method_views(state, order, offers, t),
            bank=tuple(BankLine(label, value) for label, value in self._shop.bank_lines),
            reference=attempt.reference if attempt is not None else "",
            received=state.received if state.received else None,
            refund=refund.amount if refund is not None else None,
            refund_to=t.plain(f"payments-name-{refund.attempt.provider}") if refund is not None else "",
            rest_method=_rest_method(order, offers), failed_before=attempt is not None and attempt.status == "failed",
            chat_url=chat, order_url=f"/orders/{order.token}", again_url=chat, due_at=_due(order, t),
            version=page_version(state, order, now),
        )

    def _method_views(
        self, state: PaymentState, order: Order, offers: tuple[Method, ...], t: Translator
    ) -> tuple[MethodView, ...]:
        attempt = state.attempt
        chosen = attempt.provider if attempt is not None and order.payment_method == attempt.provider else ""
        return tuple(
            MethodView(
                each.code, t.plain(f"payments-name-{each.code}"), *_KINDS.get(each.code, ("wallet", "card")),
                hint=t.plain(f"pages-pay-obstacle-{each.obstacle}") if each.obstacle else "",
                is_off=bool(each.obstacle) and each.code != chosen,
                app=t.plain(cashier) if t.has(cashier := f"payments-cashier-{each.code}") else "",
                channels=self._shop.providers[each.code].accepts.channels, chosen=each.code == chosen,
                **(self._opened(attempt) if attempt is not None and each.code == chosen else {}),
            )
            for each in offers
        )

    def _opened(self, attempt: Attempt) -> dict[str, str]:
        """What is still good to open the payment with. A form is not: it goes through a POST of its own."""
        if attempt.status != "pending" or not process.is_open(attempt, self._shop.clock.now()):
            return {"channel": attempt.channel}
        url = attempt.url if attempt.form is None else None
        return {"channel": attempt.channel, "url": url or "", "scan": attempt.code or ""}


def pay_state(state: PaymentState, order: Order, now: datetime) -> PayState:
    """Which of the page's states an order's payment is in."""
    if order.state == arcs.CANCELLED:
        if any(refund.reason == "late" for refund in state.told_refunds):
            return "late"
        if state.told_refunds:
            return "refunded"
        return "expired" if order.cancel_reason == "expired" else "cancelled"
    if order.payment == arcs.REFUNDED:
        return "refunded"
    if order.payment in (arcs.PAID, arcs.PARTLY_REFUNDED):
        return "twice" if any(refund.reason == "double" for refund in state.told_refunds) else "paid"
    if state.attempt is not None and state.attempt.status == "mismatch":
        return "wrong"
    if order.payment_method == CASH_ON_DELIVERY:
        return "cod"
    asked_at = state.attempt.asked_at if state.attempt is not None else None
    return "checking" if asked_at is not None and now - asked_at < _CHECKING else "pending"


def page_version(state: PaymentState, order: Order, now: datetime) -> str:
    """Another one when the chat chose another way to pay, or a code on the page has gone stale."""
    attempt = state.attempt
    opened = "" if attempt is None else f"{attempt.id}-{attempt.status}-{process.is_open(attempt, now)}"
    return f"{pay_state(state, order, now)}-{order.payment_method}-{opened}"


def _rest_method(order: Order, offers: tuple[Method, ...]) -> str:
    """The way to pay what is missing: the present one where it can be used, else the first that can."""
    usable = [code for code in methods.usable(offers) if code != CASH_ON_DELIVERY]
    return order.payment_method if order.payment_method in usable else next(iter(usable), "")


def _due(order: Order, t: Translator) -> datetime | None:
    """The day that the receipt in the chat names."""
    if order.paid_at is None or order.delivery is None:
        return None
    return arrival(order.paid_at, order.delivery.days[1], t.zone)


def items(order: Order, t: Translator) -> tuple[ItemView, ...]:
    return tuple(
        ItemView(t.pick(line.name), line.quantity, line.subtotal, options(line, t), f"/pictures/{line.picture_key}")
        for line in order.lines
    )


def options(line: OrderLine, t: Translator) -> str:
    return " · ".join(t.pick(option) for option in line.options)


def adjustments(order: Order, t: Translator) -> tuple[LineView, ...]:
    lines = [LineView(t.pick(each.name), each.amount) for each in order.adjustments]
    if order.delivery is not None:
        lines.append(LineView(t.pick(order.delivery.name), order.shipping))
    return tuple(lines) if order.shipping or order.adjustments else ()

