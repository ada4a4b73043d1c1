"""Duties of the catalogue and its stock: what nobody needs any more is tidied away."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat.jobs import JobContext, Jobs
from services.catalog import browsing
from services.inventory import service as inventory

jobs = Jobs()


@jobs.every(timedelta(minutes=1), "inventory.tidy")
async def tidy_stock(job: JobContext) -> None:
    await job.shop.store.write(inventory.tidy)


@jobs.every(timedelta(days=1), "catalog.tidy")
async def tidy_lists(job: JobContext) -> None:
    await job.shop.store.write(browsing.tidy)
