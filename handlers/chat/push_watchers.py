"""Who looks at a push that is under way: its card on their screen follows it."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.context import Context
from handlers.chat.jobs import JobContext
from handlers.screens import push_cards as screens
from handlers.screens.screen import Screen, fingerprint
from services.campaigns import drafts, results
from services.campaigns.types import PAUSED, RUNNING, Push
from services.customers import service as customers
from services.customers.types import Person
from services.outbox import service as outbox
from services.shared.actors import SYSTEM

_KIND = "push"


async def watch(ctx: Context, push: Push, card: Screen) -> None:
    """Notes that the screen of `ctx` shows the card of a push that is under way."""
    if push.state in (RUNNING, PAUSED) and ctx.state.screen_message_id is not None:
        await ctx.shop.store.write(outbox.remember_message, _KIND, push.id, ctx.chat_id,
                                   ctx.state.screen_message_id, fingerprint(card))


async def draw_for_watchers(job: JobContext, push_id: int) -> None:
    """Draws the card anew on each screen that still shows it and shows something older."""
    for live in await job.shop.store.read(outbox.live_messages, _KIND, push_id):
        known = await job.shop.store.read(customers.find, live.chat_id)
        if known is not None:
            # One at a time: nobody draws over what is newer.
            async with job.turns.of(live.chat_id):
                await _draw(job, push_id, known[0])


async def _draw(job: JobContext, push_id: int, person: Person) -> None:
    found = await job.shop.store.read(results.result, SYSTEM, push_id)
    card = screens.card(job.shop.translator(person.language), found, job.shop.languages)
    shown = fingerprint(card)
    state = await job.people.state_of(person)
    for live in await job.shop.store.read(outbox.live_messages, _KIND, push_id):
        mine = live.chat_id == person.telegram_id and live.message_id == state.screen_message_id
        if mine and state.screen_key == card.key and live.shown != shown:
            now = await job.renderer.edit_by_id(live.chat_id, live.message_id, card)
            await job.shop.store.write(outbox.remember_message, _KIND, push_id, live.chat_id, now, shown)
            if now != live.message_id:
                await job.people.keep(person, replace(state, screen_message_id=now))


async def tell_result(job: JobContext, push_id: int) -> None:
    """Tells whoever sent a push that it is done, unless they are looking at it."""
    push = await job.shop.store.read(drafts.require, push_id)
    known = None if push.confirmed_by is None else await job.shop.store.read(customers.find, push.confirmed_by)
    if known is None:
        return
    found = await job.shop.store.read(results.result, SYSTEM, push_id)
    state = await job.people.state_of(known[0])
    if state.screen_key == screens.key(push_id):
        await draw_for_watchers(job, push_id)
    else:
        t = job.shop.translator(known[0].language)
        await job.renderer.send(known[0].telegram_id, screens.card(t, found, job.shop.languages))
