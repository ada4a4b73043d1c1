"""`demo`: the shop in the browser, on this machine only, without a token."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import SettingsError, load

if TYPE_CHECKING:
    from bot.demo.house import House
    from services.shared.clock import MovableClock

FOLDER = Path("data/demo")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What stands beside the demo: the shop's `settings` for it, and what it does while the shop is open (it yields a
    line to print)."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    while_open: Callable[[House], AbstractAsyncContextManager[str]] = lambda house: nullcontext("")


@asynccontextmanager
async def alone(clock: MovableClock) -> AsyncIterator[Neighbour]:
    yield Neighbour()


def demo(options: argparse.Namespace) -> int:
    """Serves the demo until it is interrupted."""
    return serve(options, alone)


def serve(
    options: argparse.Namespace, beside: Callable[[MovableClock], AbstractAsyncContextManager[Neighbour]]
) -> int:
    """The same, with a neighbour that lives as long as the demo and shares its clock."""
    started = time.monotonic()
    host, port = os.environ.get("HOST", "127.0.0.1"), _port(os.environ.get("PORT", "8080"))
    _refuse_real_token()
    if host not in _LOOPBACK:
        raise SettingsError(f"HOST is wrong: the demo listens on this machine only ({', '.join(_LOOPBACK)}). "
                            "Example: HOST=127.0.0.1")
    print("Starting the demo shop …", flush=True)
    return asyncio.run(_serve(host, port, options, started, beside))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535):
        raise SettingsError("PORT is wrong: it must be a number of 1–65535. Example: PORT=8081")
    return int(text)


def _refuse_real_token() -> None:
    if os.environ.get("BOT_TOKEN") or load(to_run=False).bot_token:
        raise SettingsError("BOT_TOKEN is set. The demo will not start beside a real token: take it out of the "
                            "environment and .env, or start the shop with `python -m bot run`.")


async def _serve(
    host: str, port: int, options: argparse.Namespace, started: float,
    beside: Callable[[MovableClock], AbstractAsyncContextManager[Neighbour]],
) -> int:
    from bot import logs
    from bot.demo.house import opened
    from bot.demo.seed import prepare, start_afresh
    from bot.demo.seed.catalogue import EXTRA_CURRENCIES
    from services.shared.clock import MovableClock

    logs.set_up("WARNING", readable=True)
    clock = MovableClock()
    await prepare(FOLDER, clock, size=options.size, reset=options.reset, say=lambda line: print(line, flush=True),
                  extra_currencies=EXTRA_CURRENCIES)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with beside(clock) as neighbour, opened(
            FOLDER, host, port, clock, extra_currencies=EXTRA_CURRENCIES, **neighbour.settings
        ) as house, neighbour.while_open(house) as line:
            house.emulator.on_reset = lambda: start_afresh(house, size=options.size)
            ready = f"ready in {time.monotonic() - started:.1f} s, Ctrl+C ends it"
            print(f"\n  The shop is open:  {house.url}/   ({ready})\n{line}", flush=True)
            await stop.wait()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsError(f"PORT is wrong: {port} cannot be used ({reason}). Example: PORT=8081") from None
    return 0
