"""Codes that a customer has bought, shown once more."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens import digital as screens
from keyboards.digital import CodesOfOrderTap
from services.orders import handing
from services.orders import service as orders
from services.shared.errors import Stale

routes = Routes()


@routes.tap(CodesOfOrderTap)
async def show(ctx: Context, tap: CodesOfOrderTap) -> None:
    """Sends them as messages of their own, which cannot be forwarded. Another's order does not exist here."""
    handed = await ctx.read(handing.codes, tap.order)
    if not handed:
        raise Stale()
    order = await ctx.read(orders.get, tap.order)
    for screen in screens.codes(ctx.t, order, handed):
        await ctx.send(screen)
