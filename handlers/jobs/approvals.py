"""Requests for a second person: the card at the counter, and the outcome for the one who asked."""

from __future__ import annotations

from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.jobs.counter import keep_card
from handlers.screens import team_approvals as screens
from handlers.screens.screen import Screen
from locales import Translator
from services.customers import service as customers
from services.outbox import service as outbox
from services.staff import approvals

jobs = Jobs()


@jobs.on(approvals.CARD_JOB)
async def card(job: JobContext, payload: dict[str, Any]) -> None:
    """In the staff group, or in the first owner's chat."""
    approval_id: int = payload["approval_id"]

    async def draw(t: Translator) -> Screen:
        return screens.card(t, await job.shop.store.read(approvals.require, approval_id), job.shop.currency)

    await keep_card(job, "approval", approval_id, draw)


@jobs.on(approvals.DECIDED_JOB)
async def decided(job: JobContext, payload: dict[str, Any]) -> None:
    shown = await job.shop.store.read(approvals.require, payload["approval_id"])
    kind, _, number = shown.subject.partition(":")
    if kind == "order":
        # Its card said that something waited.
        await job.shop.store.write(outbox.enqueue, "orders.card", {"order_id": int(number)})
    found = await job.shop.store.read(customers.find, shown.requested_by)
    if found is not None:
        t = job.shop.translator(found[0].language)
        await job.renderer.send(shown.requested_by, screens.decided(t, shown, job.shop.currency))
