"""A coupon on its way to many: step by step, with the progress where somebody looks at it; and telling who got one."""

from __future__ import annotations

from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens import deals_gifts as screens
from services.customers import service as customers
from services.promotions import deals, gifting
from services.promotions.fields import COUPON
from services.shared.errors import NotFound

jobs = Jobs()

# A step takes a fraction of a second, and a message is edited once in two seconds at most.
_DRAWN_EVERY = 20


@jobs.on(gifting.STEP_JOB)
async def give_step(job: JobContext, payload: dict[str, Any]) -> None:
    """One step; now and then, and in the end, the screen of whoever began it and still looks at it is drawn anew."""
    gift = await job.shop.store.write(gifting.give_step, payload["gift_id"], payload["batch"])
    if gift.state == gifting.RUNNING and payload["batch"] % _DRAWN_EVERY:
        return
    found = await job.shop.store.read(customers.find, gift.made_by)
    if found is None:
        return
    person, _ = found
    async with job.turns.of(person.telegram_id):
        state = await job.people.state_of(person)
        if state.screen_key != f"gift:{gift.id}" or state.screen_message_id is None:
            return
        deal = await job.shop.store.read(deals.require, COUPON, gift.coupon_id)
        t = job.shop.translator(person.language)
        await job.renderer.edit_by_id(person.telegram_id, state.screen_message_id, screens.progress(t, deal, gift))


@jobs.on(gifting.TOLD_JOB)
async def tell(job: JobContext, payload: dict[str, Any]) -> None:
    """Who agreed to marketing reads of the coupon, unless it is used or withdrawn by now."""
    try:
        claim = await job.shop.store.read(gifting.to_be_told, payload["claim_id"])
    except NotFound:
        return
    await job.tell(payload["customer_id"], lambda t: screens.given(t, claim, t.pick(job.shop.name)))
