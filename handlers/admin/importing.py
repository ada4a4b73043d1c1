"""Imports: the door that waits for a file, templates, and an import under somebody's hands."""

from __future__ import annotations

import asyncio

from aiogram.types import BufferedInputFile, Message

from handlers.chat.context import Context
from handlers.chat.files import download
from handlers.chat.routes import MEMBER, STAFF, Routes
from handlers.screens import importing as screens
from handlers.screens.refusals import words
from keyboards.admin import ImportDoor
from keyboards.importing import BatchTap, DropTap, FaultsTap, PauseTap, StartTap, StopTap, TagsTap, TemplateTap, UndoTap
from services.importing import exporting, service
from services.importing.files import open_file
from services.importing.types import Batch
from services.shared.errors import Refusal, Stale
from services.staff.types import CATALOG_IMPORT, EXPORTS

routes = Routes(STAFF)

FILE = "import-file"


@routes.tap(ImportDoor, MEMBER)
async def door(ctx: Context, _tap: ImportDoor) -> None:
    await _ask_for_file(ctx)


@routes.step(FILE, CATALOG_IMPORT)
async def take_file(ctx: Context, message: Message) -> None:
    """A table, or an archive with a table and pictures; what cannot be one is said at once."""
    try:
        data, name = await download(ctx.bot, message)
        await asyncio.to_thread(open_file, data, name)
        batch, _ = await ctx.write(service.begin, data, name, ctx.person.language)
    except Refusal as refusal:
        await _ask_for_file(ctx, words(ctx.t, refusal))
        return
    await show_batch(ctx, batch)


@routes.tap(TemplateTap, CATALOG_IMPORT)
async def template(ctx: Context, tap: TemplateTap) -> None:
    if tap.form not in exporting.FORMS:
        raise Stale()
    await ctx.toast(ctx.t.plain("import-sent"))
    data = screens.template(ctx.t, tap.form, ctx.shop.price_currencies)
    await ctx.bot.send_document(ctx.chat_id, BufferedInputFile(data, f"products.{tap.form}"))


@routes.tap(BatchTap, CATALOG_IMPORT)
async def batch(ctx: Context, tap: BatchTap) -> None:
    await show_batch(ctx, await ctx.read(service.own, tap.batch))


@routes.tap(FaultsTap, CATALOG_IMPORT)
async def faults(ctx: Context, tap: FaultsTap) -> None:
    """The rows at fault as a file below the screen."""
    found = await ctx.read(service.faults, tap.batch)
    await ctx.toast(ctx.t.plain("import-sent"))
    data = screens.faults_file(ctx.t, found)
    await ctx.bot.send_document(ctx.chat_id, BufferedInputFile(data, f"faults-{tap.batch}.xlsx"))


@routes.tap(StartTap, CATALOG_IMPORT)
async def start(ctx: Context, tap: StartTap) -> None:
    await show_batch(ctx, await ctx.write(service.start, tap.batch))


@routes.tap(PauseTap, CATALOG_IMPORT)
async def pause(ctx: Context, tap: PauseTap) -> None:
    await show_batch(ctx, await ctx.write(service.pause, tap.batch))


@routes.tap(StopTap, CATALOG_IMPORT)
async def stop(ctx: Context, tap: StopTap) -> None:
    await show_batch(ctx, await ctx.write(service.stop, tap.batch))


@routes.tap(DropTap, CATALOG_IMPORT)
async def drop(ctx: Context, tap: DropTap) -> None:
    await ctx.write(service.drop, tap.batch)
    await _ask_for_file(ctx)


@routes.tap(TagsTap, CATALOG_IMPORT)
async def create_tags(ctx: Context, tap: TagsTap) -> None:
    await show_batch(ctx, await ctx.write(service.create_tags, tap.batch))


@routes.tap(UndoTap, CATALOG_IMPORT)
async def undo(ctx: Context, tap: UndoTap) -> None:
    if not tap.sure:
        await ctx.show(screens.ask_undo(ctx.t, await ctx.read(service.own, tap.batch)))
        return
    await show_batch(ctx, await ctx.write(service.undo, tap.batch))


async def show_batch(ctx: Context, shown: Batch) -> None:
    await ctx.show(screens.batch(ctx.t, await ctx.read(service.view, shown.id)))


async def _ask_for_file(ctx: Context, problem: str = "") -> None:
    may_import, may_export = ctx.actor.may(CATALOG_IMPORT), ctx.actor.may(EXPORTS)
    batches = await ctx.read(service.recent) if may_import else ()
    screen = screens.door(ctx.t, batches, may_import, may_export, problem)
    if may_import:
        await ctx.ask(FILE, screen, {})
    else:
        await ctx.show(screen)
