"""Orders on the screens of staff follow what becomes of them, and older orders become findable."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat.card_links import card_links
from handlers.chat.jobs import JobContext, Jobs
from handlers.jobs.counter import live_message
from handlers.screens import queue_order as screens
from handlers.screens import staff
from handlers.screens.screen import Screen, fingerprint
from services.customers import service as customers
from services.customers.types import Person
from services.orders import finding
from services.outbox import service as outbox
from services.shipping import desk
from services.staff import roster
from services.staff.types import ORDERS_VIEW

jobs = Jobs()

_AT_ONCE = 50


@jobs.every(timedelta(minutes=10), "orders.make-findable")
async def make_findable(job: JobContext) -> None:
    """Orders and people from before there was a search by name; once all of them are done it is one look."""
    after: tuple[int, int] | None = (0, 0)
    while after is not None:
        after = await job.shop.store.write(finding.fill, *after, _AT_ONCE)


async def follow(job: JobContext, order_id: int) -> None:
    """Draws an order anew on the private screens on which it stands."""
    for message in await job.shop.store.read(outbox.live_messages, screens.OPEN, order_id):
        found = await job.shop.store.read(customers.find, message.chat_id)
        if found is None:
            continue
        async with job.turns.of(message.chat_id):
            state = await job.people.state_of(found[0])
            standing = screens.standing(state.screen_key)
            if standing is None or standing[0] != order_id or state.screen_message_id is None:
                continue
            screen = await _screen(job, found[0], order_id, state.screen_key)
            # Read inside the turn: the person may have just opened the order anew.
            live = await live_message(job, screens.OPEN, order_id, message.chat_id)
            if screen is None or live is None or fingerprint(screen) == live.shown:
                continue
            sent = await job.renderer.edit_by_id(message.chat_id, state.screen_message_id, screen)
            await job.shop.store.write(
                outbox.remember_message, screens.OPEN, order_id, message.chat_id, sent, fingerprint(screen))


async def _screen(job: JobContext, person: Person, order_id: int, key: str | None) -> Screen | None:
    """The order as this person may see it now; None for who works here no more."""
    actor = await job.shop.store.read(roster.find_actor, person.telegram_id, person.first_name, job.shop.owner_ids)
    standing = screens.standing(key)
    if actor is None or standing is None or not actor.may(ORDERS_VIEW):
        return None
    t, links = job.shop.translator(person.language), card_links(job.shop, order_id)
    card = await job.shop.store.read(desk.card, actor, order_id)
    return screens.in_private(t, staff.order_card(t, card, links), links.full, order_id, standing[1], actor)
