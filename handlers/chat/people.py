"""The people who are chatting: kept in memory by the one process that has them all, read each time otherwise."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from aiogram.types import User

from services.customers import chat_state, service
from services.customers.types import ChatState, Person
from services.shared.db import Store

_MOST = 20_000


class People:
    """Looks people up and notes where their chat stands. With `cached` false every look-up reads the database."""

    def __init__(self, store: Store, languages: tuple[str, ...], *, cached: bool) -> None:
        self._store = store
        self._languages = languages
        self._known: OrderedDict[int, tuple[Person, ChatState]] | None = OrderedDict() if cached else None

    async def enter(self, user: User, source: str | None = None) -> tuple[Person, ChatState]:
        """The person behind `user`, made at the first contact in the language of their app."""
        if self._known is not None and user.id in self._known:
            self._known.move_to_end(user.id)
            return self._known[user.id]
        found = await self._store.read(service.find, user.id)
        if found is None:
            found = await self._store.write(
                service.enter, user.id, user.first_name, user.username, self._language(user), source=source
            )
        self._remember(*found)
        return found

    async def keep(self, person: Person, state: ChatState) -> None:
        """Stores where the person's chat stands."""
        await self._store.write(chat_state.keep, person.id, state)
        self._remember(person, state)

    async def state_of(self, person: Person) -> ChatState:
        """Where the person's chat stands now."""
        if self._known is not None and person.telegram_id in self._known:
            return self._known[person.telegram_id][1]
        return await self._store.read(chat_state.load, person.id)

    def update(self, person: Person, state: ChatState) -> None:
        """The person changed (their language, say) and the database knows already."""
        self._remember(person, state)

    def forget(self, telegram_id: int) -> None:
        if self._known is not None:
            self._known.pop(telegram_id, None)

    def forget_all(self) -> None:
        if self._known is not None:
            self._known.clear()

    def _remember(self, person: Person, state: ChatState) -> None:
        if self._known is None:
            return
        # Being new is a fact of one moment, not of the person.
        self._known[person.telegram_id] = (replace(person, is_new=False), state)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)

    def _language(self, user: User) -> str:
        wanted = (user.language_code or "").partition("-")[0].lower()
        if wanted in self._languages:
            return wanted
        return "en" if "en" in self._languages else self._languages[0]
