"""`migrate`, `seed` and `check`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bot.settings import SettingsError, load, wrong


def migrate(_options: argparse.Namespace) -> int:
    """Brings the database to the newest layout."""
    from asyncpg import PostgresError

    from bot.migrations.run import upgrade

    settings = load(to_run=False)
    try:
        upgrade(settings.database_url)
    except (OSError, PostgresError) as error:  # the server cannot be reached; what a migration itself raises is wrapped
        raise wrong("database_url", f"it cannot be opened ({type(error).__name__})") from None
    print("The database is up to date.")
    return 0


def seed(options: argparse.Namespace) -> int:
    """Fills an empty store with the demo catalogue, promotions and people."""
    from bot.commands.stores import open_configured
    from bot.demo.seed import NotEmpty, fill

    async def run() -> None:
        async with open_configured() as (settings, store):
            await fill(store, settings, size=options.size, reset=options.reset, say=print)

    try:
        asyncio.run(run())
    except NotEmpty as refusal:
        raise SettingsError(str(refusal)) from None
    return 0


def check(_options: argparse.Namespace) -> int:
    """Computes the invariants over the whole database and names the rows at fault."""
    from bot.commands.stores import open_configured
    from services.invariants import violations

    async def run() -> list[str]:
        async with open_configured() as (_, store):
            return [str(found) for found in await store.read(violations)]

    found = asyncio.run(run())
    for line in found:
        print(line, file=sys.stderr)
    print("All facts hold." if not found else f"{len(found)} facts do not hold.")
    return 1 if found else 0
