"""`python -m tests.fakes wechat,alipay,stripe`: the demo with these providers beside it, without real money."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.commands.demo import Neighbour, serve
from bot.settings import SettingsError
from services.shared.clock import MovableClock
from tests.fakes.street import CODES, FAKES, served

# Paid in the chat itself: the local Bot API stands for these.
IN_CHAT: dict[str, dict[str, Any]] = {"telegram": {"provider_token": "284685063:TEST:DEMO"}, "stars": {}}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("providers", help=", ".join((*CODES, *IN_CHAT)))
    parser.add_argument("--reset", action="store_true", help="begin with a fresh store")
    parser.add_argument("--size", choices=("s", "m"), default="s", help="how much history to seed")
    options = parser.parse_args(arguments)
    try:
        codes = chosen(options.providers)
        return serve(options, lambda clock: beside(clock, codes))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def chosen(text: str) -> tuple[str, ...]:
    """Raises SettingsError that names what is unknown."""
    codes = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    possible = (*CODES, *IN_CHAT)
    if unknown := [code for code in codes if code not in possible]:
        raise SettingsError(f"PROVIDERS is wrong: {', '.join(unknown)} is unknown. Possible: {', '.join(possible)}.")
    return codes


@asynccontextmanager
async def beside(clock: MovableClock, codes: tuple[str, ...]) -> AsyncIterator[Neighbour]:
    """The fakes on a port of their own, with the settings of a shop that uses them."""
    from bot.payments.registry import set_up
    from tests.fakes.live import Desk, Post, lively

    fakes = {kind.code: kind(clock) for kind in FAKES if kind.code in codes}
    post = Post(fakes, clock)
    desk = Desk(fakes, post)
    async with served(fakes.values(), desk.routes()) as url:
        settings = {code: fake.settings(url) for code, fake in fakes.items()}
        for code in codes:
            if code in IN_CHAT:
                settings[code] = set_up(code).SETTINGS(_env_file=None, **IN_CHAT[code])  # type: ignore[call-arg]
        methods = (*codes, "sandbox", "cash_on_delivery", "bank_transfer")
        yield Neighbour({"payment_methods": methods, "providers": settings},
                        lambda house: lively(house, fakes, post, desk, url))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
