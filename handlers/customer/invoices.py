"""Invoices inside the chat: sent by a tap, opened from a forwarded copy; the commands that Telegram asks for."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.payments import show_payment
from handlers.screens.invoices import pay_support_screen
from handlers.screens.start import legal
from keyboards.invoices import InvoiceTap
from services.orders import service as orders
from services.payments import attempts, precheckout
from services.payments.errors import ProviderUnavailable
from services.payments.provider import Refused, StartRequest, Unreachable
from services.payments.providers.telegram_invoices import START, in_chat

routes = Routes()


@routes.tap(InvoiceTap)
async def send(ctx: Context, tap: InvoiceTap) -> None:
    """Sends the invoice of the attempt that the pay screen shows; an older screen is drawn anew first."""
    order = await ctx.read(orders.get, tap.order)
    attempt = (await ctx.read(attempts.state, tap.order)).attempt
    provider = in_chat(ctx.shop.providers.get(attempt.provider)) if attempt is not None else None
    if attempt is None or provider is None or attempt.status != "pending" or not order.due:
        await show_payment(ctx, tap.order)
        return
    title = ctx.t.plain("payments-title", shop=ctx.t.pick(ctx.shop.name), number=order.number)
    short = ctx.t.plain("payments-title-short", number=order.number)
    label = ctx.t.plain("payments-tap-pay-here", amount=ctx.t.money(attempt.amount))
    try:
        await provider.show(ctx.chat_id, StartRequest(attempt, title, ctx.t.language, "", short=short), label)
    except (Unreachable, Refused):
        raise ProviderUnavailable(method=attempt.provider) from None


@routes.start(START)
async def from_copy(ctx: Context, number: str) -> None:
    """The key below a forwarded copy of an invoice. Only who ordered may pay it."""
    await show_payment(ctx, await ctx.read(precheckout.order_behind, number))


@routes.command("paysupport")
async def pay_support(ctx: Context, _words: str) -> None:
    await ctx.show(pay_support_screen(ctx.t))


@routes.command("terms")
async def terms(ctx: Context, _words: str) -> None:
    await ctx.show(legal(ctx.t, "terms", "help", ctx.t.pick(ctx.shop.name)))
