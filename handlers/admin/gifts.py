"""Giving a coupon: to one person, found by what the counter knows of them, or to a group, step by step."""

from __future__ import annotations

from aiogram.types import Message, MessageOriginUser

from handlers.admin.deals_card import show_card
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import deals_gifts as screens
from handlers.screens.refusals import words
from keyboards.deals import GiftStopTap, GiftTap, GiveGroupTap, GiveManyTap, GiveOneTap, GiveTap
from services.campaigns import gifts
from services.promotions import deals, gifting
from services.promotions.errors import CouponGone, CouponHeld, CouponNotGiven, DealState
from services.promotions.fields import COUPON
from services.shared.errors import InvalidInput, NotFound, Stale
from services.shared.ids import nonce
from services.staff.types import COUPONS_GIVE

routes = Routes(STAFF)

WHOM = "deals-whom"


@routes.tap(GiveTap, needs=COUPONS_GIVE)
async def ask_whom(ctx: Context, tap: GiveTap) -> None:
    await _ask(ctx, tap.coupon)


@routes.step(WHOM, needs=COUPONS_GIVE)
async def take_whom(ctx: Context, message: Message) -> None:
    """An order's or customer's number, a phone number, a contact, or a message forwarded from the person."""
    coupon_id = ctx.state.draft.get("gift_coupon")
    if not isinstance(coupon_id, int):
        raise Stale()
    deal = (await ctx.read(deals.card, COUPON, coupon_id)).deal
    text, telegram_id = message.text or "", None
    if message.contact is not None:
        text, telegram_id = message.contact.phone_number, message.contact.user_id
    elif isinstance(message.forward_origin, MessageOriginUser):
        text, telegram_id = "", message.forward_origin.sender_user.id
    try:
        found = await ctx.read(gifts.find, coupon_id, text, telegram_id)
    except (NotFound, InvalidInput):
        await _ask(ctx, coupon_id, ctx.t.plain("deals-nobody"))
        return
    recipients = [screens.Recipient(each.customer_id, each.name, each.held) for each in found]
    await ctx.show(screens.one(ctx.t, deal, recipients, nonce()))


@routes.tap(GiveOneTap, needs=COUPONS_GIVE)
async def give_one(ctx: Context, tap: GiveOneTap) -> None:
    try:
        await ctx.write(gifting.give_one, tap.coupon, tap.customer, tap.nonce)
    except (CouponGone, CouponNotGiven, CouponHeld) as refusal:
        note = ctx.t.plain("deals-held") if isinstance(refusal, CouponHeld) else words(ctx.t, refusal)
        await show_card(ctx, COUPON, tap.coupon, note, alert=True)
        return
    await show_card(ctx, COUPON, tap.coupon, ctx.t.plain("deals-done-give", customer=str(tap.customer)))


@routes.tap(GiveGroupTap, needs=COUPONS_GIVE)
async def look_at_group(ctx: Context, tap: GiveGroupTap) -> None:
    deal = (await ctx.read(deals.card, COUPON, tap.coupon)).deal
    try:
        preview = await ctx.read(gifts.preview, tap.coupon, tap.group)
    except CouponNotGiven as refusal:
        await show_card(ctx, COUPON, tap.coupon, words(ctx.t, refusal), alert=True)
        return
    name = dict(await ctx.read(gifts.groups)).get(tap.group, "")
    await ctx.show(screens.group(ctx.t, deal, (tap.group, name), preview, nonce()))


@routes.tap(GiveManyTap, needs=COUPONS_GIVE)
async def give_many(ctx: Context, tap: GiveManyTap) -> None:
    try:
        gift = await ctx.write(gifts.give, tap.coupon, tap.group, tap.nonce, ctx.shop.push_limit)
    except CouponNotGiven as refusal:
        await show_card(ctx, COUPON, tap.coupon, words(ctx.t, refusal), alert=True)
        return
    await _show(ctx, gift.id, ctx.t.plain("deals-done-begin"))


@routes.tap(GiftTap, needs=COUPONS_GIVE)
async def progress(ctx: Context, tap: GiftTap) -> None:
    await _show(ctx, tap.gift)


@routes.tap(GiftStopTap, needs=COUPONS_GIVE)
async def stop(ctx: Context, tap: GiftStopTap) -> None:
    try:
        await ctx.write(gifting.stop, tap.gift)
    except DealState as refusal:
        await _show(ctx, tap.gift, words(ctx.t, refusal))
        return
    await _show(ctx, tap.gift, ctx.t.plain("deals-done-stop-gift"))


async def _ask(ctx: Context, coupon_id: int, problem: str | None = None) -> None:
    deal = (await ctx.read(deals.card, COUPON, coupon_id)).deal
    groups = await ctx.read(gifts.groups)
    await ctx.ask(WHOM, screens.whom(ctx.t, deal, groups, problem), {"gift_coupon": coupon_id})


async def _show(ctx: Context, gift_id: int, toast: str | None = None) -> None:
    gift = await ctx.read(gifting.get, gift_id)
    deal = (await ctx.read(deals.card, COUPON, gift.coupon_id)).deal
    await ctx.show(screens.progress(ctx.t, deal, gift), toast)
