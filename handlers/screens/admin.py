"""The home of the back office."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import admin as keys
from locales import Translator
from services.shared.actors import Actor


def home(t: Translator, actor: Actor, shop_name: str, news: Sequence[Markup]) -> Screen:
    """Today's `news` in a few lines, and a tile for each thing that the actor may do."""
    lines = [t("admin-title", shop=shop_name), *news]
    return Screen(Markup("\n").join(lines), keys.home_keys(t, actor.permissions))
