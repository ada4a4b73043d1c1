"""Money under the hands of staff: giving it back, and checking transfers by their slips."""

from __future__ import annotations

from aiogram.types import Message
from markupsafe import Markup

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff as screens
from handlers.screens.refusals import words
from handlers.staff.cards import ask_for, order_of, redraw
from keyboards.staff import (
    RefundPaidTap,
    RefundPartTap,
    RefundRestTap,
    RefundTap,
    SlipMissingTap,
    SlipPaidTap,
    SlipPartTap,
)
from services.outbox import service as outbox
from services.payments import by_hand, refunding
from services.payments.errors import RefundTooLarge
from services.shared import amounts
from services.shared.errors import Stale
from services.shared.money import Money
from services.shipping import desk
from services.shipping.types import RefundAsked
from services.staff.types import ORDERS_REFUND, PAYMENTS_CONFIRM

routes = Routes(STAFF)

REFUND_AMOUNT, SLIP_AMOUNT = "staff-refund-amount", "staff-slip-amount"


@routes.tap(RefundTap, needs=ORDERS_REFUND)
async def refund(ctx: Context, tap: RefundTap) -> None:
    await redraw(ctx, tap.order, screens.REFUND)


@routes.tap(RefundRestTap, needs=ORDERS_REFUND)
async def refund_rest(ctx: Context, tap: RefundRestTap) -> None:
    await say_refunding(ctx, await ctx.write(desk.refund_rest, tap.order, ctx.shop.refund_limits))


@routes.tap(RefundPartTap, needs=ORDERS_REFUND)
async def refund_part(ctx: Context, tap: RefundPartTap) -> None:
    await ask_for(ctx, REFUND_AMOUNT, {"order": tap.order}, "staff-ask-refund-amount", **await _most(ctx, tap.order))


@routes.step(REFUND_AMOUNT, needs=ORDERS_REFUND)
async def take_refund_amount(ctx: Context, message: Message) -> None:
    order_id = ctx.state.draft.get("order")
    if order_id is None:
        raise Stale()
    currency = (await ctx.read(desk.card, order_id)).refundable.currency
    amount = amounts.positive(message.text or "", currency)
    try:
        if amount is not None:
            part = Money(amount, currency)
            await say_refunding(ctx, await ctx.write(desk.refund_part, order_id, part, ctx.shop.refund_limits))
            await ctx.forget_draft()
            return
        reason = _bad_amount(ctx, currency)
    except RefundTooLarge as refusal:
        reason = words(ctx.t, refusal)
    facts = await _most(ctx, order_id)
    await ask_for(ctx, REFUND_AMOUNT, {"order": order_id}, "staff-ask-refund-amount", reason=reason, **facts)


@routes.tap(RefundPaidTap, needs=ORDERS_REFUND)
async def refund_paid(ctx: Context, tap: RefundPaidTap) -> None:
    """A refund was paid out by hand; its card says by whom."""
    done = await ctx.write(refunding.confirm_by_hand, tap.refund)
    await ctx.toast(ctx.t.plain("staff-refund-paid-toast"))
    order = await order_of(ctx, done.order_id)
    if ctx.query is not None and ctx.query.message is not None:
        screen = screens.refund_by_hand(ctx.t, done, order.number, ctx.actor.name)
        await ctx.renderer.edit_by_id(ctx.chat_id, ctx.query.message.message_id, screen)


@routes.tap(SlipPaidTap, needs=PAYMENTS_CONFIRM)
async def slip_paid(ctx: Context, tap: SlipPaidTap) -> None:
    slip = await ctx.read(by_hand.slip, tap.slip)
    await _confirm(ctx, tap.slip, slip.attempt.amount)


@routes.tap(SlipPartTap, needs=PAYMENTS_CONFIRM)
async def slip_part(ctx: Context, tap: SlipPartTap) -> None:
    await ask_for(ctx, SLIP_AMOUNT, {"slip": tap.slip}, "staff-ask-slip-amount", **await _expected(ctx, tap.slip))


@routes.step(SLIP_AMOUNT, needs=PAYMENTS_CONFIRM)
async def take_slip_amount(ctx: Context, message: Message) -> None:
    slip_id = ctx.state.draft.get("slip")
    if slip_id is None:
        raise Stale()
    currency = (await ctx.read(by_hand.slip, slip_id)).attempt.amount.currency
    amount = amounts.positive(message.text or "", currency)
    if amount is None:
        reason, facts = _bad_amount(ctx, currency), await _expected(ctx, slip_id)
        await ask_for(ctx, SLIP_AMOUNT, {"slip": slip_id}, "staff-ask-slip-amount", reason=reason, **facts)
        return
    await _confirm(ctx, slip_id, Money(amount, currency))
    await ctx.forget_draft()


@routes.tap(SlipMissingTap, needs=PAYMENTS_CONFIRM)
async def slip_missing(ctx: Context, tap: SlipMissingTap) -> None:
    await ctx.write(by_hand.reject_slip, tap.slip, ctx.shop.terms)
    await ctx.toast(ctx.t.plain("staff-slip-missing-toast"))
    await _settle(ctx, tap.slip, ctx.t("staff-slip-rejected", name=ctx.actor.name))


async def _confirm(ctx: Context, slip_id: int, amount: Money) -> None:
    await ctx.write(by_hand.confirm_transfer, slip_id, amount)
    shown = ctx.t.money(amount)
    await ctx.toast(ctx.t.plain("staff-slip-paid-toast", amount=shown))
    await _settle(ctx, slip_id, ctx.t("staff-slip-confirmed", name=ctx.actor.name, amount=shown))


async def _settle(ctx: Context, slip_id: int, decision: Markup) -> None:
    """The slip's card says what was decided and loses its keys."""
    slip = await ctx.read(by_hand.slip, slip_id)
    order = await order_of(ctx, slip.attempt.order_id)
    screen = screens.slip_card(ctx.t, slip, order.number, decision)
    for message in await ctx.shop.store.read(outbox.live_messages, "slip", slip_id):
        # A caption under a file of the customer's: not one of the shop's pictures, which the renderer keeps by key.
        await ctx.bot.edit_message_caption(chat_id=message.chat_id, message_id=message.message_id, caption=screen.text)


async def say_refunding(ctx: Context, asked: RefundAsked) -> None:
    """The money is on its way, or waits for a second person."""
    amount = ctx.t.money(asked.amount)
    if asked.approval_id is not None:
        await ctx.toast(ctx.t.plain("staff-second-person", amount=amount), alert=True)
    else:
        await ctx.toast(ctx.t.plain("staff-refunding", amount=amount))


async def _most(ctx: Context, order_id: int) -> dict[str, str]:
    card = await ctx.read(desk.card, order_id)
    return {"number": card.order.number, "most": ctx.t.money(card.refundable)}


async def _expected(ctx: Context, slip_id: int) -> dict[str, str]:
    slip = await ctx.read(by_hand.slip, slip_id)
    order = await order_of(ctx, slip.attempt.order_id)
    return {"number": order.number, "expected": ctx.t.money(slip.attempt.amount)}


def _bad_amount(ctx: Context, currency: str) -> str:
    return ctx.t.plain("staff-bad-amount", example=ctx.t.money(Money(12345, currency)))
