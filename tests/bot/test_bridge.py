"""News of a commit reaches the other process, once, and does not come back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoRedis

from bot.bridge import Bridge
from services.shared.clock import MovableClock
from services.shared.crypto import Vault
from services.shared.db import Store, Tx

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    client = Redis.from_url(REDIS_URL)
    try:
        await client.ping()
    except NoRedis:
        pytest.skip("no Redis answers at TEST_REDIS_URL")
    yield client
    await client.aclose()


def change(tx: Tx) -> None:
    tx.after_commit("catalog")


@pytest.mark.redis
async def test_what_one_process_commits_the_other_hears_once(
    redis: Redis, store: Store, clock: MovableClock, vault: Vault
) -> None:
    other = Store(store.url.render_as_string(hide_password=False).replace("+aiosqlite", ""), clock, vault)
    heard_here: list[str] = []
    heard_there = asyncio.Event()
    count_there: list[str] = []
    store.listen("catalog", lambda: heard_here.append("catalog"))
    other.listen("catalog", lambda: (count_there.append("catalog"), heard_there.set()))
    bridges = [Bridge(redis, store, ("catalog",)), Bridge(redis, other, ("catalog",))]
    async with asyncio.TaskGroup() as running:
        tasks = [running.create_task(bridge.run()) for bridge in bridges]
        async with asyncio.timeout(10):
            for bridge in bridges:
                await bridge.listening.wait()
            await store.write(change)
            await heard_there.wait()
        for task in tasks:
            task.cancel()
    await other.close()
    assert (heard_here, count_there) == (["catalog"], ["catalog"])
