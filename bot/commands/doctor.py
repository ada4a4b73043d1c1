"""`doctor`: looks at token, webhook, database, Redis, clock and disk; each is fine, or it says what to do."""

from __future__ import annotations

import argparse
import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.settings import Settings, load

# Less is not enough for the log of a busy day and a backup beside it.
_LEAST_FREE = 1 << 30
_MOST_SKEW = 30.0
_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Trouble(Exception):
    """Something is wrong; the text says what to do."""


def doctor(_options: argparse.Namespace) -> int:
    """Prints a line for each check; exit code 1 if one of them found trouble."""
    settings = load(to_run=False)
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    troubles = 0
    for name, check in CHECKS.items():
        try:
            print(f"✅ {name}: {await check(settings)}")
        except Trouble as trouble:
            troubles += 1
            print(f"❌ {name}: {trouble}")
    return 1 if troubles else 0


async def _token(settings: Settings) -> str:
    me = await _ask(settings, "getMe")
    return f"@{me['username']}"


async def _webhook(settings: Settings) -> str:
    info = await _ask(settings, "getWebhookInfo")
    url = info.get("url", "")
    if settings.updates == "polling":
        if url:
            raise Trouble(f"UPDATES=polling, but Telegram has a webhook ({url}). `python -m bot run` removes it.")
        return "none, updates are polled"
    wanted = f"{settings.public_url}/telegram/webhook"
    if url != wanted:
        raise Trouble(f"Telegram has {url or 'none'}, wanted {wanted}. `python -m bot run` sets it.")
    if error := info.get("last_error_message"):
        raise Trouble(f"Telegram's last delivery failed: {error}. Is PUBLIC_URL reachable from outside?")
    return url


async def _database(settings: Settings) -> str:
    from bot.commands.stores import layout_fault
    from services.shared.db import async_url

    if fault := await layout_fault(settings):
        raise Trouble(fault)
    return f"{async_url(settings.database_url).get_backend_name()}, newest layout"


async def _redis(settings: Settings) -> str:
    if settings.redis_url is None:
        return "not set, and not needed for one process"
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    redis = Redis.from_url(settings.redis_url.get_secret_value(), socket_timeout=5)
    try:
        await redis.ping()
    except (OSError, RedisError):
        raise Trouble("it does not answer. Is REDIS_URL right, and is the server up?") from None
    finally:
        await redis.aclose()
    return "answers"


async def _clock(settings: Settings) -> str:
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(settings.bot_api_url) as answer:
            stated = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError):
        raise Trouble(f"{settings.bot_api_url} does not answer, so there is nothing to compare with.") from None
    if stated is None:
        return "nothing to compare with"
    skew = (datetime.now(UTC) - parsedate_to_datetime(stated)).total_seconds()
    if abs(skew) > _MOST_SKEW:
        raise Trouble(f"it is {skew:+.0f} s off. Signatures of payments would be refused: set up time synchronisation.")
    return f"{skew:+.0f} s"


async def _disk(settings: Settings) -> str:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_folder).free
    if free < _LEAST_FREE:
        raise Trouble(f"{free >> 20} MiB free in {settings.data_folder}; make room for at least {_LEAST_FREE >> 20}.")
    return f"{free >> 30} GiB free"


async def _ask(settings: Settings, method: str) -> dict[str, Any]:
    if settings.bot_token is None:
        raise Trouble("BOT_TOKEN is missing. Get one from @BotFather.")
    address = f"{settings.bot_api_url}/bot{settings.bot_token.get_secret_value()}/{method}"
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(address) as answer:
            reply = await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise Trouble(f"{settings.bot_api_url} does not answer. Is BOT_API_URL right, is there a network?") from None
    if not reply.get("ok"):
        raise Trouble(f"Telegram refuses it ({reply.get('description')}). Get a new one from @BotFather.")
    return reply["result"]


CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "token": _token, "webhook": _webhook, "database": _database, "Redis": _redis, "clock": _clock, "disk": _disk,
}
