"""Requests that wait for a second person: the card, the list, and what the one who asked is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import team as keys
from locales import Translator
from services.shared.money import Money
from services.staff.types import Approval

_BREAK = Markup("\n")
# More than this does not fit on a screen; the oldest come first.
_MOST = 8
_AMOUNTS = ("amount", "refund", "total")


def card(t: Translator, shown: Approval, currency: str) -> Screen:
    """The card in the group; decided, it says by whom and has no keys."""
    rows = [t("team-approval", what=what(t, shown, currency), name=shown.requested_name,
              time=t.datetime(shown.requested_at))]
    if shown.decided_name is None or shown.decided_at is None:
        return Screen(_BREAK.join(rows), keys.approval_keys(t, shown.id))
    rows.append(t(f"team-approval-{shown.state}", name=shown.decided_name, time=t.datetime(shown.decided_at)))
    return Screen(_BREAK.join(rows))


def waiting(t: Translator, found: Sequence[Approval], currency: str) -> Screen:
    shown = found[:_MOST]
    rows = [t.n("team-approvals", len(found))] if found else [t("team-no-approvals")]
    rows += [t("team-approval-line", what=what(t, each, currency), name=each.requested_name,
               time=t.datetime(each.requested_at)) for each in shown]
    labels = [(each.id, str(number)) for number, each in enumerate(shown, start=1)]
    if len(shown) == 1:
        labels = [(shown[0].id, "")]
    return Screen(_BREAK.join(rows), keys.waiting_keys(t, labels))


def decided(t: Translator, shown: Approval, currency: str) -> Screen:
    """For the one who asked."""
    name = shown.decided_name or ""
    return Screen(t(f"team-decided-{shown.state}", name=name, what=what(t, shown, currency)))


def what(t: Translator, shown: Approval, currency: str) -> Markup:
    """What is asked for, in words with its facts."""
    money = str(shown.facts.get("currency", currency))
    facts: dict[str, Any] = {name: _word(t, name, value, money) for name, value in shown.facts.items()}
    return t(f"team-what-{keys.dashed(shown.act)}", **facts)


def _word(t: Translator, name: str, value: Any, currency: str) -> str:
    if name in _AMOUNTS and isinstance(value, int):
        return t.money(Money(value, currency))
    if isinstance(value, dict):
        return t.pick(value)
    return t.number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)
