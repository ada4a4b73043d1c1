"""Asking to be told when something is back or cheaper, and what one asked for."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.catalog import front
from handlers.customer.catalog_card import show_variant
from handlers.screens import alerts as screens
from handlers.screens.refusals import words
from keyboards.alerts import AlertDropTap, AlertsTap, WaitTap, WatchTap
from services.alerts import service as alerts
from services.alerts.types import AlreadyBack, TooManyAlerts
from services.shared.errors import Stale

routes = Routes()


@routes.tap(WaitTap)
async def wait(ctx: Context, tap: WaitTap) -> None:
    try:
        if tap.on:
            await ctx.write(alerts.wait, tap.sku)
        else:
            await ctx.write(alerts.stop_waiting, tap.sku)
        said = ctx.t.plain("alerts-waiting" if tap.on else "alerts-not-waiting")
    except (AlreadyBack, TooManyAlerts) as refusal:
        said = words(ctx.t, refusal)
    await show_variant(ctx, tap.sku, tap.back, said)


@routes.tap(WatchTap)
async def watch(ctx: Context, tap: WatchTap) -> None:
    product_id = await front(ctx).product_of(tap.sku)
    try:
        if tap.on:
            await ctx.write(alerts.watch, product_id)
        else:
            await ctx.write(alerts.stop_watching, product_id)
        said = ctx.t.plain("alerts-watching" if tap.on else "alerts-not-watching")
    except TooManyAlerts as refusal:
        said = words(ctx.t, refusal)
    await show_variant(ctx, tap.sku, tap.back, said)


@routes.tap(AlertsTap)
async def mine(ctx: Context, tap: AlertsTap) -> None:
    await _show(ctx, tap.page)


@routes.tap(AlertDropTap)
async def drop(ctx: Context, tap: AlertDropTap) -> None:
    if tap.kind == "restock":
        await ctx.write(alerts.stop_waiting, tap.row)
    elif tap.kind == "price":
        await ctx.write(alerts.stop_watching, tap.row)
    else:
        raise Stale()
    await _show(ctx, toast=ctx.t.plain("alerts-removed"))


async def _show(ctx: Context, page: int = 1, toast: str | None = None) -> None:
    await ctx.show(screens.mine(ctx.t, await ctx.read(alerts.mine), page), toast)
