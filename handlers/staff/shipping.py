"""Sending an order out: the carrier on the card, the number by a reply."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff as screens
from handlers.screens.refusals import words
from handlers.staff.cards import ask_for, order_of, redraw
from keyboards.staff import CarrierTap, ShipAsTap, ShipTap
from services.shared.errors import Stale
from services.shipping import carriers, service
from services.shipping.errors import BadNumber, NumberUsed

routes = Routes(STAFF)

NUMBER = "staff-number"


@routes.tap(ShipTap)
async def ship(ctx: Context, tap: ShipTap) -> None:
    await redraw(ctx, tap.order, screens.CARRIER)


@routes.tap(CarrierTap)
async def choose_carrier(ctx: Context, tap: CarrierTap) -> None:
    carrier = carriers.require(tap.carrier)
    if not carrier.numbered:
        await _ship(ctx, tap.order, carrier.code, "")
        return
    draft = {"order": tap.order, "carrier": carrier.code}
    await ask_for(ctx, NUMBER, draft, "staff-ask-number", **await _facts(ctx, tap.order, carrier))


@routes.step(NUMBER)
async def take_number(ctx: Context, message: Message) -> None:
    """The typed number: shipped with, asked about when it looks like another carrier's, or asked for again."""
    draft = ctx.state.draft
    if "carrier" not in draft:
        raise Stale()
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


@routes.tap(ShipAsTap)
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
