"""`init`: asks the business questions and writes `.env`, with fresh secrets."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
    """Asks, checks each answer as the shop would, and writes `.env` readable for its owner only."""
    if FILE.exists() and not options.force:
        raise SettingsError(f"{FILE} is there already. To write a new one: python -m bot init --force")
    answers = ask(input)
    descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(render(answers))
    print(f"\n{FILE} is written. Next: python -m bot migrate, python -m bot doctor, python -m bot run")
    return 0


def ask(read: Callable[[str], str]) -> dict[str, str]:
    """The answers by setting; a wrong one is explained and asked again."""
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        while True:
            hint = f" [{question.default}]" if question.default else ""
            answer = read(f"{question.words}{hint}: ").strip() or question.default
            fault = _fault(question.name, answer)
            if fault is None:
                break
            print(f"  {fault}", file=sys.stderr)
        if answer:
            answers[question.name] = answer
    methods = ["sandbox", "cash_on_delivery", *(["bank_transfer"] if "BANK_ACCOUNTS" in answers else [])]
    return answers | {
        "PAYMENT_METHODS": ",".join(methods), "ENCRYPTION_KEYS": f"k1:{new_key()}",
        "SANDBOX_SECRET": secrets.token_urlsafe(24), "WEBHOOK_SECRET": secrets.token_urlsafe(24),
    }


def render(answers: dict[str, str]) -> str:
    """The text of `.env`: each setting below what it is for."""
    lines = []
    for name, value in answers.items():
        lines += [f"# {Settings.model_fields[name.lower()].description}", f"{name}='{value}'", ""]
    return "\n".join(lines)


def _fault(name: str, answer: str) -> str | None:
    """Why the shop would refuse this answer, or None."""
    if not answer:
        return "This one is needed." if name in ("SHOP_NAME", "BOT_TOKEN", "OWNER_IDS") else None
    try:
        Settings(_env_file=None, payment_methods=(), **{name.lower(): answer})  # type: ignore[call-arg]
    except ValidationError as error:
        return error.errors()[0]["msg"].removeprefix("Value error, ")
    return None
