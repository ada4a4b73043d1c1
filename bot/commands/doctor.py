"""`doctor`: looks at token, webhook, database, Redis, clock, disk, certificates; each is fine, or says what to do."""

from __future__ import annotations

import argparse
import asyncio

from bot.preflight import CHECKS, examine
from bot.settings import Settings, load
from locales.translator import translator


def doctor(_options: argparse.Namespace) -> int:
    """Prints a line for each check; exit code 1 if one of them found trouble."""
    settings = load(to_run=False)
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    t = translator("en", settings.shop_timezone)
    found = await examine(settings, CHECKS)
    for name, finding in found:
        said = t.plain(f"team-found-{finding.code}", None, **finding.facts)
        print(f"{'✅' if finding.fine else '❌'} {name}: {said}")
    return 0 if all(finding.fine for _, finding in found) else 1
