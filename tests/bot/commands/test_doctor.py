"""`doctor` says for each part that it is fine, or what to do."""

from __future__ import annotations

import sqlite3

import pytest
from redis.asyncio import Redis

from tests.bot.commands.conftest import Start
from tests.bot.test_bridge import REDIS_URL, redis  # noqa: F401 - the fixture `redis`
from tests.ports import free_port


def by_name(lines: list[str]) -> dict[str, str]:
    """"✅ token: @x" as {"token": "✅ @x"}."""
    return {line[2:].partition(": ")[0]: f"{line[0]} {line.partition(': ')[2]}" for line in lines}


async def test_all_is_well(start: Start, api: str) -> None:
    code, lines = await start("doctor", BOT_API_URL=api)
    found = by_name(lines)
    disk = found.pop("disk")
    assert disk.startswith("✅ ") and disk.endswith(" GiB free")
    assert found.pop("clock") in ("✅ +0 s", "✅ -0 s", "✅ +1 s")
    assert found == {
        "token": "✅ @qingli_select_bot", "webhook": "✅ none, updates are polled",
        "database": "✅ sqlite, newest layout", "Redis": "✅ not set, and not needed for one process",
        "certificates": "✅ none in use",
    }
    assert code == 0


async def test_servers_that_do_not_answer(start: Start) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    code, lines = await start("doctor", BOT_API_URL=nobody, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
                              DATABASE_URL=f"postgresql://shop:open-sesame@127.0.0.1:{free_port()}/shop")
    found = by_name(lines)
    assert code == 1
    assert found["token"] == f"❌ {nobody} does not answer. Is BOT_API_URL right, is there a network?"
    assert found["webhook"] == found["token"]
    assert found["clock"] == f"❌ {nobody} does not answer, so there is nothing to compare with."
    assert found["Redis"] == "❌ it does not answer. Is REDIS_URL right, and is the server up?"
    assert "does not answer (" in found["database"] and "open-sesame" not in found["database"]


async def test_an_old_database_a_missing_one_and_a_wrong_token(start: Start, api: str) -> None:
    sqlite3.connect("old.db").close()
    code, lines = await start("doctor", BOT_API_URL=api, DATABASE_URL="sqlite:///old.db",
                              BOT_TOKEN="1000000001:not-the-token-that-was-given-out-XX")
    found = by_name(lines)
    assert code == 1
    assert found["database"] == "❌ its layout is old. Run `python -m bot migrate`."
    assert found["token"] == "❌ Telegram refuses it (Unauthorized). Get a new one from @BotFather."
    _, lines = await start("doctor", BOT_API_URL=api, DATABASE_URL="sqlite:///none.db", BOT_TOKEN="")
    found = by_name(lines)
    assert found["database"] == "❌ sqlite:///none.db is not there yet. Run `python -m bot migrate`."
    assert found["token"] == "❌ BOT_TOKEN is missing. Get one from @BotFather."


async def test_a_webhook_that_was_never_set(start: Start, api: str) -> None:
    code, lines = await start("doctor", BOT_API_URL=api, UPDATES="webhook", PUBLIC_URL="https://shop.example.com")
    assert (code, by_name(lines)["webhook"]) == (
        1, "❌ Telegram has none, wanted https://shop.example.com/telegram/webhook. `python -m bot run` sets it.")


@pytest.mark.redis
async def test_redis_answers(start: Start, api: str, redis: Redis) -> None:  # noqa: F811
    code, lines = await start("doctor", BOT_API_URL=api, REDIS_URL=REDIS_URL)
    assert (code, by_name(lines)["Redis"]) == (0, "✅ answers")
