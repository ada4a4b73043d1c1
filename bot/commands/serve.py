"""`run`, `web` and `worker`: the shop in one process or in several."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from aiogram.exceptions import TelegramNetworkError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.utils.token import TokenValidationError
from aiohttp import web as http

from bot import logs
from bot.bridge import SHARED_TOPICS, Bridge
from bot.commands.stores import require_newest_layout
from bot.composition import Application, build
from bot.hosting import has_sandbox, open_sandbox
from bot.receiving import introduce, receive_updates
from bot.sandbox.system import SandboxSystem
from bot.settings import Settings, load, require, wrong
from bot.web import build as build_web

# Seconds. A page that follows a payment holds its connection for minutes: a stop does not wait for it.
_LONGEST_ANSWER = 5.0
# So long a duty may take to end before it is told again.
_LONGEST_END = 5.0


def run(_options: argparse.Namespace) -> int:
    """Web, updates and worker in one process."""
    return asyncio.run(_serve(load(), web=True, worker=True))


def web(_options: argparse.Namespace) -> int:
    return asyncio.run(_serve(_one_of_several(), web=True, worker=False))


def worker(_options: argparse.Namespace) -> int:
    return asyncio.run(_serve(_one_of_several(), web=False, worker=True))


def _one_of_several() -> Settings:
    settings = load()
    require(settings, "redis_url", "more than one process needs it; one process is `python -m bot run`")
    return settings


async def _serve(settings: Settings, *, web: bool, worker: bool) -> int:
    logs.set_up(settings.log_level)
    await require_newest_layout(settings)
    await _require_redis(settings)
    application = await _built(settings)
    sandbox = open_sandbox(application) if web and has_sandbox(application) else None
    duties: list[Coroutine[Any, Any, None]] = []
    try:
        async with serving(application, sandbox) if web else nullcontext():
            if web:
                await introduce(application)
                duties.append(receive_updates(application))
            if worker:
                duties.append(application.worker.run())
            if sandbox is not None:
                duties.append(sandbox.run())
            if application.redis is not None:
                duties.append(Bridge(application.redis, application.shop.store, SHARED_TOPICS).run())
            await until_stopped(*duties)
    finally:
        if sandbox is not None:
            await sandbox.close()
        await application.close()
    return 0


async def _require_redis(settings: Settings) -> None:
    if settings.redis_url is None:
        return
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    try:
        async with Redis.from_url(settings.redis_url.get_secret_value(), socket_timeout=5) as redis:
            await redis.ping()
    except (OSError, ValueError, RedisError) as error:
        raise wrong("redis_url", f"it cannot be used ({type(error).__name__})") from None


async def _built(settings: Settings) -> Application:
    """The application. Raises SettingsError where Telegram is not there or refuses."""
    try:
        return await build(settings)
    except (TelegramUnauthorizedError, TelegramNotFound, TokenValidationError):
        raise wrong("bot_token", "Telegram refuses it") from None
    except TelegramNetworkError as error:
        raise wrong("bot_api_url", f"it does not answer ({error.message})") from None


@asynccontextmanager
async def serving(application: Application, sandbox: SandboxSystem | None) -> AsyncIterator[None]:
    """The web server is up inside this block."""
    app = build_web(application)
    if sandbox is not None:
        app.add_routes(sandbox.routes())
    runner = http.AppRunner(app, access_log=None, shutdown_timeout=_LONGEST_ANSWER)
    await runner.setup()
    try:
        await _listen(runner, application.settings)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: http.AppRunner, settings: Settings) -> None:
    try:
        await http.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        raise wrong("port", f"{settings.host}:{settings.port} cannot be used ({os.strerror(error.errno or 0)})"
                    ) from None


async def until_stopped(*duties: Coroutine[Any, Any, None]) -> None:
    """Runs the duties side by side until SIGINT or SIGTERM; one that fails ends them all."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop.set)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(duty) for duty in duties]
        await stop.wait()
        await end(tasks)


async def end(tasks: Sequence[asyncio.Task[None]], patience: float = _LONGEST_END) -> None:
    """Cancels until all have heeded it: one that is just finishing a step may swallow a single cancellation."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=patience)
