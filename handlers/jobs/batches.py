"""Ships the rows of a file one by one. Whoever looks at it sees it move; when it is over they are told.

A worker that dies leaves the rest to another.
"""

from __future__ import annotations

import asyncio
from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens import queue_batches as screens
from services.customers import service as customers
from services.shared.actors import SYSTEM
from services.shared.errors import NotAllowed
from services.shipping import batches
from services.shipping.batch_types import RUNNING, Batch
from services.staff import roster

jobs = Jobs()

# A message is edited once in two seconds at most.
_REDRAW = 2.0


@jobs.on(batches.RUN_JOB)
async def run(job: JobContext, payload: dict[str, Any]) -> None:
    """Row by row as long as the batch is to go on."""
    clock = asyncio.get_running_loop().time
    batch, drawn = await job.shop.store.read(batches.require, payload["batch_id"]), clock()
    while batch.state == RUNNING:
        batch = await _step(job, batch)
        if batch.state == RUNNING and clock() - drawn >= _REDRAW:
            drawn = clock()
            await _show(job, batch, send=False)
    if batch.over:
        await _show(job, batch, send=True)


async def _step(job: JobContext, batch: Batch) -> Batch:
    """One row by whoever set it going, with their rights of this moment; who may ship no more ends it."""
    store = job.shop.store
    actor = await store.read(roster.find_actor, batch.actor_id, batch.actor_name, job.shop.owner_ids)
    if actor is not None:
        try:
            return await store.write(batches.step, actor, batch.id)
        except NotAllowed:
            pass
    return await store.write(batches.stop, SYSTEM, batch.id)


async def _show(job: JobContext, batch: Batch, *, send: bool) -> None:
    """In place of the screen that shows the batch, else, to `send`, in a message of its own."""
    found = await job.shop.store.read(customers.find, batch.actor_id)
    if found is None:
        return
    person, _ = found
    async with job.turns.of(person.telegram_id):
        state = await job.people.state_of(person)
        shown = screens.batch(job.shop.translator(person.language), batch)
        if state.screen_key == shown.key and state.screen_message_id is not None:
            await job.renderer.edit_by_id(person.telegram_id, state.screen_message_id, shown)
        elif send:
            await job.renderer.send(person.telegram_id, shown)
