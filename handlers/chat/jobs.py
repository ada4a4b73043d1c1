"""Due jobs: a dictionary from kind to handler, and what a handler works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from handlers.chat.people import People
from handlers.chat.renderer import Renderer
from handlers.chat.shop import Shop
from handlers.chat.turns import Turns
from handlers.screens.screen import Screen
from locales import Translator
from services.customers import service as customers

JobHandler = Callable[["JobContext", dict[str, Any]], Awaitable[None]]
DutyHandler = Callable[["JobContext"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a due job works with. A job that raises is tried again later."""

    shop: Shop
    renderer: Renderer
    people: People
    turns: Turns

    async def tell(
        self, customer_id: int, screen: Callable[[Translator], Screen], *, replaces: str | None = None
    ) -> None:
        """Tells a customer something in their language: in place of the screen with the key `replaces` while they
        still look at it, else in a message of its own. Who was shown the same by a tap of their own is not told again.
        """
        telegram_id = (await self.shop.store.read(customers.require, customer_id)).telegram_id
        async with self.turns.of(telegram_id):
            # Read inside the turn: a tap under way may be changing the language.
            person = await self.shop.store.read(customers.require, customer_id)
            shown = screen(self.shop.translator(person.language))
            state = await self.people.state_of(person)
            live = state.screen_message_id if replaces is not None and state.screen_key == replaces else None
            if live is not None:
                await self.renderer.edit_by_id(person.telegram_id, live, shown)
            elif shown.key is None or state.screen_key != shown.key:
                await self.renderer.send(person.telegram_id, shown)
                return
            # From now on it is a receipt, which nothing edits any more.
            await self.people.keep(person, replace(state, screen_message_id=None, screen_key=None))

    async def refresh(self, customer_id: int, key: str, screen: Callable[[Translator], Screen]) -> None:
        """Redraws the screen with this key while the customer still looks at it; it stays the live one."""
        telegram_id = (await self.shop.store.read(customers.require, customer_id)).telegram_id
        async with self.turns.of(telegram_id):
            person = await self.shop.store.read(customers.require, customer_id)
            state = await self.people.state_of(person)
            if state.screen_message_id is not None and state.screen_key == key:
                shown = screen(self.shop.translator(person.language))
                sent = await self.renderer.edit_by_id(person.telegram_id, state.screen_message_id, shown)
                await self.people.keep(person, replace(state, screen_message_id=sent, screen_key=shown.key))


class Jobs:
    """Handlers of jobs by kind ("area.verb"), and periodic duties by name."""

    def __init__(self) -> None:
        self.handlers: dict[str, JobHandler] = {}
        self.duties: dict[str, tuple[timedelta, DutyHandler]] = {}

    def on(self, kind: str) -> Callable[[JobHandler], JobHandler]:
        def add(handler: JobHandler) -> JobHandler:
            if kind in self.handlers:
                raise ValueError(f"handled twice: {kind}")
            self.handlers[kind] = handler
            return handler

        return add

    def every(self, period: timedelta, name: str) -> Callable[[DutyHandler], DutyHandler]:
        """A duty done once per period by one of all workers."""

        def add(handler: DutyHandler) -> DutyHandler:
            if name in self.duties:
                raise ValueError(f"handled twice: {name}")
            self.duties[name] = (period, handler)
            return handler

        return add

    def merge(self, other: Jobs) -> None:
        if clash := (self.handlers.keys() & other.handlers.keys()) | (self.duties.keys() & other.duties.keys()):
            raise ValueError(f"handled twice: {sorted(clash)}")
        self.handlers.update(other.handlers)
        self.duties.update(other.duties)
