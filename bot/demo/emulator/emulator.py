"""The emulator as its owner sees it: the Bot API, the people, the page and the tests' hold on all of them."""
# ruff: noqa: ASYNC109 - a test says how long it is ready to wait

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Literal, SupportsInt

from aiohttp import web

from bot.demo.emulator.api import BotApi
from bot.demo.emulator.delivery import Delivery
from bot.demo.emulator.driver import User
from bot.demo.emulator.faults import Fault, Faults, When
from bot.demo.emulator.journal import LENIENT, Entry, Problem, not_allowed
from bot.demo.emulator.limits import Limits
from bot.demo.emulator.page import Page
from bot.demo.emulator.paying import Paying
from bot.demo.emulator.people import People
from bot.demo.emulator.state import BotAccount, Chat, Json, Person
from bot.demo.emulator.world import World
from services.shared.clock import MovableClock

Hook = Callable[[], Awaitable[None]]


class Emulator:
    """A strict local Bot API for one bot, with people who talk to it.

    Mount ``routes()`` in a web application that listens on loopback only. ``on_reset`` is awaited after everything
    was forgotten and before the page is told; ``on_clock`` after the clock was moved.
    ``on_code`` tells the code of a person's authenticator and for how many milliseconds it is good.
    """

    def __init__(
        self,
        token: str,
        username: str,
        name: str | Mapping[str, str],
        clock: MovableClock,
        limits: Limits | None = None,
    ) -> None:
        names = {"en": name} if isinstance(name, str) else dict(name)
        self.clock = clock
        self.limits = limits or Limits()
        self.world = World(BotAccount(int(token.split(":")[0]), token, username, names), clock, self.limits)
        self.delivery = Delivery(self.world)
        self.people = People(self.world, self.delivery)
        self.paying = Paying(self.people)
        self.seats: list[Json] = []
        self.on_reset: Hook | None = None
        self.on_clock: Hook | None = None
        self.on_code: Callable[[int], Awaitable[Json]] | None = None
        self.bot_at_rest: Hook | None = None
        self._faults = Faults()
        self._api = BotApi(self.world, self.delivery, self._faults)
        self._page = Page(self.world, self.people, self)
        self.world.observer = self._page
        self.world.journal.on_entry = self._page.logged

    def routes(self) -> list[web.RouteDef]:
        return [*self._api.routes(), *self.page_routes()]

    def page_routes(self) -> list[web.RouteDef]:
        """The end-points of the page alone, for the web server that serves the page."""
        return self._page.routes()

    async def start(self) -> None:
        """Tells the bot of the groups it is in; they wait until it asks or sets its webhook."""
        for chat in self.world.chats.values():
            self.people.announce(chat)

    async def stop(self) -> None:
        """Ends deliveries, waiting polls and the page's sockets. Call it before the web server is shut down."""
        self._page.close()
        await self.delivery.stop()

    # Setting the scene

    def add_person(
        self,
        id: int,
        first_name: str,
        language_code: str | None = "en",
        username: str | None = None,
        *,
        about: Mapping[str, str] | None = None,
        avatar: str = "a",
        letter: str = "",
    ) -> Person:
        person = Person(id, first_name, language_code, username, about or {}, avatar, letter)
        self.world.add_person(person)
        return person

    def add_group(
        self,
        title: str,
        members: Iterable[SupportsInt | Person] = (),
        admins: Sequence[SupportsInt | Person] = (),
        forum: bool = False,
    ) -> int:
        """Makes a supergroup with the bot as its administrator; the first of ``admins`` owns it. Returns its id."""
        statuses = {_id(member): "member" for member in members}
        statuses |= {_id(admin): "administrator" for admin in admins}
        if admins:
            statuses[_id(admins[0])] = "creator"
        return self.world.add_group(title, statuses, forum=forum).id

    def seat(self, person: SupportsInt | Person, chat: int | None = None) -> None:
        """Adds a column to the page: a person in their private chat, or in a group."""
        id_ = _id(person)
        self.seats.append({"person": id_, "chat": id_ if chat is None else chat})

    def user(
        self, id: int, first_name: str = "", language_code: str | None = "en", username: str | None = None
    ) -> User:
        """A scripted person; made if there is none with this id."""
        if id not in self.world.people:
            self.add_person(id, first_name or f"User{id}", language_code, username)
        return User(self, id)

    def group(
        self,
        title: str,
        members: Iterable[SupportsInt | Person] = (),
        admins: Sequence[SupportsInt | Person] = (),
        is_forum: bool = False,
    ) -> int:
        """Like ``add_group``, and the bot is told at once."""
        group_id = self.add_group(title, members, admins, is_forum)
        self.people.announce(self.world.chats[group_id])
        return group_id

    # The page's orders

    def clock_offset(self) -> float:
        return self.clock.offset

    async def move_clock(self, seconds: float) -> None:
        self.clock.move(seconds)
        self._page.clock_moved()
        self.world.pulse.beat()
        if self.on_clock is not None:
            await self.on_clock()

    async def code_of(self, person: int) -> Json:
        return {"code": None, "left": 0} if self.on_code is None else await self.on_code(person)

    async def reset(self) -> None:
        """Forgets all messages, files, queries, updates and the log; then ``on_reset``; then the page starts anew."""
        self.delivery.drop_all()
        self.world.forget()
        self._faults.ordered.clear()
        if self.on_reset is not None:
            await self.on_reset()
        await self.start()
        self._page.greet()

    # The log and the tests

    def note_webhook(
        self,
        what: str,
        body: Json,
        status: int,
        seconds: float,
        reply: Json | None = None,
        chat: int | None = None,
    ) -> None:
        """Adds somebody else's webhook, such as a payment provider's, to the log."""
        self.world.journal.add(
            self.world.now(), "web", f"webhook · {what}",
            chat=chat, status=status, seconds=seconds, body=body, reply=reply,
        )  # fmt: skip

    def log(self, what: str | None = None) -> list[Entry]:
        return [entry for entry in self.world.journal.entries if what in (None, entry.what)]

    def faults(
        self,
        method: str = "",
        action: Literal["500", "502", "429", "reset", "slow"] | str = "500",
        left: int = 1,
        when: When = "before",
        chat_id: int | None = None,
        retry_after: int = 1,
        seconds: float = 1.0,
    ) -> None:
        """Orders the next ``left`` calls of matching methods (a regular expression) to fail."""
        self._faults.ordered.append(Fault(action, method, left, when, chat_id, retry_after, seconds))

    async def idle(self, timeout: float = 5, quiet: float = 0.15) -> bool:
        """Waits until the bot has taken all updates and nothing has happened for ``quiet`` seconds.

        Where the bot can say when it is done with what it has taken (``bot_at_rest``), that is waited for first:
        between two calls of one handler a slow machine may be quiet for longer.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    if self.bot_at_rest is not None:
                        await self.bot_at_rest()
                    busy = bool(self.delivery.pending) or self.world.calls_open > 0
                    if not await self.world.pulse.next(None if busy else quiet):
                        return True
        except TimeoutError:
            return False

    def problems(self, allow: Iterable[str] = (), lenient: Iterable[str] = LENIENT) -> list[Problem]:
        """Everything suspicious so far, except what matches a pattern of ``allow`` or is of a ``lenient`` kind."""
        found = list(self.world.journal.problems)
        found += [
            Problem(f"{query.kind}_unanswered", f"{query.data!r} of {query.person.id}")
            for query in self.world.queries.values()
            if query.answer is None
        ]
        found += [
            Problem("updates_pending", f"{update.kind} {update.id} was not taken") for update in self.delivery.pending
        ]
        return not_allowed(found, allow, lenient)

    def assert_clean(self, allow: Iterable[str] = (), lenient: Iterable[str] = LENIENT) -> None:
        """Raises AssertionError when ``problems`` finds any."""
        found = self.problems(allow, lenient)
        if found:
            raise AssertionError(f"{len(found)} problems\n" + "\n".join(f"  {problem}" for problem in found))

    def chat(self, chat_id: int) -> Chat:
        return self.world.chats[chat_id]


def _id(person: SupportsInt | Person) -> int:
    return person.id if isinstance(person, Person) else int(person)
