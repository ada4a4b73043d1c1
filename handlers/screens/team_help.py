"""The commands of staff: a list, and how each is used. The words of a command stand with its area's."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import team as keys
from keyboards.start import HelpTap
from locales import Translator

# How a command is used is said among the words of its own area.
USAGE = {
    "admin": "team-help-admin", "unlock": "team-help-unlock", "order": "queue-help-order", "add": "goods-help-add",
    "stock": "stock-help-stock", "price": "stock-help-price", "off": "shelf-help-off", "coupon": "deals-help-coupon",
    "push": "push-help-push", "report": "figures-help-report",
    "finance": "finance-help-finance",
}


def commands(t: Translator, mine: Sequence[str]) -> Screen:
    rows = [t("team-help")]
    rows += [t("team-tour-command", command=name, what=t.plain(f"team-command-{name}")) for name in mine]
    return Screen(Markup("\n").join(rows), keys.help_keys(t, mine, HelpTap()))


def command(t: Translator, name: str) -> Screen:
    """Usage with examples."""
    return Screen(t(USAGE[name]), keys.command_help_keys(t))
