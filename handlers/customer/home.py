"""Home, from anywhere: pending work first, then the ways into the shop."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer import contact
from handlers.screens.home import home
from keyboards.taps import HomeTap
from services.cart import service as cart
from services.orders import service as orders

routes = Routes()


@routes.tap(HomeTap)
async def tapped(ctx: Context, _tap: HomeTap) -> None:
    await show_home(ctx)


@routes.command("menu")
async def menu(ctx: Context, _words: str) -> None:
    await show_home(ctx)


@routes.fallback("home")
async def fallback(ctx: Context, _words: str) -> None:
    await show_home(ctx)


@routes.command("cancel")
async def cancel(ctx: Context, _words: str) -> None:
    """Leaves whatever waits for typed input; what was typed so far can be resumed from home."""
    await show_home(ctx, toast=ctx.t.plain("shared-cancelled"))


async def show_home(ctx: Context, toast: str | None = None) -> None:
    await contact.leave(ctx, "address-later")
    counts = await ctx.read(orders.counts)
    to_pay = await ctx.read(orders.pending) if counts["to-pay"] else ()
    screen = home(
        ctx.t, ctx.t.pick(ctx.shop.name), to_pay=to_pay, to_pay_count=counts["to-pay"],
        on_the_way=counts["on-the-way"], in_cart=await ctx.read(cart.count), draft="address" in ctx.state.draft,
    )
    await ctx.show(screen, toast)
