"""`reconcile DATE`: a day's books against the providers' bills; prints what differs and a summary, nothing else."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from services.payments.provider import Provider
    from services.reconciliation.types import Difference, Run
    from services.shared.db import Store
    from services.shared.money import Money

# Of these the bill comes through the bot, whose library takes seconds to load.
_BY_BOT = ("telegram", "stars")
NONE, DIFFERENT, COULD_NOT = 0, 1, 2


def reconcile(options: argparse.Namespace) -> int:
    """Exit codes: 0 all agrees (or was explained), 1 something differs, 2 a bill could not be had."""
    from bot.commands.stores import open_configured

    async def run() -> int:
        async with open_configured() as (settings, store):
            providers = await _providers(settings, store)
            try:
                return await compare(store, _chosen(providers, options.provider), day, settings, options.csv)
            finally:
                await asyncio.gather(*(each.aclose() for each in providers.values()))

    try:
        day = date.fromisoformat(options.date)
    except ValueError:
        raise SettingsError(f"{options.date} is no date: write it as 2026-11-23.") from None
    return asyncio.run(run())


async def compare(
    store: Store, providers: Iterable[Provider], day: date, settings: Settings, csv: Path | None = None
) -> int:
    """Compares and prints; the exit code. One provider without a bill stops none of the others."""
    from services.payments.provider import NoBill, Refused, Unreachable
    from services.reconciliation import process, service

    runs: list[Run] = []
    missed = False
    for provider in providers:
        try:
            runs.append(await process.reconcile(store, provider, day))
        except (NoBill, Unreachable, Refused) as error:
            why = "has no bill of that day (yet)" if isinstance(error, NoBill) else "did not give its bill"
            print(f"{provider.code} {why}.", file=sys.stderr)
            missed = True
    found = await store.read(service.differences_of, [run.id for run in runs])
    still_open = [each for each in found if each.state == "open"]
    for each in still_open:
        print(_line(each))
    for run in runs:
        print(_summary(run))
    if csv is not None:
        await asyncio.to_thread(_write, csv, found, settings)
    return COULD_NOT if missed else DIFFERENT if still_open else NONE


async def _providers(settings: Settings, store: Store) -> dict[str, Provider]:
    from bot.payments import registry

    settings.load_providers()
    bot = None
    if settings.bot_token is not None and set(settings.payment_methods) & set(_BY_BOT):
        from bot.composition import make_bot

        bot = make_bot(settings)
    return registry.build(settings, store.clock, bot)


def _chosen(providers: dict[str, Provider], code: str | None) -> list[Provider]:
    """Those that have bills, or the one that is named. Raises SettingsError when there is none, or not that one."""
    from services.reconciliation.days import WITHOUT_BILLS

    if code is None:
        billed = [each for each in providers.values() if each.online and each.code not in WITHOUT_BILLS]
        if not billed:
            raise SettingsError(f"None of PAYMENT_METHODS ({', '.join(providers)}) has a bill that can be read.")
        return billed
    if code not in providers:
        raise SettingsError(f"{code} is not among PAYMENT_METHODS ({', '.join(providers)}).")
    return [providers[code]]


def _line(found: Difference) -> str:
    sums = " | ".join(f"{name} {_text(amount)}" for name, amount in (("books", found.ours), ("bill", found.theirs))
                      if amount is not None)
    return f"{found.provider} {found.kind} {found.movement} {found.number or '-'} {found.provider_number or '-'} {sums}"


def _summary(run: Run) -> str:
    parts = [f"bill {run.lines}", f"books {run.entries}", f"matched {run.matched}", f"differences {run.open}"]
    parts += [f"explained {run.explained}"] if run.explained else []
    parts += [f"waiting for the next bill {run.waiting}"] if run.waiting else []
    return f"{run.provider} {run.day.isoformat()}: {', '.join(parts)}"


def _text(amount: Money) -> str:
    from services.shared import amounts

    return f"{amounts.text(amount.amount, amount.currency)} {amount.currency}"


def _write(path: Path, found: Iterable[Difference], settings: Settings) -> None:
    from handlers.screens import finance_file
    from locales.translator import translator
    from services.shared import sheets

    t = translator(settings.staff_language, settings.shop_timezone)
    path.write_bytes(sheets.write_csv(finance_file.rows(t, (), tuple(found))))
