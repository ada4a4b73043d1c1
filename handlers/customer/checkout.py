"""The checkout: every tap chooses one thing and shows the sum of it all; the last one places the order."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer import address_form, contact
from handlers.customer.cart import show_cart
from handlers.customer.payments import show_payment
from handlers.screens import checkout as screens
from handlers.screens.coupons import chooser
from handlers.screens.refusals import words
from handlers.screens.screen import banner
from keyboards.coupons import ChooserTaps, CouponCodeTap
from keyboards.orders import (
    AddressChosenTap,
    BestCouponTap,
    BuyNowTap,
    CheckoutAddressesTap,
    CheckoutCouponsTap,
    CheckoutInTap,
    CheckoutNoteTap,
    CheckoutOpenTap,
    CheckoutTap,
    CouponChosenTap,
    DeliveriesTap,
    DeliveryChosenTap,
    DropMissingTap,
    MethodChosenTap,
    MethodsTap,
    NoteClearedTap,
    PlaceTap,
)
from services.customers import addresses
from services.customers.welcomed import is_welcomed
from services.inventory.errors import OutOfStock
from services.orders import checkout, choosing, placing
from services.orders.assembly import MethodsFor
from services.orders.errors import AlreadyOrdered, CheckoutChanged, NotReady
from services.orders.types import CheckoutView
from services.payments import methods
from services.payments.methods import Method, Purchase
from services.promotions import claiming
from services.promotions.errors import CouponGone
from services.shared.errors import InvalidInput, NotFound, Refusal, Stale
from services.shared.money import Money

routes = Routes()

NOTE = "checkout-note"


@routes.tap(CheckoutOpenTap)
async def open_cart(ctx: Context, _tap: CheckoutOpenTap) -> None:
    await _begin_cart(ctx, "")


@routes.tap(CheckoutInTap)
async def open_part(ctx: Context, tap: CheckoutInTap) -> None:
    await _begin_cart(ctx, tap.currency)


async def _begin_cart(ctx: Context, currency: str) -> None:
    try:
        checkout_id = await ctx.write(checkout.open_cart, currency)
    except NotReady as refusal:
        await show_cart(ctx, refusal=refusal)
        return
    await begin(ctx, checkout_id)


@routes.tap(BuyNowTap)
async def buy_now(ctx: Context, tap: BuyNowTap) -> None:
    await begin(ctx, await ctx.write(checkout.open_buy_now, tap.sku, tap.quantity))


async def begin(ctx: Context, checkout_id: int) -> None:
    """The first look at a checkout: who has no address yet is asked for one at once and comes back."""
    if not await is_welcomed(ctx.shop.store, ctx.actor):
        # Came straight from a product's link: the welcome coupons count for the first order already.
        await ctx.write(claiming.welcome)
    view = await look(ctx, checkout_id)
    if view.missing == "address":
        await address_form.begin(ctx, checkout_id)
    else:
        await show(ctx, view)


@routes.tap(CheckoutTap)
async def again(ctx: Context, tap: CheckoutTap) -> None:
    await show_checkout(ctx, tap.checkout)


@routes.tap(CheckoutAddressesTap)
async def choose_address(ctx: Context, tap: CheckoutAddressesTap) -> None:
    known = await ctx.read(addresses.addresses)
    if not known:
        await address_form.begin(ctx, tap.checkout)
        return
    view = await look(ctx, tap.checkout)
    chosen = view.address.id if view.address is not None else None
    await ctx.show(screens.address_chooser(ctx.t, tap.checkout, known, chosen))


@routes.tap(AddressChosenTap)
async def address_chosen(ctx: Context, tap: AddressChosenTap) -> None:
    await ctx.write(choosing.choose_address, tap.checkout, tap.address)
    await show_checkout(ctx, tap.checkout)


@routes.tap(DeliveriesTap)
async def choose_delivery(ctx: Context, tap: DeliveriesTap) -> None:
    await ctx.show(screens.delivery_chooser(ctx.t, await look(ctx, tap.checkout)))


@routes.tap(DeliveryChosenTap)
async def delivery_chosen(ctx: Context, tap: DeliveryChosenTap) -> None:
    await ctx.write(choosing.choose_delivery, tap.checkout, tap.code)
    await show_checkout(ctx, tap.checkout)


@routes.tap(CheckoutCouponsTap)
async def choose_coupon(ctx: Context, tap: CheckoutCouponsTap) -> None:
    view = await look(ctx, tap.checkout)
    choices = await ctx.write(checkout.coupon_choices, tap.checkout)
    here = tap.checkout
    taps = ChooserTaps(
        choose=lambda claim: CouponChosenTap(checkout=here, claim=claim), none=CouponChosenTap(checkout=here),
        best=BestCouponTap(checkout=here), code=CouponCodeTap(checkout=here), back=CheckoutTap(checkout=here),
    )
    chosen = view.coupon.claim_id if view.coupon is not None else None
    await ctx.show(chooser(ctx.t, choices, chosen, taps, banner("checkout")))


@routes.tap(CouponChosenTap)
async def coupon_chosen(ctx: Context, tap: CouponChosenTap) -> None:
    try:
        await ctx.write(choosing.choose_coupon, tap.checkout, tap.claim)
    except CouponGone as refusal:
        await show_checkout(ctx, tap.checkout, refusal=refusal)
        return
    await show_checkout(ctx, tap.checkout)


@routes.tap(BestCouponTap)
async def best_coupon(ctx: Context, tap: BestCouponTap) -> None:
    await ctx.write(choosing.choose_best_coupon, tap.checkout)
    await show_checkout(ctx, tap.checkout)


@routes.tap(MethodsTap)
async def choose_method(ctx: Context, tap: MethodsTap) -> None:
    view = await look(ctx, tap.checkout)
    await ctx.show(screens.method_chooser(ctx.t, view, await _offers(ctx, view)))


@routes.tap(MethodChosenTap)
async def method_chosen(ctx: Context, tap: MethodChosenTap) -> None:
    """An old button may name a way to pay that is gone, or that does not answer: then the others are shown."""
    view = await look(ctx, tap.checkout)
    offers = await _offers(ctx, view)
    obstacle = next((each.obstacle for each in offers if each.code == tap.method), methods.PAUSED)
    if obstacle == methods.PHONE:
        await contact.ask_own(ctx, {"cash_checkout": tap.checkout})
    elif obstacle:
        refused = ctx.t.plain("error-method-unavailable")
        await ctx.show(screens.method_chooser(ctx.t, view, offers), refused, alert=True)
    else:
        await ctx.write(choosing.choose_method, tap.checkout, tap.method)
        await show_checkout(ctx, tap.checkout)


@routes.tap(CheckoutNoteTap)
async def ask_note(ctx: Context, tap: CheckoutNoteTap) -> None:
    view = await look(ctx, tap.checkout)
    await ctx.ask(NOTE, screens.note_question(ctx.t, view.id, view.note), {**ctx.state.draft, "checkout_note": view.id})


@routes.step(NOTE)
async def take_note(ctx: Context, message: Message) -> None:
    checkout_id = ctx.state.draft.get("checkout_note")
    if not isinstance(checkout_id, int):
        raise Stale()
    try:
        await ctx.write(choosing.write_note, checkout_id, message.text or "")
    except InvalidInput as refusal:
        view, length = await look(ctx, checkout_id), refusal.facts["length"]
        assert isinstance(length, int)
        await ctx.ask(NOTE, screens.note_question(ctx.t, view.id, view.note, length))
        return
    await show_checkout(ctx, checkout_id)


@routes.tap(NoteClearedTap)
async def clear_note(ctx: Context, tap: NoteClearedTap) -> None:
    await ctx.write(choosing.write_note, tap.checkout, "")
    await show_checkout(ctx, tap.checkout)


@routes.tap(DropMissingTap)
async def drop_missing(ctx: Context, tap: DropMissingTap) -> None:
    await ctx.write(choosing.drop_missing, tap.checkout)
    await show_checkout(ctx, tap.checkout)


@routes.tap(PlaceTap)
async def place(ctx: Context, tap: PlaceTap) -> None:
    """Places the order and goes on to its payment; whatever stands against it shows the checkout as it is now."""
    try:
        placed = await ctx.write(
            placing.place, tap.checkout, tap.version, ctx.shop.terms, ctx.person.language, await methods_for(ctx)
        )
    except (Stale, CheckoutChanged, OutOfStock, CouponGone, NotReady, NotFound) as refusal:
        await show_checkout(ctx, tap.checkout, refusal=refusal)
        return
    await show_payment(ctx, placed.order_id, toast=ctx.t.plain("checkout-placed", number=placed.number))


async def show_checkout(ctx: Context, checkout_id: int, refusal: Refusal | None = None) -> None:
    """The checkout as it stands now, or what became of it; `refusal` is why nothing was done just now."""
    try:
        view = await look(ctx, checkout_id)
    except AlreadyOrdered as ordered:
        order_id = ordered.facts["order_id"]
        assert isinstance(order_id, int)
        await show_payment(ctx, order_id)
        return
    except NotReady as empty:
        await show_cart(ctx, refusal=empty)
        return
    await show(ctx, view, refusal)


async def look(ctx: Context, checkout_id: int) -> CheckoutView:
    return await ctx.write(checkout.view, checkout_id, await methods_for(ctx))


async def show(ctx: Context, view: CheckoutView, refusal: Refusal | None = None) -> None:
    toast = words(ctx.t, refusal) if refusal is not None else None
    now = ctx.shop.clock.now()
    until = ctx.shop.terms.expiry(view.method, now) if view.method is not None else None
    screen = screens.summary(ctx.t, view, None if until is None else until - now, ctx.actor.prices.currency)
    await ctx.show(screen, toast, alert=refusal is not None)


async def methods_for(ctx: Context) -> MethodsFor:
    """Which of the shop's ways to pay an order can use now."""
    providers = ctx.shop.providers
    verified = await ctx.read(methods.phone_is_verified, providers)

    def usable(total: Money, kinds: Sequence[str], takes_cash: bool) -> Sequence[str]:
        purchase = Purchase(total, kinds, takes_cash)
        return methods.usable(methods.fitting(providers, purchase, phone_verified=verified))

    return usable


async def _offers(ctx: Context, view: CheckoutView) -> tuple[Method, ...]:
    """All ways to pay that fit, also those that something stands in the way of."""
    verified = await ctx.read(methods.phone_is_verified, ctx.shop.providers)
    takes_cash = view.delivery is not None and view.delivery.takes_cash
    purchase = Purchase(view.total, {line.kind for line in view.lines}, takes_cash)
    return methods.fitting(ctx.shop.providers, purchase, phone_verified=verified)
