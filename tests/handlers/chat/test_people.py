"""People are met once, in a language that the shop speaks, and their chat's place is never lost."""

from __future__ import annotations

import pytest
from aiogram.types import User

from handlers.chat.people import People
from services.customers import service as customers
from services.customers.types import ChatState
from services.shared.actors import customer
from services.shared.db import Store


def user(language: str | None, telegram_id: int = 7) -> User:
    return User(id=telegram_id, is_bot=False, first_name="Lin", language_code=language)


@pytest.mark.parametrize(("app", "offered", "spoken"), [
    ("zh", ("zh", "en"), "zh"), ("zh-hans", ("zh", "en"), "zh"), ("en-GB", ("zh", "en"), "en"),
    ("de", ("zh", "en"), "en"), (None, ("zh", "en"), "en"), ("de", ("zh",), "zh"), ("en", ("zh",), "zh"),
])
async def test_the_first_contact_chooses_the_language(
    store: Store, app: str | None, offered: tuple[str, ...], spoken: str
) -> None:
    person, state = await People(store, offered, cached=True).enter(user(app), "p_1")
    assert (person.language, person.is_new, state) == (spoken, True, ChatState())


@pytest.mark.parametrize("cached", [True, False])
async def test_a_person_is_new_once(store: Store, cached: bool) -> None:
    people = People(store, ("zh", "en"), cached=cached)
    first, _ = await people.enter(user("zh"))
    again, _ = await people.enter(user("en"))
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.id, again.language) == (first.id, "zh")


@pytest.mark.parametrize("cached", [True, False])
async def test_where_a_chat_stands_is_kept(store: Store, cached: bool) -> None:
    people = People(store, ("zh", "en"), cached=cached)
    person, _ = await people.enter(user("zh"))
    state = ChatState("profile-field", {"field": "email"}, 11, "pay:1")
    await people.keep(person, state)
    assert await people.state_of(person) == state
    assert (await people.enter(user("zh")))[1] == state
    assert (await People(store, ("zh", "en"), cached=cached).enter(user("zh")))[1] == state


async def test_without_a_cache_the_choice_of_another_process_is_seen_at_once(store: Store) -> None:
    people = People(store, ("zh", "en"), cached=False)
    person, _ = await people.enter(user("zh"))
    await store.write(customers.choose_language, customer(person.id), "en", ("zh", "en"))
    assert (await people.enter(user("zh")))[0].language == "en"


async def test_what_was_forgotten_is_read_again(store: Store) -> None:
    people = People(store, ("zh", "en"), cached=True)
    person, _ = await people.enter(user("zh"))
    await store.write(customers.choose_language, customer(person.id), "en", ("zh", "en"))
    assert (await people.enter(user("zh")))[0].language == "zh"
    people.forget(7)
    assert (await people.enter(user("zh")))[0].language == "en"
