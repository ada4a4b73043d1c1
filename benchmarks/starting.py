"""Goal 13: what `python -m bot run` takes until it asks for updates, beside `import aiogram` alone."""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from benchmarks.figures import Figure
from bot.demo.house import demo_settings, furnish
from bot.migrations import run as migrations
from bot.settings import Settings
from services.shared.clock import MovableClock

_ROOT = Path(__file__).parents[1]
_TIMES = 3
_LONGEST = 60.0
_WHAT = ("start of `run`, CPU / `import aiogram`", "start of `run`, memory / `import aiogram`")
_CPU_GOAL, _MEMORY_GOAL = 1.2, 1.4
_IMPORT = "import aiogram; print(flush=True); input()"
_PASSED_ON = (
    "bot_api_url", "host", "port", "data_folder", "database_url", "shop_name", "bank_accounts", "public_url",
)
_SECRETS = ("bot_token", "encryption_keys", "sandbox_secret", "webhook_secret")

# Seconds of CPU and peak megabytes of a process so far.
Usage = tuple[float, float]


async def figures(folder: Path) -> list[Figure]:
    """Medians of three starts each, on a new SQLite store in `folder`."""
    if sys.platform != "linux":
        reason = "needs Linux's /proc"
        return [Figure("13", _WHAT[0], None, _CPU_GOAL, detail=reason),
                Figure("13", _WHAT[1], None, _MEMORY_GOAL, detail=reason)]
    async with _telegram() as (url, polled):
        settings = demo_settings(folder, "127.0.0.1", _free_port(), url, 0, staff_chat_id=None)
        await asyncio.to_thread(migrations.upgrade, settings.database_url)
        environment = os.environ | _environment(settings)
        alone: list[Usage] = []
        whole: list[Usage] = []
        for _ in range(_TIMES):
            alone.append(await _used(["-c", _IMPORT], os.environ, _first_line))
            polled.clear()
            whole.append(await _used(["-m", "bot", "run"], environment, lambda _: polled.wait()))
    (cpu, memory), (base_cpu, base_memory) = _median(whole), _median(alone)
    return [
        Figure("13", _WHAT[0], cpu / base_cpu, _CPU_GOAL, detail=f"{cpu:.1f} s / {base_cpu:.1f} s"),
        Figure("13", _WHAT[1], memory / base_memory, _MEMORY_GOAL, detail=f"{memory:.0f} MB / {base_memory:.0f} MB"),
    ]


@asynccontextmanager
async def _telegram() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """The local Bot API, and an event that is set when the bot asks for updates."""
    polled = asyncio.Event()

    @web.middleware
    async def listening(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
                        ) -> web.StreamResponse:
        if request.path.lower().endswith("/getupdates"):
            polled.set()
        return await handler(request)

    emulator, _ = furnish(MovableClock())
    app = web.Application(middlewares=[listening])
    app.add_routes(emulator.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", polled
    finally:
        await emulator.stop()
        await runner.cleanup()


async def _used(
    arguments: list[str], environment: Mapping[str, str], ready: Callable[[Process], Awaitable[object]]
) -> Usage:
    """What Python has used when it is `ready`; then it is ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=_ROOT, env=dict(environment), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(_LONGEST):
            await ready(process)
        return _usage(process.pid)
    finally:
        process.kill()
        await process.wait()


async def _first_line(process: Process) -> None:
    assert process.stdout is not None
    await process.stdout.readline()


def _usage(pid: int) -> Usage:
    # The name in brackets may hold spaces; times are the 14th and 15th field of all (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return ticks / os.sysconf("SC_CLK_TCK"), peak / 1024


def _environment(settings: Settings) -> dict[str, str]:
    plain = {name.upper(): str(getattr(settings, name)) for name in _PASSED_ON}
    return plain | {name.upper(): getattr(settings, name).get_secret_value() for name in _SECRETS}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _median(usages: list[Usage]) -> Usage:
    return statistics.median(cpu for cpu, _ in usages), statistics.median(memory for _, memory in usages)
