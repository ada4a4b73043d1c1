"""The pay page's facts, out of orders and payments; its wishes go to the same use cases as the chat's taps."""

from __future__ import annotations

import asyncio
import contextlib
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
    PayState,
    PayView,
)
from locales import Translator
from services.delivery.days import arrival
from services.orders import arcs
from services.orders import service as orders
from services.orders.types import Order, OrderLine
from services.payments import attempts, methods, process
from services.payments.methods import Method
from services.payments.process import Payer
from services.payments.providers.offline import BANK_TRANSFER, CASH_ON_DELIVERY
from services.payments.types import PaymentState
from services.shared.actors import SYSTEM, customer
from services.shared.errors import NotFound, Refusal
from services.shipping.desk import mask

# After "I've paid" the page says for so long that we keep asking.
_CHECKING = timedelta(minutes=2)
_KINDS: dict[str, tuple[MethodKind, MethodIcon]] = {BANK_TRANSFER: ("bank", "bank"), CASH_ON_DELIVERY: ("cod", "cod")}


class ShopPaySource:
    """The source of one shop. Whoever holds a page's token acts as the order's customer, for paying alone."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._changes = Changes(shop.store)

    async def view(self, token: str, language: str) -> PayView:
        state, order = await self._find(token)
        offers = await self._shop.store.read(methods.for_order, customer(order.customer_id), order.id,
                                             self._shop.providers)
        return self._view(state, order, offers, self._shop.translator(language), self._shop.clock.now())

    async def wait(self, token: str, known: PayState, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while (left := ends - loop.time()) > 0:
            await self._changes.next(left)
            state, order = await self._find(token)
            if pay_state(state, order, self._shop.clock.now()) != known:
                return

    async def choose_method(self, token: str, code: str) -> None:
        _, order = await self._find(token)
        if not order.open:
            return
        if code == CASH_ON_DELIVERY:
            await self.confirm_cod(token)
            return
        t = self._shop.translator(order.language)
        title = t.plain("payments-title", shop=t.pick(self._shop.name), number=order.number)
        payer = Payer(title, order.language, f"{self._shop.public_url}/pay/{token}", self._shop.payment_webhooks)
        with contextlib.suppress(Refusal):
            await process.start(self._shop.store, self._shop.providers, customer(order.customer_id), order.id, code,
                                payer, self._shop.terms)
            await self._shop.store.write(attempts.note_switched, customer(order.customer_id), order.id)

    async def check(self, token: str) -> None:
        _, order = await self._find(token)
        with contextlib.suppress(Refusal):
            await process.check(self._shop.store, self._shop.providers, customer(order.customer_id), order.id)

    async def confirm_cod(self, token: str) -> None:
        _, order = await self._find(token)
        with contextlib.suppress(Refusal):
            await self._shop.store.write(attempts.choose_cash, customer(order.customer_id), order.id,
                                         self._shop.providers, self._shop.terms)
            await self._shop.store.write(attempts.note_switched, customer(order.customer_id), order.id)

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
        refund = state.refunds[-1] if state.refunds else None
        return PayView(
            state=pay_state(state, order, now), order_number=order.number,
            amount=attempt.amount if attempt is not None else order.due, as_of=now, placed_at=order.placed_at,
            expires_at=order.expires_at or now + _CHECKING, page_url=f"{self._shop.public_url}/pay/{state.token}",
            recipient=mask(order.address.name) if order.address is not None else "",
            items=items(order, t), adjustments=adjustments(order, t), methods=self._method_views(state, order, offers, t),
            bank=tuple(BankLine(label, value) for label, value in self._shop.bank_lines),
            reference=attempt.reference if attempt is not None else "",
            received=state.received if state.received else None,
            refund=refund.amount if refund is not None else None,
            refund_to=t.plain(f"payments-name-{refund.attempt.provider}") if refund is not None else "",
            failed_before=attempt is not None and attempt.status == "failed",
            chat_url=chat, order_url=f"/orders/{order.token}", again_url=chat, due_at=_due(order, t),
        )

    def _method_views(
        self, state: PaymentState, order: Order, offers: tuple[Method, ...], t: Translator
    ) -> tuple[MethodView, ...]:
        views = []
        for code in methods.usable(offers):
            kind, icon = _KINDS.get(code, ("wallet", "card"))
            chosen = state.attempt is not None and state.attempt.provider == code and order.payment_method == code
            url = state.attempt.url or "" if chosen and state.attempt is not None else ""
            cashier = f"payments-cashier-{code}"
            app = t.plain(cashier) if t.has(cashier) else ""
            label = t.plain(f"payments-name-{code}")
            views.append(MethodView(code, label, kind, icon, url=url, app=app, chosen=chosen))
        return tuple(views)


def pay_state(state: PaymentState, order: Order, now: datetime) -> PayState:
    """Which of the page's states an order's payment is in."""
    if order.state == arcs.CANCELLED:
        if any(refund.reason == "late" for refund in state.refunds):
            return "late"
        if state.refunds:
            return "refunded"
        return "expired" if order.cancel_reason == "expired" else "cancelled"
    if order.payment == arcs.REFUNDED:
        return "refunded"
    if order.payment in (arcs.PAID, arcs.PARTLY_REFUNDED):
        return "twice" if any(refund.reason == "double" for refund in state.refunds) else "paid"
    if state.attempt is not None and state.attempt.status == "mismatch":
        return "wrong"
    if order.payment_method == CASH_ON_DELIVERY:
        return "cod"
    asked_at = state.attempt.asked_at if state.attempt is not None else None
    return "checking" if asked_at is not None and now - asked_at < _CHECKING else "pending"


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

