"""Each update is handled once, however often and to however many processes it is delivered, and none is lost."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiogram.types import TelegramObject, Update
from redis.asyncio import Redis

from bot.deliveries import Deliveries
from bot.turns import LocalTurns, RedisTurns
from handlers.chat.turns import Turns
from tests.bot.test_bridge import redis  # noqa: F401 - the fixture `redis`


class Shop:
    """Counts what it handles; waits at each update while `gate` is shut, and fails where it is told to."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures = 0

    async def handle(self, event: TelegramObject, _data: dict[str, Any]) -> str:
        assert isinstance(event, Update)
        self.begun.set()
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        self.handled.append(event.update_id)
        return "handled"


@pytest.fixture
def prefix() -> str:
    return f"test:{uuid4().hex}:"


async def deliver(to: Deliveries, shop: Shop, number: int = 1) -> Any:
    return await to(shop.handle, Update(update_id=number), {})


async def test_the_second_delivery_waits_for_the_first_and_does_nothing() -> None:
    shop, door = Shop(), Deliveries()
    shop.gate.clear()
    first, second = asyncio.ensure_future(deliver(door, shop)), asyncio.ensure_future(deliver(door, shop))
    await shop.begun.wait()
    await asyncio.sleep(0)
    assert not second.done()
    shop.gate.set()
    assert (await first, await second) == ("handled", None)
    assert await deliver(door, shop) is None
    assert shop.handled == [1]


async def test_a_failed_update_is_handled_by_the_delivery_that_waits() -> None:
    shop, door = Shop(), Deliveries()
    shop.gate.clear()
    shop.failures = 1
    first, second = asyncio.ensure_future(deliver(door, shop)), asyncio.ensure_future(deliver(door, shop))
    await shop.begun.wait()
    shop.gate.set()
    with pytest.raises(OSError, match="away"):
        await first
    assert await second == "handled"
    assert shop.handled == [1]


async def test_a_failed_update_is_handled_when_it_comes_again() -> None:
    shop, door = Shop(), Deliveries()
    shop.failures = 1
    with pytest.raises(OSError, match="away"):
        await deliver(door, shop)
    assert await deliver(door, shop) == "handled"


async def test_different_updates_do_not_wait_for_each_other() -> None:
    shop, door = Shop(), Deliveries()
    shop.gate.clear()
    waiting = asyncio.ensure_future(deliver(door, shop, 1))
    await shop.begun.wait()
    other = Shop()
    assert await deliver(door, other, 2) == "handled"
    shop.gate.set()
    assert await waiting == "handled"


@pytest.mark.redis
async def test_two_processes_handle_an_update_once(redis: Redis, prefix: str) -> None:  # noqa: F811
    shop, one, other = Shop(), Deliveries(redis, prefix), Deliveries(redis, prefix)
    shop.gate.clear()
    first = asyncio.ensure_future(deliver(one, shop))
    await shop.begun.wait()
    assert 0 < await redis.ttl(f"{prefix}update:1") <= 60
    second = asyncio.ensure_future(deliver(other, shop))
    shop.gate.set()
    assert (await first, await second) == ("handled", None)
    assert shop.handled == [1]
    assert 47 * 3600 < await redis.ttl(f"{prefix}update:1") <= 48 * 3600
    assert await deliver(Deliveries(redis, f"{prefix}other-bot:"), shop) == "handled"


@pytest.mark.redis
async def test_what_a_dead_process_left_under_way_is_handled_by_another(redis: Redis, prefix: str) -> None:  # noqa: F811
    shop = Shop()
    await redis.set(f"{prefix}update:1", b"under way", px=150)
    assert await deliver(Deliveries(redis, prefix), shop) == "handled"


@pytest.mark.redis
async def test_a_failure_in_one_process_lets_the_other_try(redis: Redis, prefix: str) -> None:  # noqa: F811
    shop = Shop()
    shop.failures = 1
    with pytest.raises(OSError, match="away"):
        await deliver(Deliveries(redis, prefix), shop)
    assert await deliver(Deliveries(redis, prefix), shop) == "handled"


Diary = list[tuple[str, int]]


async def act(turns: Turns, person: int, diary: Diary, begun: asyncio.Event, gate: asyncio.Event) -> None:
    async with turns.of(person):
        diary.append(("begins", person))
        begun.set()
        await gate.wait()
        diary.append(("ends", person))


async def one_at_a_time(one: Turns, other: Turns) -> None:
    diary: Diary = []
    begun, gate, free = asyncio.Event(), asyncio.Event(), asyncio.Event()
    free.set()
    first = asyncio.ensure_future(act(one, 7, diary, begun, gate))
    await begun.wait()
    second = asyncio.ensure_future(act(other, 7, diary, begun, free))
    await act(other, 8, diary, begun, free)
    assert diary == [("begins", 7), ("begins", 8), ("ends", 8)]
    gate.set()
    await asyncio.gather(first, second)
    assert diary[3:] == [("ends", 7), ("begins", 7), ("ends", 7)]


async def take(turns: Turns, person: int) -> Diary:
    """A turn that nothing holds up."""
    diary: Diary = []
    free = asyncio.Event()
    free.set()
    await act(turns, person, diary, free, free)
    return diary


async def test_one_persons_turns_follow_each_other_and_others_do_not_wait() -> None:
    turns = LocalTurns()
    await one_at_a_time(turns, turns)


async def test_a_turn_that_fails_is_given_back() -> None:
    turns = LocalTurns()
    with pytest.raises(OSError, match="broken"):
        async with turns.of(7):
            raise OSError("broken")
    assert await take(turns, 7) == [("begins", 7), ("ends", 7)]


@pytest.mark.redis
async def test_turns_are_shared_between_processes(redis: Redis, prefix: str) -> None:  # noqa: F811
    await one_at_a_time(RedisTurns(redis, prefix), RedisTurns(redis, prefix))
    assert await redis.keys(f"{prefix}*") == []


@pytest.mark.redis
async def test_a_turn_that_nobody_gives_back_ends(redis: Redis, prefix: str) -> None:  # noqa: F811
    await redis.set(f"{prefix}turn:7", b"of a dead process", px=100)
    assert await take(RedisTurns(redis, prefix), 7) == [("begins", 7), ("ends", 7)]
    async with RedisTurns(redis, prefix).of(9):
        assert 0 < await redis.pttl(f"{prefix}turn:9") <= 30_000


async def test_closing_waits_for_what_is_under_way() -> None:
    deliveries, begun, go_on, done = Deliveries(), asyncio.Event(), asyncio.Event(), []

    async def handler(_event: Any, _data: dict[str, Any]) -> None:
        begun.set()
        await go_on.wait()
        done.append("handled")

    under_way = asyncio.ensure_future(deliveries(handler, Update(update_id=1), {}))
    await begun.wait()
    finishing = asyncio.ensure_future(deliveries.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    go_on.set()
    await finishing
    await under_way
    assert done == ["handled"]
