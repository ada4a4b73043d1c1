"""Codes of an authenticator app: the question, the secret for a new app, and the ten minutes that follow."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.layout import copy, keyboard
from locales import Translator
from services.staff.types import Enrolment


def ask(t: Translator, enrolment: Enrolment | None, reason: str = "") -> Screen:
    """Asks for a code; with `enrolment` the app is to be set up first. `reason` says what was wrong with the last one."""
    rows = [Markup.escape(reason)] if reason else []
    if enrolment is None:
        return Screen(Markup("\n").join([*rows, t("admin-ask-code")]), keyboard(way_back(t)))
    rows.append(t("admin-enrol", secret=enrolment.secret))
    copied = copy(t.plain("admin-tap-copy-secret"), enrolment.secret)
    return Screen(Markup("\n").join(rows), keyboard([copied], way_back(t)))


def unlocked(t: Translator, until: datetime) -> Screen:
    return Screen(t("admin-unlocked", until=t.time(until)))
