"""Home, from anywhere: pending work first, then the ways into the shop."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer import contact
from handlers.screens.home import home
from keyboards.taps import HomeTap
from services.cart import service as cart
from services.customers.welcomed import is_welcomed
from services.orders import service as orders
from services.orders.types import Waiting
from services.promotions import claiming
from services.shared.actors import Actor
from services.shared.db import Tx

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
    await show_home(ctx, ctx.t.plain("shared-cancelled"))


async def show_home(ctx: Context, note: str | None = None) -> None:
    """Home, with a short `note`: a toast for a tap, the first line where something was typed.

    Whoever came by another door, the link of a product for instance, gets the welcome coupons here.
    """
    await contact.leave(ctx, "address-later")
    is_known = await is_welcomed(ctx.shop.store, ctx.actor)
    gifts = () if is_known else await ctx.write(claiming.greet) or ()
    waiting, in_cart = await ctx.read(_facts)
    draft = ctx.state.draft
    # A saved address that is being changed loses nothing when it is left: only a new one is worth resuming.
    half_written = bool(draft.get("address")) and not draft.get("id")
    screen = home(
        ctx.t, ctx.t.pick(ctx.shop.name), waiting, in_cart=in_cart, draft=half_written,
        gifts=[claim.coupon.name for claim in gifts],
    )
    await ctx.show(screen, note)


def _facts(tx: Tx, actor: Actor) -> tuple[Waiting, int]:
    """Everything that home tells, of one moment."""
    return orders.waiting(tx, actor), cart.count(tx, actor)
