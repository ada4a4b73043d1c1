"""The product's card: gallery, options, quantity, into the cart, saving; links that lead to it."""

from __future__ import annotations

from dataclasses import replace

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.catalog import front
from handlers.screens.catalog_card import (
    CardView,
    card_screen,
    first_choice,
    off_shelf_screen,
    option_names,
    picture_of,
    quantity_question,
    specs_screen,
    with_value,
)
from handlers.screens.refusals import words
from keyboards.catalog import (
    AddTap,
    AlbumTap,
    CardTap,
    DetailsTap,
    FavouriteTap,
    LimitTap,
    ManualTap,
    ProductTap,
    QuantityTap,
    SpecsTap,
    ValueGoneTap,
    VideoTap,
)
from services.alerts import service as alerts
from services.cart import service as cart
from services.catalog import favourites
from services.catalog.types import Card
from services.shared.errors import Refusal, Stale
from services.shared.ids import from_base36, to_base36

routes = Routes()

QUANTITY = "catalog-quantity"
_SIMILAR = 3
CardState = (
    CardTap | AddTap | FavouriteTap | LimitTap | QuantityTap | SpecsTap | ValueGoneTap
    | DetailsTap | VideoTap | ManualTap | AlbumTap
)


@routes.tap(ProductTap)
async def look(ctx: Context, tap: ProductTap) -> None:
    await show_product(ctx, tap.product, tap.back)


@routes.start("p")
async def arrive(ctx: Context, payload: str) -> None:
    """A shared link: the product's id, perhaps with who shared it behind an underscore."""
    try:
        product_id = from_base36(payload.partition("_")[0].lower())
    except ValueError:
        raise Stale() from None
    await show_product(ctx, product_id)


async def show_product(ctx: Context, product_id: int, back: str = "") -> None:
    """A product's card with its default choice, or where it went. Raises NotFound."""
    card = await front(ctx).card(product_id)
    if not card.on_shelf(ctx.shop.clock.now()):
        await _show_off_shelf(ctx, card)
        return
    free = await _free(ctx, card)
    variant = first_choice(card, free)
    view = CardView(card, variant, free, picture=picture_of(card, variant), back=back)
    await show_card(ctx, view)
    await ctx.write(favourites.note_viewed, product_id)


async def show_variant(ctx: Context, sku_id: int, back: str, toast: str | None = None) -> None:
    """A product's card with this SKU chosen, sold out or not. Raises NotFound."""
    view = await view_of(ctx, CardTap(sku=sku_id, back=back))
    if view is not None:
        await show_card(ctx, replace(view, picture=picture_of(view.card, view.variant)), toast)


async def show_card(ctx: Context, view: CardView, toast: str | None = None, *, alert: bool = False) -> None:
    """Draws the card with what is true of the person and the shop."""
    saved = view.card.product_id in await front(ctx).favourite_ids(ctx.actor)
    if saved or not view.most:
        asked = await ctx.read(alerts.waits, view.variant.sku_id, view.card.product_id)
        view = replace(view, waits=asked.restock, watches=asked.price)
    view = replace(
        view, favourite=saved,
        link=ctx.shop.deep_link(f"p{to_base36(view.card.product_id)}"),
    )
    await ctx.show(card_screen(ctx.t, view), toast, alert=alert)


async def _show_off_shelf(ctx: Context, card: Card) -> None:
    similar = await front(ctx).similar(card, _SIMILAR)
    free = await front(ctx).available([sku_id for item in similar for sku_id in item.sku_ids])
    await ctx.show(off_shelf_screen(ctx.t, card, similar, free))


async def _free(ctx: Context, card: Card) -> dict[int, int]:
    return await front(ctx).available([each.sku_id for each in card.variants])


async def view_of(ctx: Context, tap: CardState) -> CardView | None:
    """The card that a button belongs to, as it stands now; None when that was shown instead: it left the shelf."""
    card = await front(ctx).card(await front(ctx).product_of(tap.sku))
    if not card.on_shelf(ctx.shop.clock.now()):
        await _show_off_shelf(ctx, card)
        return None
    free = await _free(ctx, card)
    variant = card.variant(tap.sku) or first_choice(card, free)
    view = CardView(card, variant, free, picture=max(0, tap.picture), back=tap.back)
    return replace(view, quantity=min(max(tap.quantity, 1), max(view.most, 1)))


