"""The shop as a process of its own, with a cap and a lease of the test's: `python -m tests.e2e.push_process <JSON>`."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.demo import house
from bot.pace import Pace
from services.campaigns import running
from services.shared.clock import SystemClock


async def main(options: dict[str, Any]) -> None:
    house.Pace = partial(Pace, per_second=options["per_second"])  # type: ignore[misc]
    running.LEASE = timedelta(seconds=options["lease"])
    settings = house.demo_settings(
        Path(options["folder"]), "127.0.0.1", options["port"], options["api_url"], -1,
        shop_timezone=options["zone"], sandbox_secret="kept-across-restarts-of-the-shop",
    )
    async with house.running(settings, SystemClock()):
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
