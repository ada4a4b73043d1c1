"""Words of pushes: conditions, times, languages, and the count of an audience."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from locales import Translator
from services.campaigns.types import AT, LOCAL, SPENT, UNSEEN, Audience, Condition, Push, Reach
from services.shared.money import Money

BREAK = Markup("\n")


def condition(t: Translator, each: Condition, name: dict[str, str]) -> str:
    """"Bought P3 filter (within 30 days)", or the same with a "not"."""
    within = t.plain("push-within", days=t.number(each.days)) if each.days and each.kind != UNSEEN else ""
    what = t.pick(name) or t.plain("push-what-anything" if not each.of and not each.id else "push-what-gone")
    if each.kind == SPENT:
        what = t.money(Money(each.amount, each.currency))
    if each.kind == UNSEEN:
        what = t.number(each.days or 0)
    words = t.plain(f"push-if-{each.kind}", what=what) + within
    return t.plain("push-if-not", what=words) if each.negated else words


def groups(t: Translator, audience: Audience, names: Mapping[Condition, dict[str, str]]) -> list[Markup]:
    """The conditions, numbered as on their buttons: "1.2" is the second one of the first group."""
    if not audience.groups:
        return [t("push-everybody")]
    lines: list[Markup] = []
    for number, conditions in enumerate(audience.groups, 1):
        if number > 1:
            lines.append(t("push-or"))
        for place, each in enumerate(conditions, 1):
            words = condition(t, each, names.get(each, {}))
            lines.append(t("push-condition" if place == 1 else "push-condition-and", number=f"{number}.{place}",
                           what=words))
    return lines


def count(t: Translator, reach: Reach) -> Markup:
    """"1,204 − 35 unsubscribed − 22 blocked − 41 capped = 1,106 will get it (zh 900 / en 206)"."""
    numbers = {name: t.number(getattr(reach, name)) for name in ("people", "unsubscribed", "blocked", "capped", "left")}
    languages = " / ".join(f"{language} {t.number(many)}" for language, many in reach.languages.items())
    line = t("push-count", **numbers)
    return line + t("push-count-languages", languages=languages) if languages else line


def time(t: Translator, push: Push) -> str:
    if push.timing == AT and push.send_at is not None:
        return t.datetime(push.send_at)
    if push.timing == LOCAL:
        return t.plain("push-time-local", hour=push.local_hour)
    return t.plain("push-time-now")


def language(t: Translator, code: str) -> str:
    key = f"push-language-{code}"
    return t.plain(key) if t.has(key) else code


def name(t: Translator, push: Push) -> str:
    return push.name or t.plain("push-unnamed")
