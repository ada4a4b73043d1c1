"""Does due jobs and periodic duties. The rows are the truth: a worker that dies loses nothing, its leases run out."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiohttp import ClientConnectorError

from handlers.chat.jobs import JobContext, Jobs
from services.customers import service as customers
from services.outbox import service as outbox
from services.outbox.types import Job

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
_AT_ONCE = 16
# How long the worker sleeps at most: jobs of other processes and a moved clock are noticed after this.
_NAP = 1.0


class Worker:
    """Claims due jobs, does up to 16 side by side, and takes its turn at periodic duties."""

    def __init__(self, context: JobContext, jobs: Jobs) -> None:
        self._context, self._jobs = context, jobs
        self._store = context.shop.store
        self._wake = asyncio.Event()
        self._running: dict[int, Job] = {}
        self._on_duty: set[str] = set()
        self._store.listen(outbox.TOPIC, self._wake.set)

    async def run(self) -> None:
        """Works until cancelled. A slow job or duty holds up nothing else."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_leases())
            while True:
                self._wake.clear()
                if not await self._begin_due(group):
                    await self._sleep()

    async def round(self) -> None:
        """Does what is due now, once."""
        async with asyncio.TaskGroup() as group:
            await self._begin_due(group)

    async def _begin_due(self, group: asyncio.TaskGroup) -> bool:
        """Begins what is due as far as there is room; returns whether there may be more at once."""
        due = await self._store.read(outbox.due, self._jobs.duties)
        for name in due.duties - self._on_duty:
            if await self._store.write(outbox.take_turn, name, self._jobs.duties[name][0]):
                self._on_duty.add(name)
                group.create_task(self._do_duty(name))
        room = _AT_ONCE - len(self._running)
        if not due.jobs or not room:
            return False
        jobs = await self._store.write(outbox.claim, room, LEASE)
        for job in jobs:
            self._running[job.id] = job
            group.create_task(self._do(job))
        return bool(jobs)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            if self._running:
                await self._store.write(outbox.extend, tuple(self._running.values()), LEASE)

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(_NAP):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _do(self, job: Job) -> None:
        try:
            await self._attempt(job)
        except Exception:  # the outer edge of one job: the row could not be closed, its lease will run out
            log.exception("job %s (%s) has no outcome", job.id, job.kind)
        finally:
            self._running.pop(job.id, None)
            self._wake.set()

    async def _attempt(self, job: Job) -> None:
        handler = self._jobs.handlers.get(job.kind)
        if handler is None:
            await self._store.write(outbox.fail, job, "no handler")
            return
        try:
            await handler(self._context, job.payload)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            if not await self._recipient_gone(error):
                log.exception("job %s (%s) was refused", job.id, job.kind)
                await self._store.write(outbox.fail, job, error.message[:200])
                return
        except TelegramRetryAfter as error:
            await self._store.write(outbox.fail, job, "429", delay=error.retry_after)
            return
        except TelegramNetworkError as error:
            if isinstance(error.__context__, ClientConnectorError):
                await self._store.write(outbox.fail, job, "no connection")
                return
            # Nobody knows whether it arrived: a second copy of a notice is worse than a look at the order screen.
            log.warning("job %s ended in doubt: %s", job.kind, error)
        except Exception as error:  # the outer edge of one job
            log.exception("job %s (%s) failed", job.id, job.kind)
            await self._store.write(outbox.fail, job, type(error).__name__)
            return
        await self._store.write(outbox.finish, job)

    async def _recipient_gone(self, error: TelegramForbiddenError | TelegramBadRequest) -> bool:
        """Marks the person who blocked the bot or never met it; False for a group, which may take the bot back."""
        chat_id = getattr(error.method, "chat_id", None)
        if isinstance(error, TelegramBadRequest) and "chat not found" not in error.message:
            return False
        if not isinstance(chat_id, int) or chat_id < 0:
            log.error("chat %s refuses the bot: %s", chat_id, error.message)
            return False
        await self._store.write(customers.mark_blocked, chat_id, True)
        return True

    async def _do_duty(self, name: str) -> None:
        try:
            await self._jobs.duties[name][1](self._context)
        except Exception:  # the outer edge of one duty
            log.exception("duty %s failed", name)
        finally:
            self._on_duty.discard(name)
