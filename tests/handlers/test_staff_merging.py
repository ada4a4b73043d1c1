"""Many changes of few cards: what waits for the group's pace is merged, and the newest state is what stands."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiogram.methods import EditMessageText, SendMessage

from handlers.jobs.counter import keep_card
from handlers.screens.screen import Screen
from locales import Translator
from services.shared.db import Store
from tests.bot.test_pace import Wire

GROUP = -100


@dataclass
class Cards:
    """A renderer whose calls go through the real pace, and the cards as the group shows them."""

    wire: Wire
    shown: dict[int, str] = field(default_factory=dict)
    bot: Any = None

    def __hash__(self) -> int:
        return id(self)

    async def send(self, chat_id: int, screen: Screen, thread: int | None = None) -> int:
        await self.wire.pace(self.wire.request, self.bot, SendMessage(chat_id=chat_id, text=screen.text))  # type: ignore[arg-type]
        message_id = len(self.shown) + 1
        self.shown[message_id] = screen.text
        return message_id

    async def edit_by_id(self, chat_id: int, message_id: int, screen: Screen, thread: int | None = None) -> int:
        method = EditMessageText(chat_id=chat_id, message_id=message_id, text=screen.text)
        await self.wire.pace(self.wire.request, self.bot, method)  # type: ignore[arg-type]
        self.shown[message_id] = screen.text
        return message_id

    async def get_chat(self, chat_id: int) -> Any:
        return self

    @property
    def is_forum(self) -> bool:
        return False


async def test_sixty_changes_of_five_cards_are_few_calls_and_end_at_the_newest(store: Store) -> None:
    cards = Cards(Wire())
    cards.bot = cards
    shop = _Shop(store)
    job: Any = _Job(shop, cards)
    state = dict.fromkeys(range(5), 0)

    async def change(card: int) -> None:
        state[card] += 1

        async def draw(_t: Translator) -> Screen:
            return Screen(f"card {card} state {state[card]}")

        await keep_card(job, "card", card, draw)

    async def changes() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(60):
                group.create_task(change(number % 5))
                await cards.wire.sleep(0.5)

    running = asyncio.ensure_future(changes())
    await _pass_time(cards.wire, running)
    moments = [at for at, _, _ in cards.wire.left]
    assert max(sum(start <= at < start + 60 for at in moments) for start in moments) <= 20
    assert len(moments) < 30
    assert sorted(cards.shown.values()) == [f"card {card} state 12" for card in range(5)]


async def _pass_time(wire: Wire, running: asyncio.Future[Any]) -> None:
    """Lets the recorded time pass until everything is done; the database's work takes real time in between."""
    while not running.done():
        for _ in range(40):
            await asyncio.sleep(0.001)
        if wire._sleepers and not running.done():
            wire._sleepers.sort(key=lambda sleeper: sleeper[0])
            wire.time, event = wire._sleepers.pop(0)
            event.set()
    await running


@dataclass
class _Shop:
    store: Store
    staff_chat_id: int = GROUP
    staff_language: str = "zh"

    def translator(self, language: str) -> Translator:
        from locales import translator

        return translator(language, "UTC")


@dataclass
class _Job:
    shop: _Shop
    renderer: Cards
