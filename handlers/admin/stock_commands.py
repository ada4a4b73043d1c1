"""`/stock` and `/price`: what is typed is done, said again in numbers, and can be taken back by a tap."""

from __future__ import annotations

from aiogram.types import Message

from handlers.admin.stock import ask, change_by_sign, show_card, show_list
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import stock as screens
from handlers.screens import stock_prices
from handlers.screens.refusals import words as words_of
from keyboards.stock import PriceSureTap, PriceUndoTap
from services.catalog import codes, repricing
from services.catalog.codes import UnknownSku
from services.catalog.repricing import ASKED
from services.shared import amounts
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import ChangedSince, Refusal, Stale
from services.shared.money import Money
from services.staff.types import COSTS_VIEW, PRICES_EDIT, STOCK_VIEW

routes = Routes(STAFF, private=True)

PRICE = "stock-price"


@routes.command("stock", needs=STOCK_VIEW)
async def stock(ctx: Context, words: str) -> None:
    """`/stock`, `/stock SKU`, `/stock SKU +10 why`."""
    if not words:
        await show_list(ctx)
        return
    typed, _, change = words.partition(" ")
    try:
        sku_id = await ctx.read(_sku, typed)
        if not change.strip():
            await show_card(ctx, sku_id)
        elif not await change_by_sign(ctx, sku_id, change):
            await _show_usage(ctx, "stock", ctx.t.plain("stock-bad-line", typed=change.strip()[:64]))
    except UnknownSku as refusal:
        await _show_unknown(ctx, refusal)
    except Refusal as refusal:
        await _show_usage(ctx, "stock", words_of(ctx.t, refusal))


@routes.command("price", needs=PRICES_EDIT)
async def price(ctx: Context, words: str) -> None:
    """`/price SKU 199`, `/price SKU 199 259`, `/price SKU USD 29.90`."""
    typed, _, prices = words.partition(" ")
    if not typed:
        await _show_usage(ctx, "price")
        return
    try:
        sku_id = await ctx.read(_sku, typed)
        if not prices.strip():
            await ask(ctx, sku_id, "price")
        elif not await _change(ctx, sku_id, prices):
            await _show_usage(ctx, "price", ctx.t.plain("stock-bad-price"))
    except UnknownSku as refusal:
        await _show_unknown(ctx, refusal)
    except Refusal as refusal:
        await _show_usage(ctx, "price", words_of(ctx.t, refusal))


@routes.step(PRICE, needs=PRICES_EDIT)
async def take_price(ctx: Context, message: Message) -> None:
    sku_id = ctx.state.draft.get("sku")
    if sku_id is None:
        raise Stale()
    try:
        if not await _change(ctx, sku_id, message.text or ""):
            await ask(ctx, sku_id, "price", ctx.t.plain("stock-bad-price"))
    except Refusal as refusal:
        await ask(ctx, sku_id, "price", words_of(ctx.t, refusal))


@routes.tap(PriceSureTap, needs=PRICES_EDIT)
async def sure(ctx: Context, tap: PriceSureTap) -> None:
    try:
        await ctx.show(stock_prices.changed(ctx.t, await ctx.write(repricing.confirm, tap.change)))
    except ChangedSince as refusal:
        await ctx.refuse(refusal)


@routes.tap(PriceUndoTap, needs=PRICES_EDIT)
async def undo(ctx: Context, tap: PriceUndoTap) -> None:
    try:
        await ctx.show(stock_prices.changed(ctx.t, await ctx.write(repricing.undo, tap.change)))
    except ChangedSince as refusal:
        await ctx.refuse(refusal)


async def _change(ctx: Context, sku_id: int, text: str) -> bool:
    """Whether the text was one amount or two, perhaps behind the code of one of the shop's further currencies."""
    others, parts = ctx.shop.price_currencies, text.split()
    currency = ctx.shop.currency
    if parts and parts[0].upper() in others:
        currency, *parts = parts[0].upper(), *parts[1:]
    prices = [Money(amount, currency) for part in parts if (amount := amounts.positive(part, currency)) is not None]
    if not 1 <= len(parts) <= 2 or len(prices) < len(parts):
        return False
    change = await ctx.write(repricing.change, sku_id, prices[0], prices[1] if len(prices) == 2 else None, others)
    if change.state == ASKED:
        await ctx.show(stock_prices.below_cost(ctx.t, change, costs=ctx.actor.may(COSTS_VIEW)))
    else:
        await ctx.show(stock_prices.changed(ctx.t, change))
    return True


def _sku(tx: Tx, _actor: Actor, typed: str) -> int:
    return codes.sku(tx, typed)


async def _show_unknown(ctx: Context, refusal: UnknownSku) -> None:
    nearest = refusal.facts["nearest"]
    assert isinstance(nearest, dict)
    await ctx.show(screens.unknown(ctx.t, str(refusal.facts["name"]), nearest))


async def _show_usage(ctx: Context, command: str, problem: str | None = None) -> None:
    currencies = ctx.shop.price_currencies if command == "price" else ()
    await ctx.show(screens.usage(ctx.t, command, problem, currencies))
