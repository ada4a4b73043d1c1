"""Who gets an order and where: shown to one member of staff in private, and noted."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff as screens
from handlers.staff.cards import order_behind
from keyboards.staff import RecipientTap
from services.shared.errors import NotFound
from services.shipping import desk
from services.staff.types import ORDERS_PERSONAL

routes = Routes(STAFF)


@routes.start("staff_")
async def from_group(ctx: Context, rest: str) -> None:
    """The link on a card. Anybody can follow it: it shows nothing yet, the key below is for staff."""
    await ctx.show(screens.before_recipient(ctx.t, order_behind(rest)))


@routes.tap(RecipientTap, needs=ORDERS_PERSONAL)
async def recipient(ctx: Context, tap: RecipientTap) -> None:
    if ctx.chat_id != ctx.person.telegram_id:
        raise NotFound()
    order = await ctx.write(desk.open_fully, tap.order)
    await ctx.show(screens.recipient(ctx.t, order))
