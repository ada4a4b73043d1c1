"""Goal 12: a push at Telegram's pace, as its server would count it, and what a message costs."""

from __future__ import annotations

import time
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import SendMessage, TelegramMethod
from sqlalchemy import insert

from benchmarks.figures import Figure, interleaved
from benchmarks.stage import Phone
from benchmarks.taps import bare_text, feed
from bot.composition import Application
from bot.pace import PER_SECOND
from bot.turns import LocalTurns
from handlers.chat.jobs import JobContext
from handlers.jobs.pushes import send_due
from services.campaigns import audience_repository, drafts, sending
from services.campaigns.types import Audience, Condition
from services.customers.models import CustomerRow
from services.shared.actors import SYSTEM
from services.shared.db import Tx

_PEOPLE, _FIRST_ID = 400, 800_000_000
_ROUNDS, _TIMES = 12, 20


class Meter(BaseRequestMiddleware):
    """Notes the moment at which each message reaches the wire."""

    def __init__(self) -> None:
        self.moments: list[float] = []

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        if isinstance(method, SendMessage):
            self.moments.append(time.perf_counter())
        return await make_request(bot, method)

    def most_in_a_second(self) -> int:
        most = first = 0
        for last, moment in enumerate(self.moments):
            while self.moments[first] <= moment - 1:
                first += 1
            most = max(most, last - first + 1)
        return most

    def share(self) -> float:
        """Of the cap, from the first message to the last."""
        return (len(self.moments) - 1) / (self.moments[-1] - self.moments[0]) / PER_SECOND


async def figures(application: Application, phone: Phone) -> list[Figure]:
    """One push to 400 people who hear it within fourteen seconds."""
    bare = bare_text()
    took = await interleaved({"b0": lambda: feed(bare, application.bot, phone.text("/start"))}, _ROUNDS, _TIMES)
    meter = Meter()
    application.bot.session.middleware(meter)
    await application.shop.store.write(_send, application.shop.zone)
    context = JobContext(application.shop, application.renderer, application.people, LocalTurns())
    begun = time.process_time()
    await send_due(context)
    cpu = (time.process_time() - begun) * 1000 / len(meter.moments)
    base = took.milliseconds("b0", cpu=True)
    most = meter.most_in_a_second()
    return [
        Figure("12", "push, messages that would be refused (429)", max(0, most - PER_SECOND), 0),
        Figure("12", "push, most messages in any second", most, PER_SECOND),
        Figure("12", "push, share of the cap", meter.share(), 0.97, 0.985, at_most=False),
        Figure("12", "push, CPU of a message / B0", cpu / base, 3, detail=f"{cpu:.2f} ms, B0 = {base:.2f} ms"),
    ]


def _send(tx: Tx, zone: str) -> None:
    """People who agreed, on a list, and a push to them."""
    people = [
        tx.insert(insert(CustomerRow.__table__), {
            "telegram_id": _FIRST_ID + number, "language": "zh", "profile": "", "created_at": tx.now,
            "seen_at": tx.now, "marketing_at": tx.now, "is_demo": True,
        }) for number in range(_PEOPLE)
    ]
    list_id = audience_repository.add_list(tx, {
        "name": "benchmark", "people": _PEOPLE, "unknown": 0, "made_by": 0, "created_at": tx.now,
    }, people)
    push = drafts.start(tx, SYSTEM, Audience(((Condition("list", id=list_id),),)))
    push = drafts.set_text(tx, SYSTEM, push.id, "zh", "text", "<b>11.11</b>", "11.11", "")
    sending.send(tx, SYSTEM, push.id, push.version, zone, _PEOPLE)
