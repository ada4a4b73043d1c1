"""Parcels at the counter: putting one together, marking it arrived, putting it right, taking it back."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff as screens
from handlers.screens import staff_desk as desk_screens
from handlers.screens.refusals import words
from handlers.staff.cards import ask_for, order_of, put, redraw
from handlers.staff.pieces import show_refund, take_pieces
from keyboards import desk as keys
from keyboards.desk import (
    DraftCarriersTap,
    DraftCarrierTap,
    DraftDropTap,
    DraftGoTap,
    DraftItemsTap,
    DraftStepTap,
    DraftTap,
    ParcelArrivedTap,
    ParcelNumberTap,
    ParcelsTap,
    ParcelTap,
    ParcelUndoTap,
)
from keyboards.staff import back_key
from services.orders.errors import OnHold, PiecesGone
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Refusal, Stale
from services.shipping import corrections, desk, drafts, service
from services.shipping.errors import BadNumber, NotReadyToShip, NumberUsed, OrderMoved
from services.shipping.types import Parcel
from services.staff.types import ORDERS_SHIP, ORDERS_VIEW

routes = Routes(STAFF)

CORRECTION = "desk-correction"

# What stops a parcel for now: it is shown as it stands, with the reason above it.
_STOPS = (BadNumber, NumberUsed, OrderMoved, PiecesGone, NotReadyToShip, OnHold)


@routes.tap(DraftTap, needs=ORDERS_VIEW)
async def draft(ctx: Context, tap: DraftTap) -> None:
    await show_draft(ctx, tap.draft)


@routes.tap(DraftCarriersTap, needs=ORDERS_SHIP)
async def ask_carrier(ctx: Context, tap: DraftCarriersTap) -> None:
    shown, order, _ = await ctx.read(drafts.get, tap.draft)
    await put(ctx, desk_screens.draft_carriers(ctx.t, shown, order))


@routes.tap(DraftCarrierTap, needs=ORDERS_SHIP)
async def choose_carrier(ctx: Context, tap: DraftCarrierTap) -> None:
    await ctx.write(drafts.set_carrier, tap.draft, tap.carrier)
    await show_draft(ctx, tap.draft)


@routes.tap(DraftItemsTap, needs=ORDERS_SHIP)
async def ask_items(ctx: Context, tap: DraftItemsTap) -> None:
    shown, order, most = await ctx.read(drafts.get, tap.draft)
    await put(ctx, desk_screens.draft_items(ctx.t, shown, order, most))


@routes.tap(DraftStepTap, needs=ORDERS_VIEW)
async def step(ctx: Context, tap: DraftStepTap) -> None:
    await ctx.write(drafts.step, tap.draft, tap.line, tap.by)
    shown, order, most = await ctx.read(drafts.get, tap.draft)
    if shown.kind == drafts.REFUND:
        await show_refund(ctx, tap.draft)
    else:
        await put(ctx, desk_screens.draft_items(ctx.t, shown, order, most))


@routes.tap(DraftGoTap, needs=ORDERS_VIEW)
async def go(ctx: Context, tap: DraftGoTap) -> None:
    shown, order, _ = await ctx.read(drafts.get, tap.draft)
    if shown.kind == drafts.REFUND:
        await take_pieces(ctx, tap.draft)
        return
    try:
        parcel = await ctx.write(drafts.send, tap.draft)
    except _STOPS as refusal:
        await ctx.write(drafts.renew, tap.draft)
        await show_draft(ctx, tap.draft, refusal)
        return
    key = "staff-shipped" if shown.kind == drafts.PARCEL else "desk-corrected"
    told = ctx.t.plain(key, order=order.number, carrier=ctx.t.pick(parcel.carrier), number=parcel.number)
    await put(ctx, desk_screens.done(told))


@routes.tap(DraftDropTap, needs=ORDERS_VIEW)
async def drop(ctx: Context, tap: DraftDropTap) -> None:
    _, order, _ = await ctx.read(drafts.get, tap.draft)
    await put(ctx, desk_screens.done(ctx.t.plain("desk-dropped", number=order.number)))


@routes.tap(ParcelsTap, needs=ORDERS_VIEW)
async def parcels(ctx: Context, tap: ParcelsTap) -> None:
    card = await ctx.read(desk.card, tap.order)
    keyboard = keys.parcels_keys(ctx.t, tap.order, card.parcels, back_key(ctx.t, tap.order))
    await put(ctx, screens.asking_card(ctx.t, card, ctx.t("desk-ask-parcel"), keyboard))


@routes.tap(ParcelTap, needs=ORDERS_VIEW)
async def one(ctx: Context, tap: ParcelTap) -> None:
    card = await ctx.read(desk.card, tap.order)
    parcel, undoable = await ctx.read(_parcel, tap.order, tap.parcel)
    question = desk_screens.parcel(ctx.t, parcel, card.order)
    keyboard = keys.parcel_keys(ctx.t, parcel, undoable=undoable)
    await put(ctx, screens.asking_card(ctx.t, card, question, keyboard))


@routes.tap(ParcelArrivedTap, needs=ORDERS_SHIP)
async def arrived(ctx: Context, tap: ParcelArrivedTap) -> None:
    done = await ctx.write(service.deliver_parcel, tap.parcel)
    key = "staff-delivered" if done.cash is None else "staff-cash-taken"
    await _said(ctx, done.order_id, ctx.t.plain(key, amount="" if done.cash is None else ctx.t.money(done.cash)))


@routes.tap(ParcelUndoTap, needs=ORDERS_SHIP)
async def undo(ctx: Context, tap: ParcelUndoTap) -> None:
    order = await ctx.write(corrections.undo, tap.parcel)
    await _said(ctx, order.id, ctx.t.plain("desk-undone", number=order.number))


@routes.tap(ParcelNumberTap, needs=ORDERS_SHIP)
async def ask_number(ctx: Context, tap: ParcelNumberTap) -> None:
    order = await order_of(ctx, tap.order)
    await ask_for(ctx, CORRECTION, {"parcel": tap.parcel}, "desk-ask-number", number=order.number)


@routes.step(CORRECTION, needs=ORDERS_SHIP)
async def take_number(ctx: Context, message: Message) -> None:
    parcel_id = ctx.state.draft.get("parcel")
    if not isinstance(parcel_id, int):
        raise Stale()
    made = await ctx.write(drafts.open_correction, parcel_id, message.text or "")
    await ctx.forget_draft()
    await show_draft(ctx, made.id)


async def show_draft(ctx: Context, draft_id: int, refusal: Refusal | None = None) -> None:
    """What is being put together as it stands; `refusal` is why it was stopped."""
    shown, order, most = await ctx.read(drafts.get, draft_id)
    problem = "" if refusal is None else words(ctx.t, refusal)
    if shown.kind == drafts.REFUND:
        await show_refund(ctx, draft_id, problem)
    else:
        await put(ctx, desk_screens.parcel_draft(ctx.t, shown, order, most, problem))


async def _said(ctx: Context, order_id: int, toast: str) -> None:
    """Answers the tap. In the group the card follows by itself."""
    await ctx.toast(toast)
    if ctx.chat_id == ctx.person.telegram_id:
        await redraw(ctx, order_id)


def _parcel(tx: Tx, actor: Actor, order_id: int, parcel_id: int) -> tuple[Parcel, bool]:
    """The parcel, and whether it can be taken back. Raises NotAllowed, NotFound."""
    actor.require(ORDERS_VIEW)
    for parcel in service.parcels(tx, order_id):
        if parcel.id == parcel_id:
            return parcel, corrections.can_undo(tx, parcel)
    raise NotFound()
