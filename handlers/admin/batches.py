"""Parcels from a file: the door that waits for it, tables to begin with, and a file under somebody's hands."""

from __future__ import annotations

import asyncio

from aiogram.types import BufferedInputFile, Message

from handlers.chat.context import Context
from handlers.chat.files import download
from handlers.chat.routes import STAFF, Routes
from handlers.screens import queue_batches as screens
from handlers.screens.refusals import words
from keyboards.queue import (
    FORMS,
    BatchesTap,
    BatchFaultsTap,
    BatchPauseTap,
    BatchStartTap,
    BatchStopTap,
    BatchTap,
    BatchTemplateTap,
    ToShipListTap,
)
from locales import LANGUAGES
from services.shared import sheets
from services.shared.errors import Refusal, Stale
from services.shipping import batches
from services.shipping.batch_types import Batch
from services.staff.types import ORDERS_SHIP

routes = Routes(STAFF, private=True)

FILE = "queue-file"


@routes.tap(BatchesTap, needs=ORDERS_SHIP)
async def door(ctx: Context, _tap: BatchesTap) -> None:
    await _ask_for_file(ctx)


@routes.step(FILE, needs=ORDERS_SHIP)
async def take_file(ctx: Context, message: Message) -> None:
    """A table of parcels; what cannot be one is said at once, and nothing of it is kept."""
    try:
        data, name = await download(ctx.bot, message)
        rows = await asyncio.to_thread(sheets.read, data, name)
        headings = screens.headings(ctx.shop.translator(language) for language in LANGUAGES)
        checked = await ctx.read(batches.check, rows, headings)
    except Refusal as refusal:
        await _ask_for_file(ctx, words(ctx.t, refusal))
        return
    batch, earlier = await ctx.write(batches.begin, data, name, checked)
    await ctx.ask(FILE, screens.batch(ctx.t, batch, earlier))


@routes.tap(BatchTemplateTap, needs=ORDERS_SHIP)
async def template(ctx: Context, tap: BatchTemplateTap) -> None:
    if tap.form not in FORMS:
        raise Stale()
    await _send(ctx, screens.template(ctx.t, tap.form), f"parcels.{tap.form}")


@routes.tap(ToShipListTap, needs=ORDERS_SHIP)
async def to_ship_list(ctx: Context, tap: ToShipListTap) -> None:
    if tap.full:
        await ctx.write(batches.note_full_list)
    found = await ctx.read(batches.to_ship, full=tap.full)
    if not found:
        await ctx.toast(ctx.t.plain("queue-list-empty"), alert=True)
        return
    data = await asyncio.to_thread(screens.list_file, ctx.t, found, full=tap.full)
    await _send(ctx, data, f"to-ship-{ctx.shop.clock.now().astimezone(ctx.t.zone):%m%d-%H%M}.xlsx")


@routes.tap(BatchTap, needs=ORDERS_SHIP)
async def look(ctx: Context, tap: BatchTap) -> None:
    await _show(ctx, await ctx.read(batches.own, tap.batch))


@routes.tap(BatchStartTap, needs=ORDERS_SHIP)
async def start(ctx: Context, tap: BatchStartTap) -> None:
    await _show(ctx, await ctx.write(batches.start, tap.batch))


@routes.tap(BatchPauseTap, needs=ORDERS_SHIP)
async def pause(ctx: Context, tap: BatchPauseTap) -> None:
    await _show(ctx, await ctx.write(batches.pause, tap.batch))


@routes.tap(BatchStopTap, needs=ORDERS_SHIP)
async def stop(ctx: Context, tap: BatchStopTap) -> None:
    await _show(ctx, await ctx.write(batches.stop, tap.batch))


@routes.tap(BatchFaultsTap, needs=ORDERS_SHIP)
async def faults(ctx: Context, tap: BatchFaultsTap) -> None:
    rows = await ctx.read(batches.left_over, tap.batch)
    await _send(ctx, screens.faults_file(ctx.t, rows), f"not-shipped-{tap.batch}.xlsx")


async def _show(ctx: Context, batch: Batch) -> None:
    await ctx.ask(FILE, screens.batch(ctx.t, batch))


async def _send(ctx: Context, data: bytes, name: str) -> None:
    """A table below the screen."""
    await ctx.toast(ctx.t.plain("queue-sent"))
    await ctx.bot.send_document(ctx.chat_id, BufferedInputFile(data, name))


async def _ask_for_file(ctx: Context, problem: str = "") -> None:
    recent = await ctx.read(batches.recent)
    await ctx.ask(FILE, screens.door(ctx.t, recent, ctx.actor, problem))