@routes.tap(CardTap)
async def change(ctx: Context, tap: CardTap) -> None:
    if (view := await view_of(ctx, tap)) is not None:
        fewer = ctx.t.plain("catalog-limit-stock", view.most) if view.most and view.quantity < tap.quantity else None
        await show_card(ctx, view, fewer)


@routes.tap(LimitTap)
async def limit(ctx: Context, tap: LimitTap) -> None:
    view = await view_of(ctx, tap)
    if view is None:
        return
    if not tap.up:
        await ctx.toast(ctx.t.plain("catalog-limit-least"))
    elif view.quantity < view.most:
        await show_card(ctx, replace(view, quantity=view.quantity + 1))
    else:
        await ctx.toast(_limit(ctx, view))


def _limit(ctx: Context, view: CardView) -> str:
    if view.most == 0:
        return ctx.t.plain("catalog-stock-none")
    if view.free.get(view.variant.sku_id, 0) == view.most:
        return ctx.t.plain("catalog-limit-stock", view.most)
    return ctx.t.plain("catalog-limit-order", view.most)


@routes.tap(ValueGoneTap)
async def value_gone(ctx: Context, tap: ValueGoneTap) -> None:
    view = await view_of(ctx, tap)
    if view is None:
        return
    axes = view.card.axes
    if not (0 <= tap.axis < len(axes) and 0 <= tap.value < len(axes[tap.axis].values)):
        raise Stale()
    value = axes[tap.axis].values[tap.value]
    other = with_value(view.card, view.variant, tap.axis, value.code)
    if other is None:
        await ctx.toast(ctx.t.plain("catalog-value-impossible", value=ctx.t.pick(value.name)), alert=True)
    elif view.free.get(other.sku_id, 0) > 0:
        await show_card(ctx, replace(view, variant=other, quantity=1, picture=picture_of(view.card, other)))
    else:
        options = " · ".join(option_names(ctx.t, view.card, other))
        gone = replace(view, variant=other, quantity=1, picture=picture_of(view.card, other))
        await show_card(ctx, gone, ctx.t.plain("catalog-value-sold-out", options=options), alert=True)


@routes.tap(QuantityTap)
async def ask_quantity(ctx: Context, tap: QuantityTap) -> None:
    if (view := await view_of(ctx, tap)) is not None:
        draft = {"sku": tap.sku, "picture": tap.picture, "back": tap.back}
        await ctx.ask(QUANTITY, quantity_question(ctx.t, view), draft)


@routes.step(QUANTITY)
async def quantity_typed(ctx: Context, message: Message) -> None:
    draft = ctx.state.draft
    view = await view_of(ctx, CardTap(sku=draft["sku"], picture=draft["picture"], back=draft["back"]))
    if view is None:
        return
    text = (message.text or "").strip()
    if not (text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= view.most):
        await ctx.ask(QUANTITY, quantity_question(ctx.t, view))
        return
    await show_card(ctx, replace(view, quantity=int(text)))


@routes.tap(AddTap)
async def add(ctx: Context, tap: AddTap) -> None:
    view = await view_of(ctx, tap)
    if view is None:
        return
    try:
        added = await ctx.write(cart.add, view.variant.sku_id, tap.quantity)
    except Refusal as refusal:
        # The card is drawn for the stock of now, with the reason on top.
        await show_card(ctx, view, words(ctx.t, refusal), alert=True)
        return
    inside = (await ctx.read(cart.cart)).quote_in(added.sku.price.currency)
    subtotal = ctx.t.money(inside.subtotal if inside is not None else added.sku.price * added.quantity)
    toast = ctx.t.plain("catalog-added", added.count, subtotal=subtotal)
    await show_card(ctx, replace(view, in_cart=added.count), toast)


@routes.tap(FavouriteTap)
async def favourite(ctx: Context, tap: FavouriteTap) -> None:
    view = await view_of(ctx, tap)
    if view is None:
        return
    saved = await ctx.write(favourites.toggle, view.card.product_id)
    front(ctx).forget_favourites(ctx.actor)
    await show_card(ctx, view, ctx.t.plain("catalog-saved" if saved else "catalog-unsaved"))


@routes.tap(SpecsTap)
async def specs(ctx: Context, tap: SpecsTap) -> None:
    if (view := await view_of(ctx, tap)) is not None:
        await ctx.show(specs_screen(ctx.t, view))
