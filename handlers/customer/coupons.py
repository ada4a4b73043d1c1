"""Claiming coupons, the wallet, and typed coupon codes."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens import coupons as screens
from handlers.screens.refusals import words
from keyboards.coupons import CouponClaimTap, CouponCodeTap, CouponsTap, WalletTap
from services.promotions import claiming, links, wallet
from services.promotions.errors import CodePaused, CouponGone, CouponHeld
from services.shared.errors import NotFound

routes = Routes()

CODE_STEP = "coupons.code"


@routes.command("coupons")
async def open_centre(ctx: Context, _words: str) -> None:
    await ctx.show(screens.centre(ctx.t, await ctx.read(wallet.centre)))


@routes.tap(CouponsTap)
async def show_centre(ctx: Context, tap: CouponsTap) -> None:
    await ctx.show(screens.centre(ctx.t, await ctx.read(wallet.centre, tap.page)))


@routes.tap(WalletTap)
async def show_wallet(ctx: Context, tap: WalletTap) -> None:
    await ctx.show(screens.wallet(ctx.t, await ctx.read(wallet.wallet, tap.tab, tap.page)))


@routes.tap(CouponClaimTap)
async def claim(ctx: Context, tap: CouponClaimTap) -> None:
    try:
        toast, alert = screens.claimed_toast(ctx.t, await ctx.write(claiming.claim, tap.coupon)), False
    except (CouponGone, CouponHeld) as refusal:
        toast, alert = words(ctx.t, refusal), True
    await ctx.show(screens.centre(ctx.t, await ctx.read(wallet.centre, tap.page)), toast, alert=alert)


@routes.tap(CouponCodeTap)
async def ask_code(ctx: Context, tap: CouponCodeTap) -> None:
    draft = ctx.state.draft | {"coupon_checkout": tap.checkout}
    await ctx.ask(CODE_STEP, screens.code_question(ctx.t, tap.checkout), draft)


@routes.step(CODE_STEP)
async def take_code(ctx: Context, message: Message) -> None:
    checkout = ctx.state.draft.get("coupon_checkout")
    try:
        answer = await ctx.write(claiming.claim_code, message.text or "")
    except (CodePaused, CouponGone, CouponHeld) as refusal:
        problem = words(ctx.t, refusal)
    else:
        if answer.claim is not None:
            await ctx.show(screens.code_taken(ctx.t, answer.claim, checkout))
            return
        problem = screens.wrong_code(ctx.t, answer)
    await ctx.ask(CODE_STEP, screens.code_question(ctx.t, checkout, problem))


@routes.start(links.PREFIX)
async def follow_link(ctx: Context, rest: str) -> None:
    """A link of a push or a poster: the coupon is in the wallet, or the centre says why not."""
    try:
        claim = await ctx.write(links.claim, rest)
    except (CouponGone, CouponHeld) as refusal:
        await ctx.show(screens.centre(ctx.t, await ctx.read(wallet.centre)), words(ctx.t, refusal))
        return
    except NotFound:
        await ctx.show(screens.centre(ctx.t, await ctx.read(wallet.centre)), ctx.t.plain("start-link-expired"))
        return
    await ctx.show(screens.code_taken(ctx.t, claim, None))
