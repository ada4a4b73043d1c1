"""What people do with a push: follow a button, unsubscribe in one tap, and take that back."""

from __future__ import annotations

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer.catalog import show_list
from handlers.customer.catalog_card import show_product
from handlers.screens import coupons as coupon_screens
from handlers.screens import push_message as screens
from handlers.screens.screen import Screen
from keyboards.catalog import Place
from keyboards.pushes import PushGoTap, PushOffTap, PushOnTap
from services.campaigns import reacting
from services.campaigns.types import TO_CATEGORY, TO_COUPON, TO_PRODUCT
from services.promotions import wallet
from services.shared.errors import Stale

routes = Routes()


@routes.tap(PushGoTap)
async def go(ctx: Context, tap: PushGoTap) -> None:
    button = await ctx.write(reacting.follow, tap.push, tap.place)
    if button.kind == TO_PRODUCT:
        await show_product(ctx, button.id)
    elif button.kind == TO_CATEGORY:
        await show_list(ctx, Place(button.id))
    elif button.kind == TO_COUPON:
        await ctx.show(coupon_screens.wallet(ctx.t, await ctx.read(wallet.wallet)))
    else:
        raise Stale()


@routes.tap(PushOffTap)
async def unsubscribe(ctx: Context, tap: PushOffTap) -> None:
    await ctx.write(reacting.unsubscribe, tap.push)
    await _answer(ctx, tap.push, subscribed=False)


@routes.tap(PushOnTap)
async def subscribe_again(ctx: Context, tap: PushOnTap) -> None:
    await ctx.write(reacting.subscribe_again, tap.push)
    await _answer(ctx, tap.push, subscribed=True)


async def _answer(ctx: Context, push_id: int, *, subscribed: bool) -> None:
    """Where the person tapped: only the button changes. A message that is too old gets an answer of its own."""
    text = ctx.t.plain("push-is-on" if subscribed else "push-is-off")
    await ctx.toast(text)
    message = ctx.query.message if ctx.query is not None else None
    shown = message.reply_markup if isinstance(message, Message) else None
    keys = screens.turned(ctx.t, shown, push_id, subscribed)
    if message is None or shown is None:
        await ctx.send(Screen(ctx.t("push-is-on" if subscribed else "push-is-off"), keys))
        return
    try:
        await ctx.bot.edit_message_reply_markup(chat_id=ctx.chat_id, message_id=message.message_id, reply_markup=keys)
    except TelegramBadRequest:
        await ctx.send(Screen(ctx.t("push-is-on" if subscribed else "push-is-off"), keys))
