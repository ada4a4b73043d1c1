"""What people hear about their own rights, what owners hear about faults, secrets that must not stay."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from aiogram.exceptions import TelegramBadRequest

from handlers.chat import commands
from handlers.chat.jobs import JobContext, Jobs
from handlers.chat.touring import tour_of
from handlers.jobs.counter import live_message
from handlers.screens import team as screens
from handlers.screens import team_alarms
from handlers.screens.screen import Screen, fingerprint
from locales import Translator
from services.customers import service as customers
from services.customers.types import Person
from services.outbox import service as outbox
from services.shared.errors import NotAllowed
from services.staff import alarms, notices

jobs = Jobs()
log = logging.getLogger(__name__)


@jobs.on(notices.CHANGED_JOB)
async def changed(job: JobContext, payload: dict[str, Any]) -> None:
    """Somebody's rights changed: the commands of their chat follow, and they are told."""
    found = await job.shop.store.read(customers.find, payload["telegram_id"])
    if found is None:
        return
    person = found[0]
    await commands.offer(job.renderer.bot, job.shop, person)
    screen = await _told(job, person, payload["what"])
    if screen is not None:
        await job.renderer.send(person.telegram_id, screen)


@jobs.on("staff.forget-secret")
async def forget_secret(job: JobContext, payload: dict[str, Any]) -> None:
    """The picture of a secret goes, if it has not gone already."""
    with suppress(TelegramBadRequest):
        await job.renderer.bot.delete_message(payload["chat_id"], payload["message_id"])


@jobs.on(alarms.ALARM_JOB)
async def alarm(job: JobContext, payload: dict[str, Any]) -> None:
    """Every owner has one message for each alarm, which counts."""
    shown = await job.shop.store.read(alarms.require, payload["alarm_id"])
    for owner in sorted(job.shop.owner_ids):
        found = await job.shop.store.read(customers.find, owner)
        if found is None:
            log.warning("an owner has never spoken to the bot and cannot be told of faults")
            continue
        screen = team_alarms.alarm(job.shop.translator(found[0].language), shown)
        await _keep(job, "alarm", shown.id, owner, screen)


async def _keep(job: JobContext, kind: str, subject: int, chat_id: int, screen: Screen) -> None:
    live = await live_message(job, kind, subject, chat_id)
    if live is None:
        sent = await job.renderer.send(chat_id, screen)
    else:
        sent = await job.renderer.edit_by_id(chat_id, live.message_id, screen)
    await job.shop.store.write(outbox.remember_message, kind, subject, chat_id, sent, fingerprint(screen))


async def _told(job: JobContext, person: Person, what: str) -> Screen | None:
    """None where nothing is left to say: the person has joined by a tap of their own, or is not staff any more."""
    t: Translator = job.shop.translator(person.language)
    if what == notices.REVOKED:
        return screens.notice(t, "team-you-revoked", shop=t.pick(job.shop.name))
    if what == notices.CODE:
        return screens.notice(t, "team-you-reset")
    if what == notices.ROLE:
        with suppress(NotAllowed):
            return await tour_of(job.shop, t, person.telegram_id, "team-new-role")
    return None
