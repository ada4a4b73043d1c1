"""Settings as they may be seen, what a check before going live found, and the emergency stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from handlers.screens.customers import LANGUAGE_NAMES
from handlers.screens.findings import Configured, Finding
from handlers.screens.screen import Screen
from keyboards import settings as keys
from locales import Translator

_BREAK = Markup("\n")


def settings(t: Translator, configured: Sequence[Configured], *, frozen: bool, switches: bool) -> Screen:
    """`switches`: the reader may stop the shop and open it again."""
    rows = [t("team-settings"), *([t("team-frozen-line")] if frozen else []), *(_line(t, each) for each in configured)]
    return Screen(_BREAK.join(rows), keys.settings_keys(t, frozen=frozen, switches=switches))


def preflight(t: Translator, found: Sequence[tuple[str, Finding]], now: datetime) -> Screen:
    troubles = sum(not finding.fine for _, finding in found)
    rows = [t("team-preflight", time=t.time(now))]
    rows.append(t.n("team-preflight-troubles", troubles) if troubles else t("team-preflight-fine"))
    rows += [
        t("team-preflight-line", sign="✅" if finding.fine else "❌", name=t.plain(f"team-check-{name}"),
          what=t.plain(f"team-found-{finding.code}", None, **finding.facts))
        for name, finding in found
    ]
    return Screen(_BREAK.join(rows), keys.preflight_keys(t))


def ask_name(t: Translator, shop: str, *, frozen: bool, reason: str = "") -> Screen:
    """Asks for the shop's name: to open it again where it is `frozen`, else to stop it."""
    rows = [Markup.escape(reason)] if reason else []
    rows.append(t("team-ask-thaw" if frozen else "team-ask-freeze", shop=shop))
    return Screen(_BREAK.join(rows), keys.asking_keys(t))


def _line(t: Translator, shown: Configured) -> Markup:
    value = _value(t, shown) or t.plain("team-setting-none")
    if shown.secret and shown.value:
        value = t.plain("team-setting-on", value=shown.value)
    return t("team-setting", name=t.plain(f"team-set-{shown.name}"), value=value)


def _value(t: Translator, shown: Configured) -> str:
    """A setting in words where it is a code."""
    words = {
        "updates": lambda code: t.plain(f"team-updates-{code}"),
        "methods": lambda code: t.plain(f"payments-method-{code}"),
        "languages": lambda code: LANGUAGE_NAMES.get(code, code),
    }
    if shown.name not in words or not shown.value:
        return shown.value
    return t.plain("shared-list-separator").join(words[shown.name](code) for code in shown.value.split(", "))
