"""Paying an order: the pay screen, other methods, "I've paid", the transfer slip, calling it off."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer import contact
from handlers.screens import payments as screens
from handlers.screens.receipts import receipt_screen
from handlers.screens.refusals import words
from keyboards.orders import PayTap
from keyboards.payments import CancelPayTap, PaidTap, PayByTap, PayMethodsTap, SlipTap
from services.orders import service as orders
from services.orders.types import Order
from services.payments import attempts, by_hand, methods, process
from services.payments.cancelling import cancel_order
from services.payments.errors import MethodUnavailable, NotPayable, PhoneNeeded, ProviderUnavailable
from services.payments.methods import Method
from services.payments.process import Payer
from services.payments.providers.offline import BANK_TRANSFER, CASH_ON_DELIVERY
from services.shared.errors import Refusal, Stale

routes = Routes()

SLIP = "payments-slip"
_SLIP_KINDS = ("image/", "application/pdf")


@routes.tap(PayTap)
async def pay(ctx: Context, tap: PayTap) -> None:
    await show_payment(ctx, tap.order)


async def show_payment(ctx: Context, order_id: int, method: str | None = None, toast: str | None = None) -> None:
    """The screen to pay an own order by `method` (its present one by default), or its receipt when it is settled."""
    order = await ctx.read(orders.get, order_id)
    chosen = method or order.payment_method
    if not screens.changeable(order) or not order.due:
        await ctx.show(receipt_screen(ctx.t, order), toast)
        return
    offers = await ctx.read(methods.for_order, order_id, ctx.shop.providers)
    try:
        _require_on_offer(order, offers, chosen)
        if chosen != CASH_ON_DELIVERY:
            await _start(ctx, order, chosen)
        elif order.payment_method != CASH_ON_DELIVERY:
            await ctx.write(attempts.choose_cash, order_id, ctx.shop.providers, ctx.shop.terms)
    except (MethodUnavailable, ProviderUnavailable) as refusal:
        await _offer(ctx, order, offers, refusal)
    except PhoneNeeded:
        await contact.ask_own(ctx, {"cash_order": order_id})
    else:
        await _show_present(ctx, order_id, toast, can_switch=len(offers) > 1)


@routes.tap(PayMethodsTap)
async def choose_method(ctx: Context, tap: PayMethodsTap) -> None:
    order = await ctx.read(orders.get, tap.order)
    if screens.changeable(order):
        offers = await ctx.read(methods.for_order, tap.order, ctx.shop.providers)
        await ctx.show(screens.methods_screen(ctx.t, order, offers))
    else:
        await show_payment(ctx, tap.order)


@routes.tap(PayByTap)
async def pay_by(ctx: Context, tap: PayByTap) -> None:
    await show_payment(ctx, tap.order, tap.method)


@routes.tap(PaidTap)
async def paid(ctx: Context, tap: PaidTap) -> None:
    """Asks the provider at once; what comes later arrives by itself, and may have come while this was tapped."""
    outcome = await process.check(ctx.shop.store, ctx.shop.providers, ctx.actor, tap.order)
    order = await ctx.read(orders.get, tap.order)
    if order.paid_at is not None and ctx.state.screen_key != screens.pay_key(order.id):
        await ctx.toast(ctx.t.plain("payments-paid-already", number=order.number), alert=True)
    elif outcome is None and order.open and order.due:
        await ctx.toast(ctx.t.plain("payments-not-yet"), alert=True)
    else:
        await show_payment(ctx, tap.order)


@routes.tap(SlipTap)
async def ask_slip(ctx: Context, tap: SlipTap) -> None:
    await _ask_slip(ctx, tap.order)


@routes.step(SLIP)
async def take_slip(ctx: Context, message: Message) -> None:
    order_id = ctx.state.draft.get("order")
    if order_id is None:
        raise Stale()
    picture = message.photo[-1] if message.photo else message.document
    if picture is None:
        await _ask_slip(ctx, order_id, ctx.t("payments-slip-not-picture"))
        return
    if message.document is not None and not (message.document.mime_type or "").startswith(_SLIP_KINDS):
        await _ask_slip(ctx, order_id, ctx.t("payments-slip-kind"))
        return
    await ctx.write(by_hand.send_slip, order_id, picture.file_id, picture.file_unique_id, message.document is not None)
    await ctx.forget_draft()
    await show_payment(ctx, order_id, BANK_TRANSFER)


@routes.tap(CancelPayTap)
async def cancel(ctx: Context, tap: CancelPayTap) -> None:
    if not tap.sure:
        order = await ctx.read(orders.get, tap.order)
        await ctx.show(screens.cancel_question(ctx.t, order))
        return
    await ctx.write(cancel_order, tap.order)
    order = await ctx.read(orders.get, tap.order)
    await ctx.show(receipt_screen(ctx.t, order), ctx.t.plain("shared-cancelled"))


def _require_on_offer(order: Order, offers: Sequence[Method], chosen: str) -> None:
    """An old button may name a way to pay that is gone. The present one goes on whatever happens to it meanwhile.

    Raises MethodUnavailable, ProviderUnavailable, PhoneNeeded.
    """
    obstacle = next((each.obstacle for each in offers if each.code == chosen), None)
    if obstacle is None:
        raise MethodUnavailable(method=chosen)
    if chosen == order.payment_method:
        return
    if obstacle == methods.PAUSED:
        raise ProviderUnavailable(method=chosen)
    if obstacle == methods.PHONE:
        raise PhoneNeeded()


async def _offer(ctx: Context, order: Order, offers: Sequence[Method], refusal: Refusal) -> None:
    problem = words(ctx.t, refusal)
    await ctx.show(screens.methods_screen(ctx.t, order, offers, problem), problem, alert=True)


async def _start(ctx: Context, order: Order, method: str) -> None:
    title = ctx.t.plain("payments-title", shop=ctx.t.pick(ctx.shop.name), number=order.number)
    token = await ctx.write(attempts.page_token, order.id)
    payer = Payer(title, ctx.t.language, f"{ctx.shop.public_url}/pay/{token}/back", ctx.shop.payment_webhooks,
                  short=ctx.t.plain("payments-title-short", number=order.number))
    try:
        await process.start(ctx.shop.store, ctx.shop.providers, ctx.actor, order.id, method, payer, ctx.shop.terms)
    except NotPayable:
        raise Stale() from None


async def _show_present(ctx: Context, order_id: int, toast: str | None, *, can_switch: bool) -> None:
    order = await ctx.read(orders.get, order_id)
    state = await ctx.read(attempts.state, order_id)
    screen = screens.present_screen(ctx.t, order, state, ctx.shop.bank_lines, ctx.shop.public_url,
                                    can_switch=can_switch)
    await ctx.show(screen, toast)


async def _ask_slip(ctx: Context, order_id: int, hint: str = "") -> None:
    order = await ctx.read(orders.get, order_id)
    state = await ctx.read(attempts.state, order_id)
    if state.attempt is None:
        raise Stale()
    await ctx.ask(SLIP, screens.slip_question(ctx.t, order, state, hint), {"order": order_id})
