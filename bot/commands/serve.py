"""`run`, `web` and `worker`: the shop in one process or in several."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web as http

from bot import logs
from bot.bridge import SHARED_TOPICS, Bridge
from bot.composition import Application, build
from bot.hosting import has_sandbox, open_sandbox
from bot.receiving import introduce, receive_updates
from bot.sandbox.system import SandboxSystem
from bot.settings import Settings, SettingsError, load
from bot.web import build as build_web


def run(_options: argparse.Namespace) -> int:
    """Web, updates and worker in one process."""
    return asyncio.run(_serve(load(), web=True, worker=True))


def web(_options: argparse.Namespace) -> int:
    settings = load()
    if not settings.redis_url:
        raise SettingsError("REDIS_URL is missing. More than one process needs it; one process is `python -m bot run`."
                            " Example: REDIS_URL=redis://redis.example.com:6379/0")
    return asyncio.run(_serve(settings, web=True, worker=False))


def worker(_options: argparse.Namespace) -> int:
    return asyncio.run(_serve(load(), web=False, worker=True))


async def _serve(settings: Settings, *, web: bool, worker: bool) -> int:
    logs.set_up(settings.log_level)
    application = await build(settings)
    sandbox = open_sandbox(application) if web and has_sandbox(application) else None
    duties: list[Coroutine[Any, Any, None]] = []
    try:
        async with serving(application, sandbox) if web else _nothing():
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


@asynccontextmanager
async def serving(application: Application, sandbox: SandboxSystem | None) -> AsyncIterator[None]:
    """The web server is up inside this block."""
    app = build_web(application)
    if sandbox is not None:
        app.add_routes(sandbox.routes())
    runner = http.AppRunner(app, access_log=None)
    await runner.setup()
    await http.TCPSite(runner, application.settings.host, application.settings.port).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def until_stopped(*duties: Coroutine[Any, Any, None]) -> None:
    """Runs the duties side by side until SIGINT or SIGTERM; one that fails ends them all."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop.set)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(duty) for duty in duties]
        await stop.wait()
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield
