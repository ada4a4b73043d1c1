"""The shop as a process of its own, which can be told to die: `python -m tests.e2e.shop_process <settings as JSON>`.

`crash` is "<use case>:<before|after>:<n>": the process kills itself (SIGKILL: nothing is tidied up) right before the
n-th run of that use case begins, or right after it has committed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bot.demo.house import demo_settings, running
from bot.payments.registry import set_up
from services.shared.clock import SystemClock
from services.shared.db import Store


class DyingStore:
    """Wraps `Store.write` so that one chosen step ends the process."""

    def __init__(self, crash: str) -> None:
        self.use_case, self.phase, count = crash.split(":")
        self.left = int(count)

    def install(self) -> None:
        write = Store.write

        async def dying(store: Store, use_case: Any, *args: Any, **kwargs: Any) -> Any:
            chosen = getattr(use_case, "__name__", "") == self.use_case
            self.left -= chosen
            if chosen and self.left == 0 and self.phase == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = await write(store, use_case, *args, **kwargs)
            if chosen and self.left == 0 and self.phase == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        Store.write = dying  # type: ignore[method-assign]


async def main(options: dict[str, Any]) -> None:
    if options["crash"]:
        DyingStore(options["crash"]).install()
    given = options["providers"]
    providers = {code: set_up(code).SETTINGS(_env_file=None, **each) for code, each in given.items()}
    settings = demo_settings(
        Path(options["folder"]), "127.0.0.1", options["port"], options["api_url"], options["group"],
        sandbox_secret="kept-across-restarts-of-the-shop", providers=providers,
        **({"payment_methods": tuple(given)} if given else {}),
    )
    async with running(settings, SystemClock()):
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
