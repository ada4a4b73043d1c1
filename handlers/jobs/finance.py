"""The money books: bills compared day by day, and cards about what people must look at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.jobs.counter import keep_card
from handlers.screens import finance_cards as screens
from handlers.screens.screen import Screen
from locales import Translator
from services.orders import standing
from services.payments import external, refunding
from services.reconciliation import process, recording, service
from services.shared.ids import to_base36
from services.shared.money import Money

jobs = Jobs()


@jobs.on(external.CARD_JOB)
async def external_refund(job: JobContext, payload: dict[str, Any]) -> None:
    """The card of a refund that nobody here asked for, as it stands now."""
    refund_id: int = payload["refund_id"]

    async def draw(t: Translator) -> Screen:
        refund = await job.shop.store.read(refunding.require, refund_id)
        order = await job.shop.store.read(standing.read, refund.order_id)
        return screens.external_card(t, refund, order.number, _full(job, refund.order_id))

    await keep_card(job, "external-refund", refund_id, draw)


@jobs.on("payments.dispute")
async def dispute(job: JobContext, payload: dict[str, Any]) -> None:
    """A message of its own for each step: a card that only changes is not noticed."""
    status: str = payload["status"]
    amount = Money(payload["amount"], payload["currency"])

    async def draw(t: Translator) -> Screen:
        order = await job.shop.store.read(standing.read, payload["order_id"])
        return screens.dispute_card(t, status, order, amount, _full(job, order.id))

    await keep_card(job, f"dispute-{status}", payload["attempt_id"], draw)


def _full(job: JobContext, order_id: int) -> str:
    return job.shop.deep_link(f"staff_{to_base36(order_id)}")


@jobs.every(timedelta(minutes=10), "reconciliation.plan")
async def plan(job: JobContext) -> None:
    """Once the hour of the bills has come, each provider's yesterday is compared."""
    codes = [code for code, provider in job.shop.providers.items() if provider.online]
    await job.shop.store.write(process.plan, codes)


@jobs.on(process.JOB)
async def reconcile(job: JobContext, payload: dict[str, Any]) -> None:
    provider = job.shop.providers.get(payload["provider"])
    if provider is not None:
        await process.daily(job.shop.store, provider, date.fromisoformat(payload["day"]))


@jobs.on(recording.CARD_JOB)
async def differences(job: JobContext, payload: dict[str, Any]) -> None:
    """One card for a provider's day, as it stands now."""
    run_id: int = payload["run_id"]

    async def draw(t: Translator) -> Screen:
        run = await job.shop.store.read(service.run, run_id)
        return screens.differences_card(t, run, job.shop.deep_link(f"finance_{to_base36(run_id)}"))

    await keep_card(job, "reconciliation", run_id, draw)
