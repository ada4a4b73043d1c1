"""The cart: each tap changes one thing and shows the cart as it then stands."""

from __future__ import annotations

import re
import unicodedata

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens.cart import cart_screen, empty_screen, quantity_question
from handlers.screens.refusals import words
from keyboards.cart import (
    CartClearTap,
    CartFitTap,
    CartQuantityTap,
    CartRemoveTap,
    CartSelectAllTap,
    CartSelectTap,
    CartStepTap,
    CartTap,
    CartUndoTap,
)
from services.cart import service as cart
from services.cart.types import Cart, CartLine
from services.catalog import browsing
from services.catalog.lists import Filters, ListQuery
from services.promotions.running import automatic_rules
from services.shared.errors import InvalidInput, Refusal, Stale

routes = Routes()

QUANTITY = "cart-quantity"
_POPULAR, _POPULAR_SHOWN = ListQuery(sort="sales", filters=Filters(in_stock=True)), 4


@routes.command("cart")
async def command(ctx: Context, _words: str) -> None:
    await show_cart(ctx)


@routes.tap(CartTap)
async def look(ctx: Context, tap: CartTap) -> None:
    await show_cart(ctx, focus=tap.focus, page=tap.page)


@routes.tap(CartStepTap)
async def step(ctx: Context, tap: CartStepTap) -> None:
    try:
        await ctx.write(cart.step, tap.sku, 1 if tap.up else -1)
    except Refusal as refusal:
        # The screen may show more than there is by now: it is redrawn with the reason.
        await show_cart(ctx, focus=tap.sku, refusal=refusal)
        return
    await show_cart(ctx, focus=tap.sku)


@routes.tap(CartQuantityTap)
async def ask_quantity(ctx: Context, tap: CartQuantityTap) -> None:
    line = _find(await ctx.read(cart.cart), tap.sku)
    await ctx.ask(QUANTITY, quantity_question(ctx.t, line), {**ctx.state.draft, "sku": tap.sku})


@routes.step(QUANTITY)
async def take_quantity(ctx: Context, message: Message) -> None:
    sku_id = ctx.state.draft.get("sku")
    if not isinstance(sku_id, int):
        raise Stale()
    try:
        await ctx.write(cart.put, sku_id, _whole_number(message.text or ""))
    except Refusal as refusal:
        line = _find(await ctx.read(cart.cart), sku_id)
        await ctx.ask(QUANTITY, quantity_question(ctx.t, line, words(ctx.t, refusal)))
        return
    await show_cart(ctx, focus=sku_id)


@routes.tap(CartSelectTap)
async def select(ctx: Context, tap: CartSelectTap) -> None:
    await ctx.write(cart.select, [tap.sku], tap.wanted)
    await show_cart(ctx, focus=tap.sku)


@routes.tap(CartSelectAllTap)
async def select_all(ctx: Context, tap: CartSelectAllTap) -> None:
    await ctx.write(cart.select_all, tap.wanted)
    await show_cart(ctx)


@routes.tap(CartRemoveTap)
async def remove(ctx: Context, tap: CartRemoveTap) -> None:
    await ctx.write(cart.remove, tap.sku)
    await show_cart(ctx, removed=tap.sku, toast=ctx.t.plain("cart-removed"))


@routes.tap(CartUndoTap)
async def undo(ctx: Context, tap: CartUndoTap) -> None:
    try:
        await ctx.write(cart.undo, tap.sku)
    except Stale:
        await show_cart(ctx, toast=ctx.t.plain("cart-undo-late"))
        return
    await show_cart(ctx, focus=tap.sku)


@routes.tap(CartClearTap)
async def clear(ctx: Context, _tap: CartClearTap) -> None:
    number = await ctx.write(cart.clear_invalid)
    await show_cart(ctx, toast=ctx.t.plain("cart-cleared", number) if number else None)


@routes.tap(CartFitTap)
async def fit_to_stock(ctx: Context, _tap: CartFitTap) -> None:
    number = await ctx.write(cart.fit_to_stock)
    await show_cart(ctx, toast=ctx.t.plain("cart-fitted", number) if number else None)


async def show_cart(
    ctx: Context, *, focus: int | None = None, page: int = 1, removed: int | None = None, toast: str | None = None,
    refusal: Refusal | None = None,
) -> None:
    """Shows the cart; what is news in it counts as seen from then on. A refusal comes as an alert."""
    seen = await ctx.read(cart.cart, await automatic_rules(ctx.shop.store))
    note = words(ctx.t, refusal) if refusal is not None else toast
    if not seen.lines and not seen.invalid:
        popular = (await ctx.read(browsing.page, _POPULAR, None, 1)).items[:_POPULAR_SHOWN]
        await ctx.show(empty_screen(ctx.t, popular, removed), note, alert=refusal is not None)
        return
    wanted = ctx.actor.prices.currency
    screen = cart_screen(ctx.t, seen, focus=focus, page=page, removed=removed, wanted=wanted)
    await ctx.show(screen, note, alert=refusal is not None)
    if seen.has_news:
        lines = (*seen.lines, *seen.invalid)
        prices = {line.sku.sku_id: line.sku.price for line in lines if line.old_price is not None}
        await ctx.write(cart.acknowledge, prices, [line.sku.sku_id for line in seen.invalid])


def _find(seen: Cart, sku_id: int) -> CartLine:
    line = next((each for each in (*seen.lines, *seen.invalid) if each.sku.sku_id == sku_id), None)
    if line is None:
        raise Stale()
    return line


def _whole_number(text: str) -> int:
    """Raises InvalidInput for anything but plain digits: no sign, no decimals, no exponent."""
    digits = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[0-9]{1,4}", digits):
        raise InvalidInput(field="quantity", reason="quantity", most=cart.MOST_PIECES)
    return int(digits)
