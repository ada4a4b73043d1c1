"""The owners' digest of the day before, at the hour of the settings, once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens import figures as screens
from services.analytics import service
from services.customers import service as customers
from services.shared.actors import SYSTEM

jobs = Jobs()


@jobs.every(timedelta(minutes=1), "figures.plan-digest")
async def plan_digest(job: JobContext) -> None:
    shop = job.shop
    await shop.store.write(service.plan_digest, shop.zone, shop.digest_hour, shop.owner_ids)


@jobs.on(service.DIGEST_JOB)
async def digest(job: JobContext, payload: dict[str, Any]) -> None:
    """To one owner; who never opened the chat cannot be written to."""
    shop, owner = job.shop, payload["owner"]
    found = await shop.store.read(customers.find, owner)
    if found is None:
        return
    t = shop.translator(found[0].language)
    day = await shop.store.read(service.typed, SYSTEM, payload["day"], shop.zone, shop.currency)
    now = await shop.store.read(service.waiting, SYSTEM)
    await job.renderer.send(owner, screens.digest(t, t.pick(shop.name), day, now))
