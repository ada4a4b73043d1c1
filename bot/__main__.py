"""The command line. `--help` answers at once: what a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

COMMANDS = {
    "run": ("the whole shop in one process: web, updates and worker", "bot.commands.serve:run"),
    "web": ("the web server and updates only", "bot.commands.serve:web"),
    "worker": ("the background worker only", "bot.commands.serve:worker"),
    "demo": ("the shop in the browser: no token, no network", "bot.commands.demo:demo"),
    "init": ("asks the business questions and writes .env", "bot.commands.init:init"),
    "migrate": ("brings the database to the newest layout", "bot.commands.database:migrate"),
    "seed": ("fills an empty store with the demo catalogue", "bot.commands.database:seed"),
    "check": ("computes the facts that must always hold; exit code 1 if one does not", "bot.commands.database:check"),
    "reconcile": ("compares a day's books with the providers' bills; exit code 1 if they differ, 2 without a bill",
                  "bot.commands.reconcile:reconcile"),
    "doctor": ("looks at token, webhook, database, Redis, clock, disk and certificates", "bot.commands.doctor:doctor"),
}


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m bot", description="A merchant's whole shop inside a chat app.")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, (what, _) in COMMANDS.items():
        command = commands.add_parser(name, help=what, description=what)
        if name == "seed":
            command.add_argument("--size", choices=("s", "m", "l"), default="m",
                                 help="s: tests, m: a demo shop with history, l: for load runs")
            command.add_argument("--reset", action="store_true", help="empty a store that is marked as demo first")
        if name == "reconcile":
            command.add_argument("date", metavar="DATE", help="a day of the providers' calendars: 2026-11-23")
            command.add_argument("--provider", help="one of PAYMENT_METHODS; all that have bills by default")
            command.add_argument("--csv", type=Path, metavar="FILE", help="write what differs into a file as well")
        if name == "demo":
            command.add_argument("--reset", action="store_true", help="begin with a fresh store")
            command.add_argument("--size", choices=("s", "m"), default="s", help="how much history to seed")
        if name == "init":
            command.add_argument("--force", action="store_true", help="ask again where there is an .env already")
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    whole = parser()
    options = whole.parse_args(arguments)
    if options.command is None:
        whole.print_help()
        return 2
    module, _, function = COMMANDS[options.command][1].partition(":")
    command: Callable[[argparse.Namespace], int] = getattr(import_module(module), function)
    from bot.settings import SettingsError

    try:
        return command(options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
