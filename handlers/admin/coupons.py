"""`/coupon`: the list, a coupon by its code, or a whole new one in a line."""

from __future__ import annotations

from datetime import datetime

from handlers.admin.deals import show_list
from handlers.admin.deals_builder import show_draft
from handlers.admin.deals_card import show_card
from handlers.admin.deals_typed import of_benefit
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import deals as screens
from services.pricing.rules import ALL
from services.promotions import deals, drafts, typed
from services.promotions.fields import CENTRE, COUPON, DealFields
from services.promotions.typed import QuickCoupon
from services.promotions.windows import end_of_day_after
from services.staff.types import PROMOTIONS_VIEW

routes = Routes(STAFF)

# Longer lines are no names, codes or coupons.
_MOST = 100


@routes.command("coupon", needs=PROMOTIONS_VIEW)
async def coupon(ctx: Context, words: str) -> None:
    """Nothing: the list; a line that says what a coupon does: a draft of it, behind "USD" in dollars where the shop has
    prices in them; else a code or a name to look for."""
    words = words.strip()[:_MOST]
    if not words:
        await show_list(ctx, COUPON, deals.RUNNING, None)
        return
    first, _, rest = words.partition(" ")
    currency, told = (first.upper(), rest) if first.upper() in ctx.shop.price_currencies else (ctx.shop.currency, words)
    quick = typed.parse_quick(told, currency)
    if quick is not None:
        fields = _fields(quick, currency, ctx.shop.zone, ctx.shop.clock.now())
        note = "deals-unsure-draft" if quick.benefit.looks_wrong else "deals-quick"
        await show_draft(ctx, await ctx.write(drafts.begin, fields), ctx.t.plain(note))
        return
    found = await ctx.read(deals.find, words)
    if len(found) == 1:
        await show_card(ctx, found[0].name, found[0].id)
    else:
        await ctx.show(screens.found(ctx.t, words, found))


def _fields(quick: QuickCoupon, currency: str, zone: str, now: datetime) -> DealFields:
    """For the whole shop, in the coupon centre, until the end of the last of its days."""
    ends_at = None if quick.days is None else end_of_day_after(now, quick.days, zone)
    return DealFields(
        COUPON, currency, scope_kind=ALL, way=CENTRE, ends_at=ends_at, limit_total=quick.total,
        **of_benefit(quick.benefit),
    )
