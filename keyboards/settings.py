"""Taps and keys of settings, checks and the emergency stop."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup

from keyboards.admin import SettingsDoor, way_back
from keyboards.layout import DANGER, PRIMARY, button, keyboard
from keyboards.taps import Tap
from locales import Translator


class PreflightTap(Tap, prefix="1jz"):
    """Looks at what is around the shop."""


class FreezeTap(Tap, prefix="1jfa"):
    """Asks for the shop's name, which stops the shop."""


class ThawTap(Tap, prefix="1jfb"):
    """Asks for the shop's name, which opens the shop again."""


def settings_keys(t: Translator, *, frozen: bool, switches: bool) -> InlineKeyboardMarkup:
    stop = button(t.plain("team-tap-freeze"), FreezeTap(), DANGER)
    again = button(t.plain("team-tap-thaw"), ThawTap(), PRIMARY)
    return keyboard(
        [button(t.plain("team-tap-preflight"), PreflightTap())], [again if frozen else stop] if switches else [],
        way_back(t),
    )


def preflight_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard([button(t.plain("team-tap-preflight-again"), PreflightTap())], way_back(t, SettingsDoor()))


def asking_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard(way_back(t, SettingsDoor()))
