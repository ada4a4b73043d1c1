"""`init`: asks the business questions and writes `.env`; secrets are made where there are none yet."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import ValidationError

from bot.settings import Settings, SettingsError
from services.shared.crypto import new_key

FILE = Path(".env")


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `default` answers an empty line."""

    name: str
    words: str
    default: str = ""


QUESTIONS = (
    Question("SHOP_NAME", "The shop's name (by language where it differs: zh=青粒优选;en=Qingli Select)"),
    Question("BOT_TOKEN", "The bot's token from @BotFather"),
    Question("OWNER_IDS", "Your Telegram id (send a message to @userinfobot to learn it)"),
    Question("STAFF_CHAT_ID", "The staff group's id, where order cards appear (empty: they come to you)"),
    Question("SHOP_CURRENCY", "The currency of your prices", "CNY"),
    Question("SHOP_TIMEZONE", "The time zone of your shop", "Asia/Shanghai"),
    Question("SHOP_LANGUAGES", "The languages you serve, the first by default", "zh,en"),
    Question("PUBLIC_URL", "The https address of the web pages (empty: this machine only)"),
    Question("BANK_ACCOUNTS", "The account for bank transfers, label=value;… (empty: no bank transfers)"),
)


def init(options: argparse.Namespace) -> int:
    """Asks, checks each answer as the shop would, and writes `.env` readable for its owner only.

    With `--force` over an existing file: its values are the defaults, its secrets and whatever is not asked about stay.
    """
    if FILE.exists() and not options.force:
        raise SettingsError(f"{FILE} is there already. To go through the questions again: python -m bot init --force")
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    try:
        answers = ask(input, values(text))
    except EOFError:
        raise SettingsError("init asks questions: run it in a terminal. .env.example names all settings.") from None
    _write(revised(text, answers))
    print(f"\n{FILE} is written. Next: python -m bot migrate, python -m bot doctor, python -m bot run")
    return 0


def ask(read: Callable[[str], str], present: Mapping[str, str]) -> dict[str, str]:
    """What is to be set by name: the answers and what follows from them; `present` answers empty lines.

    A wrong answer is explained and asked again.
    """
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        default = present.get(question.name) or question.default
        hint = "kept" if default and question.name == "BOT_TOKEN" else default
        while True:
            answer = read(f"{question.words}{f' [{hint}]' if hint else ''}: ").strip() or default
            fault = _fault(question.name, answer)
            if fault is None:
                break
            print(f"  {fault}", file=sys.stderr)
        if answer:
            answers[question.name] = answer
    return answers | _derived(answers, present)


def values(text: str) -> dict[str, str]:
    """The settings that the text of an `.env` has."""
    return {binding.key: binding.value for binding in parse_stream(StringIO(text)) if binding.key and binding.value}


def revised(text: str, answers: Mapping[str, str]) -> str:
    """The text of an `.env` with `answers` in place of its values; new ones at the end, below what they are for."""
    lines, missing = [], dict(answers)
    for binding in parse_stream(StringIO(text)):
        if binding.key in answers:
            if binding.key in missing:
                lines.append(_line(binding.key, missing.pop(binding.key)))
        else:
            lines.append(binding.original.string)
    if missing and lines and not lines[-1].endswith("\n"):
        lines.append("\n")
    for name, value in missing.items():
        lines.append(f"# {Settings.model_fields[name.lower()].description}\n{_line(name, value)}\n")
    return "".join(lines)


def _derived(answers: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str]:
    """Secrets where there are none (a lost key would make all personal data unreadable), and the ways to pay."""
    made = {"ENCRYPTION_KEYS": f"k1:{new_key()}", "SANDBOX_SECRET": secrets.token_urlsafe(24),
            "WEBHOOK_SECRET": secrets.token_urlsafe(24)}
    derived = {name: value for name, value in made.items() if not present.get(name)}
    methods = present.get("PAYMENT_METHODS") or "sandbox,cash_on_delivery"
    if "BANK_ACCOUNTS" in answers and not present.get("BANK_ACCOUNTS") and "bank_transfer" not in methods:
        methods += ",bank_transfer"
    if methods != present.get("PAYMENT_METHODS"):
        derived["PAYMENT_METHODS"] = methods
    return derived


def _line(name: str, value: str) -> str:
    """A setting in single quotes, where a backslash escapes a backslash and a quote."""
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{quoted}'\n"


def _write(text: str) -> None:
    """Replaces `.env` in one step: whatever happens, the old secrets or the new ones are there."""
    fresh = FILE.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(FILE)


def _fault(name: str, answer: str) -> str | None:
    """Why the shop would refuse this answer, or None."""
    if not answer:
        return "This one is needed." if name in ("SHOP_NAME", "BOT_TOKEN", "OWNER_IDS") else None
    if "${" in answer:
        return "${ would be taken for a variable."
    try:
        Settings(_env_file=None, **{name.lower(): answer})  # type: ignore[call-arg]
    except ValidationError as error:
        faults = [found["msg"] for found in error.errors() if found["loc"] == (name.lower(),)]
        return faults[0].removeprefix("Value error, ") if faults else None
    return None
