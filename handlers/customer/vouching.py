"""A phone number for cash at the door: only the person's own, which Telegram vouches for.

The draft holds what asked for it: `cash_checkout` or `cash_order`.
"""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer import contact
from handlers.customer.checkout import show_checkout
from handlers.customer.payments import show_payment
from handlers.screens.refusals import words
from services.customers import profile
from services.orders import choosing
from services.orders.types import CASH_ON_DELIVERY
from services.shared.errors import InvalidInput, Stale

routes = Routes()


@routes.step(contact.PAYMENT_PHONE)
async def take_number(ctx: Context, message: Message) -> None:
    if not contact.is_own(message):
        await contact.ask_own(ctx, ctx.state.draft, ctx.t("payments-phone-own"))
        return
    try:
        await ctx.write(profile.change_profile, "phone", contact.number_in(message), verified=True)
    except InvalidInput as refusal:
        await contact.ask_own(ctx, ctx.state.draft, words(ctx.t, refusal))
        return
    draft = ctx.state.draft
    await contact.leave(ctx, "address-noted")
    await ctx.forget_draft()
    if isinstance(order_id := draft.get("cash_order"), int):
        await show_payment(ctx, order_id, CASH_ON_DELIVERY)
    elif isinstance(checkout_id := draft.get("cash_checkout"), int):
        await ctx.write(choosing.choose_method, checkout_id, CASH_ON_DELIVERY)
        await show_checkout(ctx, checkout_id)
    else:
        raise Stale()
