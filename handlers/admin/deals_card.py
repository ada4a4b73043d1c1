"""The card of a promotion or coupon with its numbers, for everything that ends at it."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.screens import deals as screens
from handlers.screens.deals import Numbers
from services.catalog.costs import costs
from services.orders import offers
from services.promotions import deals
from services.promotions.deals import DealCard
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff.types import COSTS_VIEW, COUPONS_GIVE, PROMOTIONS_EDIT


async def show_card(ctx: Context, of: str, deal_id: int, toast: str | None = None, *, alert: bool = False) -> None:
    card, numbers = await ctx.read(counted, of, deal_id)
    may_edit, may_give = (holds(ctx.actor, permission) for permission in (PROMOTIONS_EDIT, COUPONS_GIVE))
    now = ctx.shop.clock.now()
    screen = screens.card(ctx.t, card, numbers, now, may_edit=may_edit, may_give=may_give)
    await ctx.show(screen, toast, alert=alert)


def counted(tx: Tx, actor: Actor, of: str, deal_id: int) -> tuple[DealCard, Numbers]:
    """One of them with its numbers, of one moment; the margin only for who may see costs."""
    card = deals.card(tx, actor, of, deal_id)
    source, currency = card.deal.source, card.deal.fields.currency
    brought = offers.brought(tx, actor, {source: currency})[source]
    if not holds(actor, COSTS_VIEW):
        return card, Numbers(brought, None, False)
    sold = offers.pieces(tx, actor, source, currency)
    margin = offers.margin(card.deal.fields.money(brought.sales), sold, costs(tx, list(sold)))
    return card, Numbers(brought, margin, True)


def holds(actor: Actor, permission: str) -> bool:
    return "*" in actor.permissions or permission in actor.permissions
