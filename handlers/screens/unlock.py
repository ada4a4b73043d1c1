"""Codes of an authenticator app: the question, the secret for a new app, and the ten minutes that follow."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import qrcode
from aiogram.types import InlineKeyboardMarkup
from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import team as keys
from locales import Translator
from services.staff.types import Enrolment


@dataclass(frozen=True, slots=True)
class Secret:
    """A photo that must not stay: `picture` is its PNG, `text` the caption."""

    text: str
    keyboard: InlineKeyboardMarkup
    picture: bytes


def secret(t: Translator, enrolment: Enrolment, minutes: int) -> Secret:
    """The secret for an authenticator, as a QR code and as text; it is taken away after `minutes`."""
    drawn = io.BytesIO()
    qrcode.make(enrolment.uri, border=3).save(drawn, "PNG")
    text = t("team-secret", secret=enrolment.secret, minutes=minutes)
    return Secret(text, keys.enrol_keys(t, enrolment.secret), drawn.getvalue())


def ask(t: Translator, *, enrolling: bool, reason: str = "") -> Screen:
    """Asks for a code; `reason` says what was wrong with the last one."""
    rows = [Markup.escape(reason)] if reason else []
    rows.append(t("team-ask-first-code" if enrolling else "team-ask-code"))
    return Screen(Markup("\n").join(rows), keys.code_keys(t, enrolling=enrolling))


def unlocked(t: Translator, left: timedelta) -> Screen:
    return Screen(t("team-unlocked", left=clock(left)), keys.unlocked_keys(t))


def banner(t: Translator, until: datetime, now: datetime) -> Markup:
    """The time left, for the home of the back office."""
    return t("team-banner", left=clock(until - now))


def clock(left: timedelta) -> str:
    """Minutes and seconds: "09:12"."""
    minutes, seconds = divmod(max(0, int(left.total_seconds())), 60)
    return f"{minutes:02d}:{seconds:02d}"
