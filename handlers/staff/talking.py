"""Words about an order: notes among staff, messages to its customer, and another address, typed in private."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import staff_desk as screens
from handlers.screens.refusals import words
from handlers.staff.cards import ask_for, order_behind, order_of
from keyboards.desk import AddressSureTap, AddressTap, TellTap, WriteNoteTap
from services.customers import fields, pasted
from services.customers.types import AddressFields
from services.shared.errors import InvalidInput, NotFound, Stale
from services.shipping import desk, talking
from services.staff.types import ORDERS_HANDLE, ORDERS_PERSONAL, ORDERS_VIEW

routes = Routes(STAFF)

NOTE, TELL, ADDRESS = "desk-note", "desk-tell", "desk-address"


@routes.tap(WriteNoteTap, needs=ORDERS_VIEW)
async def ask_note(ctx: Context, tap: WriteNoteTap) -> None:
    await _ask(ctx, NOTE, "desk-ask-note", tap.order)


@routes.step(NOTE, needs=ORDERS_VIEW)
async def take_note(ctx: Context, message: Message) -> None:
    async def write(order_id: int) -> None:
        await ctx.write(talking.note, order_id, message.text or "")

    await _take(ctx, NOTE, "desk-ask-note", write, "desk-noted")


@routes.tap(TellTap, needs=ORDERS_HANDLE)
async def ask_words(ctx: Context, tap: TellTap) -> None:
    await _ask(ctx, TELL, "desk-ask-tell", tap.order)


@routes.step(TELL, needs=ORDERS_HANDLE)
async def take_words(ctx: Context, message: Message) -> None:
    async def write(order_id: int) -> None:
        await ctx.write(talking.tell, order_id, message.text or "")

    await _take(ctx, TELL, "desk-ask-tell", write, "desk-told")


@routes.start("readdress_")
async def from_group(ctx: Context, rest: str) -> None:
    """The link on a card. Anybody can follow it: it shows nothing yet, the key below is for staff."""
    await ctx.show(screens.address_door(ctx.t, order_behind(rest)))


@routes.tap(AddressTap, needs=ORDERS_PERSONAL)
async def ask_address(ctx: Context, tap: AddressTap) -> None:
    """In private alone: an address is nobody else's concern. That it was seen is noted."""
    if ctx.chat_id != ctx.person.telegram_id:
        raise NotFound()
    order = await ctx.write(desk.open_fully, tap.order)
    await ctx.ask(ADDRESS, screens.ask_address(ctx.t, order), {"order": tap.order})


@routes.step(ADDRESS, needs=ORDERS_PERSONAL)
async def take_address(ctx: Context, message: Message) -> None:
    order_id = ctx.state.draft.get("order")
    if not isinstance(order_id, int) or ctx.chat_id != ctx.person.telegram_id:
        raise Stale()
    order = await order_of(ctx, order_id)
    try:
        given = fields.address(pasted.parse(message.text or ""))
    except InvalidInput as refusal:
        await ctx.ask(ADDRESS, screens.ask_address(ctx.t, order, words(ctx.t, refusal)), {"order": order_id})
        return
    draft = {"order": order_id, "address": asdict(given)}
    await ctx.ask(ADDRESS, screens.address_sure(ctx.t, order, given), draft)


@routes.tap(AddressSureTap, needs=ORDERS_PERSONAL)
async def change_address(ctx: Context, tap: AddressSureTap) -> None:
    draft = ctx.state.draft
    if draft.get("order") != tap.order or "address" not in draft:
        raise Stale()
    await ctx.write(talking.change_address, tap.order, AddressFields(**draft["address"]))
    await ctx.forget_draft()
    order = await order_of(ctx, tap.order)
    await ctx.show(screens.done(ctx.t.plain("desk-address-done", number=order.number)))


async def _ask(ctx: Context, step: str, key: str, order_id: int, reason: str = "") -> None:
    order = await order_of(ctx, order_id)
    await ask_for(ctx, step, {"order": order_id}, key, reason=reason, number=order.number)


async def _take(
    ctx: Context, step: str, key: str, write: Callable[[int], Awaitable[None]], said: str
) -> None:
    """Keeps what was typed, or asks again with the reason."""
    order_id = ctx.state.draft.get("order")
    if not isinstance(order_id, int):
        raise Stale()
    try:
        await write(order_id)
    except InvalidInput as refusal:
        await _ask(ctx, step, key, order_id, words(ctx.t, refusal))
        return
    await ctx.forget_draft()
    await ctx.toast(ctx.t.plain(said))
