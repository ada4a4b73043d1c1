"""Checks files, writes what they hold step by step, takes imports back, and makes files.

Whoever looks at an import sees it move; when it is over they are told. A worker that dies leaves the rest to another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import BufferedInputFile

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens import importing as screens
from handlers.screens.refusals import words
from handlers.screens.screen import Screen
from locales import LANGUAGES, Translator
from services.customers import service as customers
from services.importing import exporting, files, running, service
from services.importing.types import RUNNING, UNDOING, Batch, BatchView, Scope
from services.shared import sheets
from services.shared.actors import SYSTEM, Actor
from services.shared.errors import Refusal
from services.staff import roster

Draw = Callable[[Translator, BatchView], Screen]

jobs = Jobs()

# A message is edited once in two seconds at most.
_REDRAW = 2.0
# From so many products on a file takes long enough to be watched.
_LARGE = 2_000
_ROWS_AT_ONCE, _PICTURES_AT_ONCE = 500, 10


@jobs.on(service.CHECK_JOB)
async def check(job: JobContext, payload: dict[str, Any]) -> None:
    """The dry run; what cannot be read as a table of products is dropped with the reason."""
    store, batch_id = job.shop.store, payload["batch_id"]
    batch = await store.read(service.require, batch_id)
    actor = await _actor(job, batch.actor_id, batch.actor_name)
    try:
        if actor is not None and await store.write(service.begin_staging, batch_id):
            await _stage(job, batch, actor)
    except Refusal as error:
        refusal = error
        await store.write(service.drop, SYSTEM, batch_id)
        await _tell(job, batch, lambda t, _view: screens.door(t, (), True, False, words(t, refusal)))
        return
    await _tell(job, batch, screens.batch)


@jobs.on(service.RUN_JOB)
async def run(job: JobContext, payload: dict[str, Any]) -> None:
    """Writes the next products as long as the import is to go on."""
    async def step(actor: Actor) -> Batch:
        return await job.shop.store.write(running.step, actor, payload["batch_id"], job.shop.currency)

    await _go_on(job, payload["batch_id"], RUNNING, step)


@jobs.on(service.UNDO_JOB)
async def undo(job: JobContext, payload: dict[str, Any]) -> None:
    async def step(actor: Actor) -> Batch:
        return await job.shop.store.write(running.undo_step, actor, payload["batch_id"])

    await _go_on(job, payload["batch_id"], UNDOING, step)


@jobs.on(exporting.EXPORT_JOB)
async def export(job: JobContext, payload: dict[str, Any]) -> None:
    """The file for whoever asked, as far as they may still have it."""
    found = await job.shop.store.read(customers.find, payload["actor"])
    actor = await _actor(job, payload["actor"], payload["name"])
    if actor is None or found is None:
        return
    t = job.shop.translator(found[0].language)
    columns = exporting.columns(actor, job.shop.price_currencies)
    rows = [screens.heading(t, columns), *await _exported(job, actor, Scope(**payload["scope"]), t)]
    write = sheets.write_csv if payload["form"] == "csv" else sheets.write_xlsx
    data = await asyncio.to_thread(write, rows)
    name = f"products-{job.shop.clock.now():%Y%m%d}.{payload['form']}"
    await job.renderer.bot.send_document(
        payload["actor"], BufferedInputFile(data, name), caption=t.n("import-exported", len(rows) - 1))


async def _exported(job: JobContext, actor: Actor, scope: Scope, t: Translator) -> list[list[str]]:
    """The rows of the file; a large one shows how far it has got, in a message of its own."""
    store, clock = job.shop.store, asyncio.get_running_loop().time
    total = await store.read(exporting.count, actor, scope)
    rows: list[list[str]] = []
    shown, drawn, done = None, clock(), 0
    if total > _LARGE:
        shown = await job.renderer.send(actor.id, screens.exporting(t, 0, total))
    after: int | None = 0
    while after is not None:
        more, after = await store.read(exporting.page, actor, after, scope, job.shop.price_currencies)
        rows += [list(row) for row in more]
        done = total if after is None else done + exporting.STEP
        if shown is not None and (clock() - drawn >= _REDRAW or after is None):
            drawn = clock()
            await job.renderer.edit_by_id(actor.id, shown, screens.exporting(t, done, total))
    return rows


async def _stage(job: JobContext, batch: Batch, actor: Actor) -> None:
    store = job.shop.store
    data, name = await store.read(service.file, batch.id)
    rows, pictures = await asyncio.to_thread(files.open_file, data, name)
    translators = [job.shop.translator(language) for language in LANGUAGES]
    records = files.records(rows, screens.headings(translators, job.shop.price_currencies))
    kept = [(files.picture_name(picture), file_name, picture) for file_name, picture in pictures.items()]
    keys = {file_name: f"photo/{content}" for content, file_name, _ in kept}
    review = await store.read(service.review, actor, records, keys, job.shop.currency, batch.language)
    for start in range(0, len(kept), _PICTURES_AT_ONCE):
        await store.write(service.keep_pictures, actor, kept[start:start + _PICTURES_AT_ONCE])
    for start in range(0, len(review.rows), _ROWS_AT_ONCE):
        await store.write(service.stage, batch.id, review.rows[start:start + _ROWS_AT_ONCE])
    await store.write(service.end_staging, batch.id, review, keys)


async def _go_on(job: JobContext, batch_id: int, state: str, step: Callable[[Actor], Awaitable[Batch]]) -> None:
    """Step by step until the import is no longer in `state`, drawn now and then and at the end."""
    clock = asyncio.get_running_loop().time
    batch = await job.shop.store.read(service.require, batch_id)
    began, drawn, first = clock(), clock(), batch.finished
    while batch.state == state:
        actor = await _actor(job, batch.actor_id, batch.actor_name)
        if actor is None and state == RUNNING:
            # Whoever set it going works here no more.
            batch = await job.shop.store.write(service.stop, SYSTEM, batch_id)
            break
        batch = await step(actor or SYSTEM)
        if batch.state == state == RUNNING and clock() - drawn >= _REDRAW:
            drawn = clock()
            await _draw(job, batch, _seconds_left(batch, first, drawn - began))
    if batch.state not in (state, "paused"):
        await _tell(job, batch, screens.batch)


def _seconds_left(batch: Batch, first: int, passed: float) -> int | None:
    """At the pace of this run."""
    done = batch.finished - first
    return None if done <= 0 else max(1, round((batch.total - batch.finished) * passed / done))


async def _actor(job: JobContext, telegram_id: int, name: str) -> Actor | None:
    """Whoever began it, with the rights of this moment."""
    return await job.shop.store.read(roster.find_actor, telegram_id, name, job.shop.owner_ids)


async def _draw(job: JobContext, batch: Batch, seconds: int | None) -> None:
    """The screen of whoever set it going and still looks at it."""
    def screen(t: Translator, view: BatchView) -> Screen:
        return screens.batch(t, view, seconds if view.batch.state == RUNNING else None)

    await _show(job, batch, screen, send=False)


async def _tell(job: JobContext, batch: Batch, screen: Draw) -> None:
    """In place of the screen that shows the import, else in a message of its own."""
    await _show(job, batch, screen, send=True)


async def _show(job: JobContext, batch: Batch, screen: Draw, *, send: bool) -> None:
    found = await job.shop.store.read(customers.find, batch.actor_id)
    if found is None:
        return
    person, _ = found
    async with job.turns.of(person.telegram_id):
        state = await job.people.state_of(person)
        # Read inside the turn: a tap may just have moved the import on, and its screen must not be overwritten.
        view = await job.shop.store.read(service.view, SYSTEM, batch.id)
        shown = screen(job.shop.translator(person.language), view)
        if state.screen_key == screens.screen_key(batch.id) and state.screen_message_id is not None:
            await job.renderer.edit_by_id(person.telegram_id, state.screen_message_id, shown)
        elif send:
            await job.renderer.send(person.telegram_id, shown)
