"""A person's orders: the list, the search, one order, and what they can still do with it."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.cart import show_cart
from handlers.screens import orders as screens
from handlers.screens.receipts import receipt_screen
from keyboards.orders import CancelOrderTap, ConfirmReceiptTap, OrderSearchTap, OrdersTap, OrderTap, ReorderTap
from services.orders import service as orders
from services.payments.cancelling import cancel_order
from services.shared.errors import NotFound
from services.shipping.service import parcels

routes = Routes()

SEARCH = "orders-search"


@routes.command("orders")
async def command(ctx: Context, _words: str) -> None:
    await show_orders(ctx)


@routes.tap(OrdersTap)
async def turn(ctx: Context, tap: OrdersTap) -> None:
    await show_orders(ctx, tap.tab, tap.before, tap.after)


async def show_orders(ctx: Context, tab: str = "all", before: int | None = None, after: int | None = None) -> None:
    await ctx.show(screens.orders_screen(ctx.t, await ctx.read(orders.page, tab, before, after)))


@routes.tap(OrderTap)
async def look(ctx: Context, tap: OrderTap) -> None:
    await show_order(ctx, tap.order)


@routes.start("o_")
async def arrive(ctx: Context, number: str) -> None:
    """A link to an own order, by its number."""
    order = await ctx.read(orders.by_number, number)
    await show_order(ctx, order.id)


async def show_order(ctx: Context, order_id: int, toast: str | None = None) -> None:
    order = await ctx.read(orders.get, order_id)
    sent = await ctx.shop.store.read(parcels, order_id)
    await ctx.show(screens.order_screen(ctx.t, order, sent, f"{ctx.shop.public_url}/orders/{order.token}"), toast)


@routes.tap(CancelOrderTap)
async def cancel(ctx: Context, tap: CancelOrderTap) -> None:
    """Asks once; then the order is off, and whatever was paid goes back."""
    if tap.sure:
        await ctx.write(cancel_order, tap.order)
    order = await ctx.read(orders.get, tap.order)
    if tap.sure:
        await ctx.show(receipt_screen(ctx.t, order), ctx.t.plain("shared-cancelled"))
    elif order.cancellable:
        await ctx.show(screens.cancel_question(ctx.t, order))
    else:
        await show_order(ctx, tap.order, ctx.t.plain("shared-stale"))


@routes.tap(ConfirmReceiptTap)
async def confirm_receipt(ctx: Context, tap: ConfirmReceiptTap) -> None:
    if tap.sure:
        await ctx.write(orders.confirm_receipt, tap.order)
        await show_order(ctx, tap.order, ctx.t.plain("orders-received"))
        return
    order = await ctx.read(orders.get, tap.order)
    if order.receivable:
        await ctx.show(screens.receipt_question(ctx.t, order))
    else:
        await show_order(ctx, tap.order, ctx.t.plain("shared-stale"))


@routes.tap(ReorderTap)
async def reorder(ctx: Context, tap: ReorderTap) -> None:
    done = await ctx.write(orders.reorder, tap.order)
    words = screens.reordered_words(ctx.t, done)
    if done.added:
        await show_cart(ctx, toast=words)
    else:
        await ctx.toast(words, alert=True)


@routes.tap(OrderSearchTap)
async def ask_number(ctx: Context, _tap: OrderSearchTap) -> None:
    await ctx.ask(SEARCH, screens.search_question(ctx.t))


@routes.step(SEARCH)
async def find(ctx: Context, message: Message) -> None:
    typed = message.text or ""
    try:
        order = await ctx.read(orders.by_number, typed)
    except NotFound:
        await ctx.ask(SEARCH, screens.search_question(ctx.t, typed or "?"))
        return
    await show_order(ctx, order.id)
