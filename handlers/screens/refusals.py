"""The one place that turns a refusal's code and facts into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from locales import Translator
from services.shared.errors import Refusal
from services.shared.money import Money


def words(t: Translator, refusal: Refusal) -> str:
    """What the person is told: the text of `error-<code>-<reason>`, else `error-<code>`, filled with the facts."""
    reason = refusal.facts.get("reason")
    key = f"error-{refusal.code}-{reason}"
    if reason is None or not t.has(key):
        key = f"error-{refusal.code}" if t.has(f"error-{refusal.code}") else "error-refused"
    facts: dict[str, Any] = {name: _word(t, fact) for name, fact in refusal.facts.items()}
    return t.plain(key, **facts)


def _word(t: Translator, fact: object) -> object:
    if isinstance(fact, Money):
        return t.money(fact)
    if isinstance(fact, datetime):
        return t.datetime(fact)
    if isinstance(fact, Mapping):
        return t.pick({str(language): str(text) for language, text in fact.items()})
    if isinstance(fact, int) and not isinstance(fact, bool):
        return t.number(fact)
    return fact
