"""The first contact: one screen, nothing asked, the welcome coupons in the wallet."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.home import show_home
from handlers.screens.start import LEGAL_PAGES, legal, welcome
from keyboards.start import LegalTap
from services.customers.profile import profile
from services.customers.welcomed import is_welcomed
from services.promotions import claiming
from services.promotions.wallet import wallet
from services.shared.errors import Stale

routes = Routes()

# A newcomer's wallet holds the welcome coupons and nothing else.
_GIFTS = 2


@routes.command("start")
async def start(ctx: Context, payload: str) -> None:
    """Welcomes a newcomer once. Anybody else, and whoever comes with a link that leads nowhere, gets home."""
    is_newcomer = not await is_welcomed(ctx.shop.store, ctx.actor) and await ctx.write(claiming.greet) is not None
    if is_newcomer:
        await show_welcome(ctx)
    else:
        await show_home(ctx, ctx.t.plain("start-link-expired") if payload else None)


async def show_welcome(ctx: Context) -> None:
    """The welcome screen, in the first moment and redrawn in another language."""
    gifts = (await ctx.read(wallet)).claims[:_GIFTS]
    known = await ctx.read(profile)
    await ctx.show(welcome(
        ctx.t, ctx.t.pick(ctx.shop.name), ctx.person.first_name, [claim.coupon.name for claim in gifts],
        ctx.shop.languages, known.marketing_at is not None,
    ))


@routes.tap(LegalTap)
async def show_legal(ctx: Context, tap: LegalTap) -> None:
    if tap.page not in LEGAL_PAGES:
        raise Stale()
    await ctx.show(legal(ctx.t, tap.page, tap.back, ctx.t.pick(ctx.shop.name)))
