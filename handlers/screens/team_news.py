"""The lines above the figures at the home of the back office: what stands, what waits, how long it is unlocked."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.screens.unlock import banner
from locales import Translator
from services.staff.types import DeskState


def lines(t: Translator, desk: DeskState, now: datetime) -> list[Markup]:
    rows = [t("team-frozen-line")] if desk.frozen else []
    if desk.unlocked_until is not None:
        rows.append(banner(t, desk.unlocked_until, now))
    if desk.waiting:
        rows.append(t.n("team-waiting", desk.waiting))
    return rows
