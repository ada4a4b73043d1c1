"""Keys of the figures: periods, and days that are typed."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup

from keyboards.admin import FiguresDoor, QueueDoor, way_back
from keyboards.layout import button, flow, keyboard
from keyboards.taps import Tap
from locales import Translator
from services.analytics import periods


class PeriodTap(Tap, prefix="1fb"):
    """The figures of a named period."""

    name: str


class DaysTap(Tap, prefix="1fc"):
    """Asks which days."""


def figures_keys(t: Translator, shown: str) -> InlineKeyboardMarkup:
    """The other periods, and days of one's own."""
    others = [button(t.plain(f"figures-tap-{name}"), PeriodTap(name=name)) for name in periods.NAMES if name != shown]
    return keyboard(*flow([*others, button(t.plain("figures-tap-days"), DaysTap())]), way_back(t))


def days_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard(way_back(t, FiguresDoor()))


def digest_keys(t: Translator) -> InlineKeyboardMarkup:
    """Below the owners' digest."""
    doors = (("figures-tap-more", PeriodTap(name=periods.YESTERDAY)), ("admin-tap-orders", QueueDoor()))
    return keyboard([button(t.plain(label), door) for label, door in doors])
