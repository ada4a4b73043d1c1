"""What leaves the bot stays below Telegram's limits, whatever the shop does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMediaGroup, SendMessage, TelegramMethod
from aiogram.types import InputMediaPhoto
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pace, Rate
from handlers.chat import lanes

# Turns of the loop after which everybody who can go on without time passing has done so.
_TURNS = 120
PAUSES = st.lists(st.floats(min_value=0, max_value=3), min_size=1, max_size=80)


@given(PAUSES, st.sampled_from([(1.0, 5), (5.0, 8), (1 / 29.7, 1)]))
def test_no_window_holds_more_than_the_burst_and_the_rate(pauses: list[float], limit: tuple[float, int]) -> None:
    interval, burst = limit
    rate, now, left = Rate(interval, burst), 0.0, []
    for pause in pauses:
        now += pause
        left.append(now + rate.reserve("chat", now))
    for first, start in enumerate(left):
        for last in range(first, len(left)):
            assert last - first + 1 <= burst + (left[last] - start) / interval + 1e-6


def test_one_chat_does_not_hold_up_another() -> None:
    rate = Rate(1.0, 1)
    assert [rate.reserve(chat, 0.0) for chat in (1, 1, 2, 1)] == [0.0, 1.0, 0.0, 2.0]


class Wire:
    """Time that passes only while everybody sleeps, and a record of what left when."""

    def __init__(self) -> None:
        self.time = 0.0
        self.left: list[tuple[float, str, int | None]] = []
        self.refuse: dict[int, int] = {}
        self.pace = Pace(lambda: self.time, self.sleep)
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        event = asyncio.Event()
        self._sleepers.append((self.time + seconds, event))
        await event.wait()

    async def request(self, _bot: Bot, method: TelegramMethod[Any]) -> Any:
        chat_id = getattr(method, "chat_id", None)
        self.left.append((round(self.time, 6), type(method).__name__, chat_id))
        if retry_after := self.refuse.pop(len(self.left), None):
            raise TelegramRetryAfter(method, "Too Many Requests", retry_after)  # type: ignore[arg-type]

    async def run(self, *methods: TelegramMethod[Any]) -> None:
        bot: Any = None
        calls = asyncio.gather(*(self.pace(self.request, bot, method) for method in methods))  # type: ignore[arg-type]
        await self.until(calls)

    async def until(self, calls: asyncio.Future[Any]) -> None:
        """Lets time pass until the calls are done."""
        while True:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if calls.done():
                break
            self._sleepers.sort(key=lambda sleeper: sleeper[0])
            self.time, event = self._sleepers.pop(0)
            event.set()
        await calls


def text(chat_id: int) -> SendMessage:
    return SendMessage(chat_id=chat_id, text="x")


@pytest.fixture
async def wire() -> Wire:
    return Wire()


async def test_a_private_chat_gets_five_at_once_and_then_one_a_second(wire: Wire) -> None:
    await wire.run(*(text(7) for _ in range(8)))
    assert [round(at) for at, _, _ in wire.left] == [0, 0, 0, 0, 0, 1, 2, 3]


async def test_a_group_stays_at_twenty_a_minute_with_its_edits(wire: Wire) -> None:
    edits = [EditMessageText(chat_id=-5, message_id=1, text="x") for _ in range(15)]
    await wire.run(*(text(-5) for _ in range(15)), *edits)
    moments = [at for at, _, _ in wire.left]
    assert len(moments) == 30
    assert max(sum(start <= at < start + 60 for at in moments) for start in moments) <= 20


async def test_all_chats_together_stay_at_thirty_a_second(wire: Wire) -> None:
    await wire.run(*(text(chat) for chat in range(1, 91)))
    moments = [at for at, _, _ in wire.left]
    assert max(sum(start <= at < start + 1 for at in moments) for start in moments) <= 30
    assert moments[-1] == pytest.approx(89 / 29.7, abs=0.01)


async def test_an_album_counts_its_pictures(wire: Wire) -> None:
    media = [InputMediaPhoto(media="id") for _ in range(5)]
    await wire.run(SendMediaGroup(chat_id=7, media=media), text(7))  # type: ignore[arg-type]
    assert [round(at) for at, _, _ in wire.left] == [0, 1]


async def test_a_refusal_pauses_its_chat_and_nobody_else(wire: Wire) -> None:
    wire.refuse[1] = 10
    await wire.run(text(7), *(text(7) for _ in range(6)), text(8))
    assert next(at for at, _, chat in wire.left if chat == 8) < 1
    again = [at for at, _, chat in wire.left if chat == 7][1:]
    # What was let in before the refusal came is out already; the rest waits, and does not come in one heap.
    late = [at for at in again if at >= 10]
    assert all(at < 1 or at >= 10 for at in again)
    assert len(late) >= 1
    assert max(sum(start <= at < start + 1 for at in late) for start in late) <= 5


async def test_three_refusals_are_waited_out_and_the_fourth_is_told(wire: Wire) -> None:
    wire.refuse.update({1: 1, 2: 1, 3: 1, 4: 1})
    with pytest.raises(TelegramRetryAfter):
        await wire.run(text(7))
    assert [round(at) for at, _, _ in wire.left] == [0, 1, 2, 3]


async def test_answers_to_taps_never_wait(wire: Wire) -> None:
    answers = [AnswerCallbackQuery(callback_query_id=str(number)) for number in range(50)]
    await wire.run(*answers)
    assert {at for at, _, _ in wire.left} == {0.0}


async def test_a_notice_passes_the_campaign_that_waits_before_it(wire: Wire) -> None:
    async def bulk(bot: Any, method: TelegramMethod[Any]) -> Any:
        with lanes.campaigns():
            return await wire.pace(wire.request, bot, method)  # type: ignore[arg-type]

    async def late_notice(bot: Any) -> None:
        await wire.sleep(0.5)
        await wire.pace(wire.request, bot, text(999))  # type: ignore[arg-type]

    calls = [bulk(None, text(chat)) for chat in range(1, 61)]
    await wire.until(asyncio.gather(*calls, late_notice(None)))
    told = {chat: at for at, _, chat in wire.left}
    assert told[999] == pytest.approx(0.5, abs=1 / 29.7)
    assert told[60] == pytest.approx(60 / 29.7, abs=0.01)


async def test_a_refusal_holds_up_the_whole_campaign_but_no_notice(wire: Wire) -> None:
    seen: list[int] = []

    async def bulk(chat: int) -> None:
        with lanes.campaigns() as lane:
            await wire.pace(wire.request, None, text(chat))  # type: ignore[arg-type]
        seen.append(lane.refused)

    async def late() -> None:
        await wire.sleep(1)
        await wire.pace(wire.request, None, text(999))  # type: ignore[arg-type]
        await bulk(998)

    wire.refuse[1] = 4
    await wire.until(asyncio.gather(bulk(1), late()))
    assert [(round(at), chat) for at, _, chat in wire.left] == [(0, 1), (1, 999), (4, 1), (4, 998)]
    assert sorted(seen) == [0, 1]


class SlowWire(Wire):
    """Answers come so many seconds later; Telegram counts when a call reaches it, half of that after it left."""

    latency: float = 0.0

    async def request(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        await self.sleep(self.latency / 2)
        await super().request(bot, method)
        await self.sleep(self.latency / 2)


@pytest.mark.parametrize(("latency", "share"), [(0.0, 0.97), (0.01, 0.97), (0.05, 0.94), (0.3, 0.75), (2.0, 0.3)])
async def test_however_slow_the_answers_no_second_has_more_than_thirty(latency: float, share: float) -> None:
    wire = SlowWire()
    wire.latency = latency
    await wire.run(*(text(chat) for chat in range(1, 301)))
    moments = sorted(at for at, _, _ in wire.left)
    assert max(sum(start <= at < start + 1 for at in moments) for start in moments) <= 30
    assert 299 / (moments[-1] - moments[0]) >= 30 * share
