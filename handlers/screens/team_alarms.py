"""What owners see of a fault of the program."""

from __future__ import annotations

from handlers.screens.screen import Screen
from locales import Translator
from services.staff.types import Alarm


def alarm(t: Translator, shown: Alarm) -> Screen:
    return Screen(t("team-alarm", reference=shown.reference, cause=shown.cause,
                    times=t.n("team-alarm-times", shown.times), time=t.time(shown.last_at)))
