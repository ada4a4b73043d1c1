"""Does due jobs and periodic duties. The rows are the truth: a worker that dies loses nothing, its leases run out."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter

from handlers.chat.jobs import JobContext, Jobs
from services.outbox import service as outbox
from services.outbox.types import Job

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
_AT_ONCE = 16
# How long the worker sleeps at most: jobs of other processes and a moved clock are noticed after this.
_NAP = 1.0


class Worker:
    """Claims due jobs, does up to 16 at once, and takes its turn at periodic duties."""

    def __init__(self, context: JobContext, jobs: Jobs) -> None:
        self._context, self._jobs = context, jobs
        self._store = context.shop.store
        self._wake = asyncio.Event()
        self._store.listen(outbox.TOPIC, self._wake.set)

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._wake.clear()
            busy = await self.round()
            if not busy:
                await self._sleep()

    async def round(self) -> bool:
        """Does what is due now, once. Returns whether there was a job."""
        await self._do_duties()
        jobs = await self._store.write(outbox.claim, _AT_ONCE, LEASE)
        await asyncio.gather(*(self._do(job) for job in jobs))
        return bool(jobs)

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(_NAP):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _do(self, job: Job) -> None:
        handler = self._jobs.handlers.get(job.kind)
        if handler is None:
            await self._store.write(outbox.fail, job, "no handler")
            return
        try:
            await handler(self._context, job.payload)
        except TelegramForbiddenError:
            log.info("job %s: the recipient has blocked the bot", job.kind)
        except TelegramRetryAfter as error:
            await self._store.write(outbox.fail, job, "429", delay=error.retry_after)
            return
        except TelegramNetworkError as error:
            # Nobody knows whether it arrived: a second copy of a notice is worse than a look at the order screen.
            log.warning("job %s ended in doubt: %s", job.kind, error)
        except Exception as error:  # the outer edge of one job
            log.exception("job %s (%s) failed", job.id, job.kind)
            await self._store.write(outbox.fail, job, type(error).__name__)
            return
        await self._store.write(outbox.finish, job)

    async def _do_duties(self) -> None:
        for name, (period, duty) in self._jobs.duties.items():
            if await self._store.write(outbox.take_turn, name, period):
                try:
                    await duty(self._context)
                except Exception:  # the outer edge of one duty
                    log.exception("duty %s failed", name)
