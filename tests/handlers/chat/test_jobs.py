"""What is told to people is told in the language that they have chosen by then, in turn with their own taps."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from aiogram.types import User

from bot.turns import LocalTurns
from handlers.chat.jobs import JobContext, Jobs
from handlers.chat.people import People
from handlers.screens.screen import Screen
from services.customers import service as customers
from services.customers.types import ChatState
from services.shared.actors import customer
from services.shared.db import Store

LANGUAGES = ("zh", "en")


class Desk:
    """Records what would be sent and edited."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, str]] = []

    async def send(self, chat_id: int, screen: Screen) -> int:
        self.told.append(("sent", chat_id, screen.text))
        return 50

    async def edit_by_id(self, _chat_id: int, message_id: int, screen: Screen) -> int:
        self.told.append(("edited", message_id, screen.text))
        return message_id


class Speaker:
    """A translator that says its language."""

    def __init__(self, language: str) -> None:
        self.language = language


class Front:
    def __init__(self, store: Store) -> None:
        self.store = store

    def translator(self, language: str) -> Speaker:
        return Speaker(language)


@pytest.fixture
def people(store: Store) -> People:
    return People(store, LANGUAGES, cached=True)


def context(store: Store, people: People, desk: Desk) -> JobContext:
    return JobContext(cast(Any, Front(store)), cast(Any, desk), people, LocalTurns())


def notice(t: Any) -> Screen:
    return Screen(t.language, key="receipt:1")


async def meet(people: People) -> tuple[Any, ChatState]:
    return await people.enter(User(id=7, is_bot=False, first_name="Lin", language_code="zh"))


async def test_the_language_is_that_of_the_moment_of_telling(store: Store, people: People) -> None:
    person, _ = await meet(people)
    desk = Desk()
    ctx = context(store, people, desk)
    async with ctx.turns.of(7):
        telling = asyncio.ensure_future(ctx.tell(person.id, notice))
        await store.write(customers.choose_language, customer(person.id), "en", LANGUAGES)
    await telling
    assert desk.told == [("sent", 7, "en")]


async def test_the_screen_that_is_looked_at_turns_into_the_notice_once(store: Store, people: People) -> None:
    person, _ = await meet(people)
    await people.keep(person, ChatState(screen_message_id=11, screen_key="pay:1"))
    desk = Desk()
    ctx = context(store, people, desk)
    await ctx.tell(person.id, notice, replaces="pay:1")
    await ctx.tell(person.id, notice, replaces="pay:1")
    assert desk.told == [("edited", 11, "zh"), ("sent", 7, "zh")]
    assert await people.state_of(person) == ChatState()


def test_a_kind_handled_twice_is_an_error_at_start() -> None:
    async def work(_context: JobContext, _payload: dict[str, Any]) -> None:
        return None

    jobs, more = Jobs(), Jobs()
    for each in (jobs, more):
        each.on("test.do")(work)
    with pytest.raises(ValueError, match=r"handled twice: test\.do"):
        jobs.on("test.do")(work)
    with pytest.raises(ValueError, match="handled twice"):
        jobs.merge(more)
