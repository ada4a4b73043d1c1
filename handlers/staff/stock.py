"""The keys on a card of low stock in the staff group."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.chat.stock_typed import parse_count
from handlers.screens.stock import sku_name
from handlers.staff.cards import ask_for
from keyboards.stock import LowRestockTap, LowSleepTap
from services.inventory import counting, watch
from services.shared.errors import Stale
from services.staff.types import STOCK_EDIT, STOCK_VIEW

routes = Routes(STAFF)

CAME = "stock-came"


@routes.tap(LowSleepTap, needs=STOCK_VIEW)
async def sleep(ctx: Context, tap: LowSleepTap) -> None:
    await ctx.write(watch.sleep, tap.time)
    await ctx.toast(ctx.t.plain("stock-low-slept"))


@routes.tap(LowRestockTap, needs=STOCK_EDIT)
async def ask_came(ctx: Context, tap: LowRestockTap) -> None:
    await _ask(ctx, tap.time)
    await ctx.toast("")


@routes.step(CAME, needs=STOCK_EDIT)
async def take_came(ctx: Context, message: Message) -> None:
    """A reply in the group, or a message in private where there is no group."""
    time_id, found = ctx.state.draft.get("time"), parse_count(message.text or "")
    if time_id is None:
        raise Stale()
    if found is None or found[0] == 0:
        await _ask(ctx, time_id, ctx.t.plain("stock-bad-restock"))
        return
    low = await ctx.read(watch.low_stock, time_id)
    done = await ctx.write(counting.move, low.sku.sku_id, found[0], found[1], counting.RESTOCK)
    await ctx.forget_draft()
    pieces, free = ctx.t.number(found[0]), ctx.t.number(done.free)
    await ctx.toast(ctx.t.plain("stock-low-came", name=sku_name(ctx.t, low.sku), pieces=pieces, free=free))


async def _ask(ctx: Context, time_id: int, reason: str = "") -> None:
    low = await ctx.read(watch.low_stock, time_id)
    await ask_for(ctx, CAME, {"time": time_id}, "stock-low-ask", reason=reason, goods=sku_name(ctx.t, low.sku))
