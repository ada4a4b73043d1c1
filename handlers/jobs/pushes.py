"""Sends pushes: one worker at a time, as fast as Telegram takes them, behind what people wait for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import Any

from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import ClientConnectorError

from handlers.chat import lanes, letters
from handlers.chat.jobs import JobContext, Jobs
from handlers.chat.push_watchers import draw_for_watchers, tell_result
from handlers.screens.push_message import address, message
from services.campaigns import running
from services.campaigns.types import Letter, Outcome, Push
from services.customers import service as customers
from services.shared.ids import nonce

log = logging.getLogger(__name__)

jobs = Jobs()

# How many people are marked as being told at most: what a crash puts in doubt. A third of a second's messages.
_AHEAD = 16
# So long nothing is said to the database at most, or the lease would run out.
_QUIET = 4.0
_REDRAW = 2.0
# Telegram could not be reached: it is tried again after so many seconds.
_UNREACHED = 5.0


@jobs.on(running.RUN_JOB)
async def send_now(job: JobContext, _payload: dict[str, Any]) -> None:
    await send_due(job)


@jobs.every(timedelta(seconds=3), "pushes.send")
async def send_due(job: JobContext) -> None:
    """Whatever is due, unless another worker is at it; what a dead one has left is taken over here."""
    while await job.shop.store.read(running.is_due):
        if not await _Runner(job).run():
            return


@jobs.on(running.DONE_JOB)
async def tell_done(job: JobContext, payload: dict[str, Any]) -> None:
    """Whoever sent the push hears what became of it."""
    await tell_result(job, payload["push_id"])


class _Runner:
    """One stretch of sending, from taking the lease to giving it back."""

    def __init__(self, job: JobContext) -> None:
        self._job, self._store = job, job.shop.store
        self._holder = nonce() + nonce()
        self._outcomes: list[Outcome] = []
        self._flying = 0
        self._landed = asyncio.Event()
        self._sending: dict[int, Push] = {}

    async def run(self) -> bool:
        """False when another worker was first."""
        if not await self._store.write(running.take_over, self._holder):
            return False
        try:
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._keep_drawing())
                await self._work(group)
                watching.cancel()
        finally:
            # What is known must be written down even while the program ends.
            await asyncio.shield(self._store.write(running.let_go, self._holder, tuple(self._outcomes)))
        for push_id in self._sending:
            await draw_for_watchers(self._job, push_id)
        return True

    async def _work(self, group: asyncio.TaskGroup) -> None:
        while True:
            self._landed.clear()
            outcomes, self._outcomes = self._outcomes, []
            try:
                batch = await self._store.write(
                    running.step, self._holder, outcomes, _AHEAD - self._flying, self._job.shop.zone
                )
            except BaseException:
                self._outcomes += outcomes
                raise
            self._sending |= batch.pushes
            for letter in batch.letters:
                self._flying += 1
                group.create_task(self._tell(letter, batch.pushes[letter.push_id]))
            if not self._flying or not batch.held:
                return
            await self._half_landed()

    async def _half_landed(self) -> None:
        """Waits until there is room for half as many again, or everybody is told."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_QUIET):
                while self._flying > _AHEAD // 2:
                    self._landed.clear()
                    await self._landed.wait()

    async def _tell(self, letter: Letter, push: Push) -> None:
        state, delay = "failed", 0.0
        with lanes.campaigns() as lane:
            try:
                state, delay = await self._send(letter, push)
            except asyncio.CancelledError:
                if not lane.left:
                    self._outcomes.append(Outcome(letter.push_id, letter.customer_id, "planned"))
                raise
            except Exception:  # the outer edge of one message: the others go on
                log.exception("push %s to customer %s failed", letter.push_id, letter.customer_id)
                state = "doubt" if lane.left else "failed"
            finally:
                self._flying -= 1
                self._landed.set()
        self._outcomes.append(Outcome(letter.push_id, letter.customer_id, state, lane.refused, delay))

    async def _send(self, letter: Letter, push: Push) -> tuple[str, float]:
        """Tells one person; what became of it, and after how many seconds to try again."""
        shop = self._job.shop
        links = {
            place: address(shop.public_url, push.id, place, letter.customer_id, word)
            for place, word in letter.links
        }
        shown = message(shop.translator(letter.language), push, letter.name, links)
        assert shown is not None, "who gets nothing is not claimed"
        try:
            await letters.send(self._job.renderer.bot, letter.telegram_id, shown)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            return await self._refused(letter, error)
        except TelegramRetryAfter as error:
            return "planned", error.retry_after
        except TelegramNetworkError as error:
            reached = not isinstance(error.__context__, ClientConnectorError)
            return ("doubt", 0) if reached else ("planned", _UNREACHED)
        except TelegramServerError:
            return "doubt", 0
        return "sent", 0

    async def _refused(
        self, letter: Letter, error: TelegramForbiddenError | TelegramBadRequest
    ) -> tuple[str, float]:
        if isinstance(error, TelegramForbiddenError) or "chat not found" in error.message:
            await self._store.write(customers.mark_blocked, letter.telegram_id, True)
            return "blocked", 0
        log.error("push %s to customer %s was refused: %s", letter.push_id, letter.customer_id, error.message)
        return "failed", 0

    async def _keep_drawing(self) -> None:
        """The progress on the screens of those who look at it, every two seconds."""
        while True:
            await asyncio.sleep(_REDRAW)
            for push_id in tuple(self._sending):
                try:
                    await draw_for_watchers(self._job, push_id)
                except Exception:  # the outer edge of drawing: the sending goes on
                    log.exception("progress of push %s was not drawn", push_id)
