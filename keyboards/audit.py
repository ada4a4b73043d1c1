"""Taps and keys of the log of what staff did."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from keyboards.admin import way_back
from keyboards.layout import button, flow, keyboard
from keyboards.taps import OptionalId, Tap
from locales import Translator


class AuditTap(Tap, prefix="1ju"):
    """Entries older than `before`, of the last `days` days (0: all), of an area, a person (Telegram id) and a thing
    ("order.17")."""

    before: OptionalId = None
    days: int = 0
    area: str = ""
    who: OptionalId = None
    thing: str = ""


class AuditPickTap(Tap, prefix="1jv"):
    """Asks for another filter of the kind `what`: "w" a person, "a" an area, "d" days, "t" a thing; the others stay."""

    what: str
    days: int = 0
    area: str = ""
    who: OptionalId = None
    thing: str = ""


WHO, AREA, DAYS, THING = "w", "a", "d", "t"
# The longest thing that fits into a tap beside everything else.
THING_CELLS = 15


def list_keys(t: Translator, shown: AuditTap, labels: dict[str, str], older: int | None) -> InlineKeyboardMarkup:
    """`labels` by kind of filter; `older` is the entry that the next page begins below."""
    kept = shown.model_dump(exclude={"before"})
    picks = [button(labels[what], AuditPickTap(what=what, **kept)) for what in (WHO, AREA, DAYS, THING)]
    turns = []
    if shown.before is not None:
        turns.append(button(t.plain("team-tap-newest"), shown.model_copy(update={"before": None})))
    if older is not None:
        turns.append(button(t.plain("team-tap-older"), shown.model_copy(update={"before": older})))
    any_filter = kept != AuditTap().model_dump(exclude={"before"})
    clear = [button(t.plain("team-tap-no-filter"), AuditTap())] if any_filter else []
    return keyboard(turns, *flow(picks, most=2), clear, way_back(t))


def pick_keys(t: Translator, offered: Sequence[tuple[str, AuditTap]], back: AuditTap) -> InlineKeyboardMarkup:
    return keyboard(*flow([button(label, tap) for label, tap in offered], most=2), way_back(t, back))
