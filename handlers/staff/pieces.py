"""Giving back the price of single pieces: chosen with steppers, refunded to the minor unit of their share."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff_desk as screens
from handlers.screens.refusals import words
from handlers.staff.cards import put
from keyboards.desk import RefundLinesTap
from services.orders import pieces
from services.orders.errors import PiecesGone
from services.payments.errors import RefundTooLarge
from services.shipping import drafts
from services.shipping.errors import OrderMoved
from services.staff.types import ORDERS_REFUND

routes = Routes(STAFF)


@routes.tap(RefundLinesTap, needs=ORDERS_REFUND)
async def choose(ctx: Context, tap: RefundLinesTap) -> None:
    made = await ctx.write(drafts.open_refund, tap.order)
    draft, order, most = await ctx.read(drafts.get, made.id)
    await ctx.toast("")
    await ctx.send(screens.refund_draft(ctx.t, draft, order, most, None))


async def show_refund(ctx: Context, draft_id: int, problem: str = "") -> None:
    """What has been chosen and what it comes to."""
    draft, order, most = await ctx.read(drafts.get, draft_id)
    counts = {item.line_id: item.quantity for item in draft.items}
    amount = pieces.worth(order, counts) if counts else None
    await put(ctx, screens.refund_draft(ctx.t, draft, order, most, amount, problem))


async def take_pieces(ctx: Context, draft_id: int) -> None:
    try:
        asked = await ctx.write(drafts.refund, draft_id, ctx.shop.refund_limits)
    except (OrderMoved, PiecesGone, RefundTooLarge) as refusal:
        await ctx.write(drafts.renew, draft_id)
        await show_refund(ctx, draft_id, words(ctx.t, refusal))
        return
    key = "staff-refunding" if asked.approval_id is None else "staff-second-person"
    await put(ctx, screens.done(ctx.t.plain(key, amount=ctx.t.money(asked.amount))))
