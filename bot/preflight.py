"""Looks at token, webhook, database, Redis, clock, disk and certificates; each is fine, or it says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.settings import Settings, SettingsError
from handlers.screens.findings import Configured, Finding

# Less is not enough for the log of a busy day and a backup beside it.
_LEAST_FREE = 1 << 30
_MOST_SKEW = 30.0
# Long enough to apply for a new one.
_SOON = timedelta(days=30)
_TIMEOUT = aiohttp.ClientTimeout(total=10)
# Too short a secret would be given away by its last two symbols.
_SHOWN_FROM = 16


class Trouble(Exception):
    """Something is wrong; the words of `code` say what to do."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.finding = Finding(code, {name: str(fact) for name, fact in facts.items()}, fine=False)


Check = Callable[[Settings], Awaitable[Finding]]


async def examine(settings: Settings, checks: dict[str, Check]) -> list[tuple[str, Finding]]:
    """The findings by the check's name, in its order."""
    found = []
    for name, check in checks.items():
        try:
            found.append((name, await check(settings)))
        except Trouble as trouble:
            found.append((name, trouble.finding))
    return found


def configured(settings: Settings) -> tuple[Configured, ...]:
    """The settings as people at the back office may see them."""
    lines = [
        Configured("updates", settings.updates), Configured("database", settings.database_url.partition(":")[0]),
        Configured("languages", ", ".join(settings.shop_languages)),
        Configured("currency", ", ".join((settings.shop_currency, *settings.extra_currencies))),
        Configured("zone", settings.shop_timezone), Configured("methods", ", ".join(settings.payment_methods)),
        Configured("owners", str(len(settings.owner_ids))),
    ]
    secrets = {"token": settings.bot_token, "keys": settings.encryption_keys, "webhook": settings.webhook_secret,
               "sandbox": settings.sandbox_secret, "redis": settings.redis_url}
    for name, secret in secrets.items():
        value = "" if secret is None else secret.get_secret_value()
        lines.append(Configured(name, _ending(value), secret=True))
    return tuple(lines)


def _ending(value: str) -> str:
    if not value:
        return ""
    return f"…{value[-2:]}" if len(value) >= _SHOWN_FROM else "…"


async def _token(settings: Settings) -> Finding:
    me = await _ask(settings, "getMe")
    return Finding("token", {"name": f"@{me['username']}"})


async def _webhook(settings: Settings) -> Finding:
    info = await _ask(settings, "getWebhookInfo")
    url = info.get("url", "")
    if settings.updates == "polling":
        if url:
            raise Trouble("webhook-left", url=url)
        return Finding("polling")
    wanted = f"{settings.public_url}/telegram/webhook"
    if url != wanted:
        raise Trouble("webhook-other", url=url or "none", wanted=wanted)
    if error := info.get("last_error_message"):
        raise Trouble("webhook-failed", error=error)
    return Finding("webhook", {"url": url})


async def _database(settings: Settings) -> Finding:
    from bot.commands.stores import layout_trouble
    from services.shared.db import async_url

    if trouble := await layout_trouble(settings):
        raise trouble
    return Finding("database", {"name": async_url(settings.database_url).get_backend_name()})


async def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("redis-none")
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    redis = Redis.from_url(settings.redis_url.get_secret_value(), socket_timeout=5)
    try:
        await redis.ping()
    except (OSError, RedisError):
        raise Trouble("redis-silent") from None
    finally:
        await redis.aclose()
    return Finding("redis")


async def _clock(settings: Settings) -> Finding:
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(settings.bot_api_url) as answer:
            stated = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError):
        raise Trouble("clock-nothing", url=settings.bot_api_url) from None
    if stated is None:
        return Finding("clock-alone")
    skew = (datetime.now(UTC) - parsedate_to_datetime(stated)).total_seconds()
    if abs(skew) > _MOST_SKEW:
        raise Trouble("clock-off", skew=f"{skew:+.0f}")
    return Finding("clock", {"skew": f"{skew:+.0f}"})


async def _disk(settings: Settings) -> Finding:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_folder).free
    if free < _LEAST_FREE:
        raise Trouble("disk-full", free=free >> 20, folder=settings.data_folder, least=_LEAST_FREE >> 20)
    return Finding("disk", {"free": str(free >> 30)})


async def _owners(settings: Settings) -> Finding:
    if not settings.owner_ids:
        raise Trouble("owners-none")
    return Finding("owners", {"number": str(len(settings.owner_ids))})


async def _payments(settings: Settings) -> Finding:
    if "sandbox" in settings.payment_methods:
        raise Trouble("payments-sandbox")
    return Finding("payments", {"methods": ", ".join(settings.payment_methods)})


async def _certificates(settings: Settings) -> Finding:
    from bot.payments.registry import set_up

    if not settings.providers:
        try:
            settings.load_providers()
        except SettingsError as error:
            raise Trouble("providers-wrong", reason=str(error)) from None
    ends: dict[str, datetime] = {}
    for code, given in settings.providers.items():
        look = getattr(set_up(code), "certificates", None)
        if look is not None:
            ends |= {f"{code}: {name}": end for name, end in look(given).items()}
    if not ends:
        return Finding("certificates-none")
    name, end = min(ends.items(), key=lambda item: item[1])
    left = end - datetime.now(UTC)
    if left < timedelta(0):
        raise Trouble("certificate-over", name=name, day=end.date())
    if left < _SOON:
        raise Trouble("certificate-soon", name=name, day=end.date())
    return Finding("certificates", {"number": str(len(ends)), "day": str(end.date())})


async def _ask(settings: Settings, method: str) -> dict[str, Any]:
    if settings.bot_token is None:
        raise Trouble("token-missing")
    address = f"{settings.bot_api_url}/bot{settings.bot_token.get_secret_value()}/{method}"
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(address) as answer:
            reply = await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise Trouble("api-silent", url=settings.bot_api_url) from None
    if not reply.get("ok"):
        raise Trouble("token-refused", reason=reply.get("description"))
    return reply["result"]


CHECKS: dict[str, Check] = {
    "token": _token, "webhook": _webhook, "database": _database, "Redis": _redis, "clock": _clock, "disk": _disk,
    "certificates": _certificates,
}
# Beside these, what a shop needs before real customers come.
LIVE_CHECKS: dict[str, Check] = {**CHECKS, "owners": _owners, "payments": _payments}
