"""The log of what staff did, each entry in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from handlers.screens.screen import Screen
from handlers.screens.team import Names, role_name
from keyboards import audit as keys
from keyboards.admin import way_back
from keyboards.layout import keyboard
from locales import Translator
from services.shared.money import Money
from services.staff.types import AuditEntry, Member

PER_PAGE = 8
# What acts begin with, as far as one can filter by it.
AREAS = (
    "orders", "payments", "finance", "shipping", "catalog", "prices", "shelf", "stock", "categories", "tags", "import",
    "export", "deals", "coupons", "pushes", "audiences", "customers", "staff", "approvals", "shop",
)
SPANS = (1, 7, 30, 0)
# The facts that people are told, in this order.
_FACTS = (
    "name", "number", "role", "old", "new", "was", "now", "permission", "delta", "amount", "people", "products",
    "orders", "rows", "days", "from", "to", "reason",
)
_AMOUNTS = frozenset({"amount", "refund", "total", "price", "cost"})
_BREAK = Markup("\n")


def entries(
    t: Translator, found: Sequence[AuditEntry], shown: keys.AuditTap, *, subjects: Mapping[str, str], names: Names,
    people: Mapping[int, str], currency: str,
) -> Screen:
    """A page of entries; `subjects` are the names of things by subject, `people` names by Telegram id."""
    page = found[:PER_PAGE]
    own_roles = {f"role:{key.removeprefix('own:')}": t.pick(name) for key, name in names.items()}
    subjects = {**subjects, **own_roles}
    rows = [_line(t, each, subjects, names, people, currency) for each in page] or [t("team-audit-none")]
    older = page[-1].id if len(found) > PER_PAGE else None
    labels = {
        keys.WHO: t.plain("team-filter-who", what=people.get(shown.who or 0, t.plain("team-filter-all"))),
        keys.AREA: t.plain("team-filter-area", what=_area(t, shown.area)),
        keys.DAYS: t.plain("team-filter-days", what=t.plain(f"team-days-{shown.days}")),
        keys.THING: t.plain("team-filter-thing", what=thing_name(t, shown.thing, subjects)),
    }
    return Screen(_BREAK.join([t("team-audit"), *rows]), keys.list_keys(t, shown, labels, older))


def pick_person(t: Translator, people: Sequence[Member], back: keys.AuditTap) -> Screen:
    offered = [(t.plain("team-filter-all"), back.model_copy(update={"who": None}))]
    offered += [(each.name, back.model_copy(update={"who": each.telegram_id})) for each in people]
    return Screen(t("team-pick-who"), keys.pick_keys(t, offered, back))


def pick_area(t: Translator, back: keys.AuditTap) -> Screen:
    offered = [(_area(t, area), back.model_copy(update={"area": area})) for area in ("", *AREAS)]
    return Screen(t("team-pick-area"), keys.pick_keys(t, offered, back))


def pick_days(t: Translator, back: keys.AuditTap) -> Screen:
    offered = [(t.plain(f"team-days-{days}"), back.model_copy(update={"days": days})) for days in SPANS]
    return Screen(t("team-pick-days"), keys.pick_keys(t, offered, back))


def ask_thing(t: Translator, back: keys.AuditTap, reason: str = "") -> Screen:
    rows = [Markup.escape(reason)] if reason else []
    return Screen(_BREAK.join([*rows, t("team-ask-thing")]), keyboard(way_back(t, back)))


def thing_name(t: Translator, thing: str, subjects: Mapping[str, str]) -> str:
    """"order.17" or "order:17" in words, by its name where one is known."""
    if not thing:
        return t.plain("team-filter-all")
    kind, _, number = thing.replace(".", ":").partition(":")
    name = subjects.get(f"{kind}:{number}")
    key = f"team-thing-{kind}"
    return t.plain(key if t.has(key) else "team-thing-other", name=name or f"#{number}")


def _area(t: Translator, area: str) -> str:
    return t.plain(f"team-acts-{area}") if area in AREAS else t.plain("team-filter-all")


def _line(
    t: Translator, entry: AuditEntry, subjects: Mapping[str, str], names: Names, people: Mapping[int, str],
    currency: str,
) -> Markup:
    key = f"team-act-{entry.act.replace('.', '-')}"
    did = t.plain(key) if t.has(key) else t.plain("team-act-other", area=_area(t, entry.act.partition(".")[0]))
    told = ((name, entry.facts[name]) for name in _FACTS if entry.facts.get(name) not in (None, ""))
    priced_in = str(entry.facts.get("currency") or currency)
    amounts = _AMOUNTS | {"was", "now"} if entry.act.startswith("prices.") else _AMOUNTS
    facts = [
        t.plain(f"team-fact-{name}", value=t.money(Money(value, priced_in)))
        if name in amounts and isinstance(value, int) else _fact(t, name, value, names, people)
        for name, value in told
    ]
    return t("team-audit-line", time=t.datetime(entry.at), name=entry.name, did=did,
             thing=thing_name(t, entry.subject, subjects), facts="".join(f" · {fact}" for fact in facts))


def _fact(t: Translator, name: str, value: Any, names: Names, people: Mapping[int, str]) -> str:
    if name in ("role", "old", "new") and isinstance(value, str):
        shown = role_name(t, value, names) if t.has(f"team-role-{value}") or value.startswith("own:") else value
    elif name in ("from", "to") and isinstance(value, int):
        shown = people.get(value, f"#{value}")
    elif name == "permission":
        shown = t.plain(f"team-right-{str(value).replace('.', '-')}")
    elif isinstance(value, list):
        shown = t.number(len(value))
    elif isinstance(value, dict):
        shown = t.pick({str(language): str(text) for language, text in value.items()})
    else:
        shown = t.number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return t.plain(f"team-fact-{name}", value=shown)
