"""Sending an order out: the number first, typed as a reply, or the carrier first by a key of the card."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff as screens
from handlers.screens import staff_desk as desk_screens
from handlers.screens.refusals import words
from handlers.staff.cards import ask_for, order_behind, order_of, redraw
from handlers.staff.parcels import show_draft
from keyboards.staff import CarrierTap, ShipAsTap, ShipTap
from services.shared.errors import Stale
from services.shipping import carriers, drafts, service
from services.shipping.errors import BadNumber, NumberUsed
from services.staff.types import ORDERS_SHIP

routes = Routes(STAFF)

NUMBER = "staff-number"


@routes.start("ship_")
async def from_group(ctx: Context, rest: str) -> None:
    """The link on a card. Anybody can follow it: it shows nothing yet, the key below is for staff."""
    await ctx.show(desk_screens.ship_door(ctx.t, order_behind(rest)))


@routes.tap(ShipTap, needs=ORDERS_SHIP)
async def ship(ctx: Context, tap: ShipTap) -> None:
    """The number can be typed at once; own delivery, which has none, is a key."""
    order = await order_of(ctx, tap.order)
    await ask_for(ctx, NUMBER, {"order": tap.order}, "desk-ask-number", number=order.number)
    await redraw(ctx, tap.order, screens.CARRIER)


@routes.tap(CarrierTap, needs=ORDERS_SHIP)
async def choose_carrier(ctx: Context, tap: CarrierTap) -> None:
    carrier = carriers.require(tap.carrier)
    if not carrier.numbered:
        await _ship(ctx, tap.order, carrier.code, "")
        return
    draft = {"order": tap.order, "carrier": carrier.code}
    await ask_for(ctx, NUMBER, draft, "staff-ask-number", **await _facts(ctx, tap.order, carrier))


@routes.step(NUMBER, needs=ORDERS_SHIP)
async def take_number(ctx: Context, message: Message) -> None:
    """The typed number. Where the carrier was named before and it fits, the order goes; else there is more to say."""
    draft = ctx.state.draft
    if "order" not in draft:
        raise Stale()
    if "carrier" not in draft:
        made = await ctx.write(drafts.open_parcel, draft["order"], message.text or "")
        await ctx.forget_draft()
        await show_draft(ctx, made.id)
        return
    order_id, carrier, number = draft["order"], carriers.require(draft["carrier"]), carriers.clean(message.text or "")
    looks_like = carriers.guess(number)
    if looks_like is not None and looks_like != carrier:
        await ctx.send(screens.other_carrier(ctx.t, order_id, carrier.code, looks_like, number))
        return
    try:
        await _ship(ctx, order_id, carrier.code, number)
    except (BadNumber, NumberUsed) as refusal:
        facts = await _facts(ctx, order_id, carrier)
        await ask_for(ctx, NUMBER, draft, "staff-ask-number", reason=words(ctx.t, refusal), **facts)


@routes.tap(ShipAsTap, needs=ORDERS_SHIP)
async def ship_as(ctx: Context, tap: ShipAsTap) -> None:
    await _ship(ctx, tap.order, tap.carrier, tap.number)


async def _ship(ctx: Context, order_id: int, carrier: str, number: str) -> None:
    parcel = await ctx.write(service.ship, order_id, carrier, number)
    order = await order_of(ctx, order_id)
    carrier_name = ctx.t.pick(parcel.carrier)
    await ctx.toast(ctx.t.plain("staff-shipped", order=order.number, carrier=carrier_name, number=parcel.number))
    await ctx.forget_draft()


async def _facts(ctx: Context, order_id: int, carrier: carriers.Carrier) -> dict[str, str]:
    order = await order_of(ctx, order_id)
    return {"number": order.number, "carrier": ctx.t.pick(carrier.name), "example": carrier.example}
