"""What Telegram told of money and could not be booked yet: its news came before the payment's own."""

from __future__ import annotations

from typing import Any

from handlers.chat import invoices
from handlers.chat.jobs import JobContext, Jobs
from services.payments.events import apply_event

jobs = Jobs()


@jobs.on(invoices.AGAIN)
async def again(job: JobContext, payload: dict[str, Any]) -> None:
    """Raises until it can be booked, so that it is tried again at growing distances."""
    await job.shop.store.write(apply_event, invoices.unpacked(payload))
