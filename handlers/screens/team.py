"""The people behind the counter: the list, a person's card, what a role can do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import team as keys
from keyboards.admin import way_back
from keyboards.layout import keyboard
from locales import Translator
from services.staff.types import AREAS, OWNER_ROLE, Member

PER_PAGE = 8
_BREAK = Markup("\n")

Names = Mapping[str, dict[str, str]]


def role_name(t: Translator, role: str, names: Names) -> str:
    """A role in the reader's words; `names` are those of the shop's own roles."""
    if not role.startswith("own:"):
        return t.plain(f"team-role-{role}")
    return t.pick(names[role]) if role in names else t.plain("team-role-gone")


def people(
    t: Translator, members: Sequence[Member], names: Names, page: int, *, invitations: int, roles: int
) -> Screen:
    """Page `page` (from 1) of the roster."""
    last = max(1, -(-len(members) // PER_PAGE))
    page = min(max(page, 1), last)
    shown = members[(page - 1) * PER_PAGE:page * PER_PAGE]
    rows = [(each, t.plain("team-person", name=each.name, role=role_name(t, each.role, names), seen=_seen(t, each)))
            for each in shown]
    keyboard = keys.people_keys(t, rows, (page, last), invitations=invitations, roles=roles)
    return Screen(t.n("team-people", len(members)) if members else t("team-nobody"), keyboard)


def member(t: Translator, shown: Member, names: Names, *, changeable: bool) -> Screen:
    """A person's card; `changeable` by the one who looks at it."""
    return Screen(_card(t, shown, names, changeable=changeable), keys.member_keys(t, shown, changeable=changeable))


def pick_role(t: Translator, shown: Member, names: Names, offered: Sequence[str]) -> Screen:
    text = t("team-pick-role", name=shown.name, role=role_name(t, shown.role, names))
    others = [role for role in offered if role != shown.role]
    return Screen(text, keys.role_pick_keys(t, named(t, others, names), shown.id))


def named(t: Translator, roles: Sequence[str], names: Names) -> list[tuple[str, str]]:
    """Roles with their names."""
    return [(role, role_name(t, role, names)) for role in roles]


def ask_revoke(t: Translator, shown: Member, names: Names) -> Screen:
    act = keys.RevokeTap(member=shown.id, sure=True)
    text = t("team-ask-revoke", name=shown.name, role=role_name(t, shown.role, names))
    label = t.plain("team-tap-revoke-sure", name=shown.name)
    return Screen(text, keys.sure_keys(t, label, act, keys.MemberTap(member=shown.id)))


def ask_reset(t: Translator, shown: Member) -> Screen:
    act = keys.ResetCodeTap(member=shown.id, sure=True)
    label = t.plain("team-tap-reset-sure", name=shown.name)
    text = t("team-ask-reset", name=shown.name)
    return Screen(text, keys.sure_keys(t, label, act, keys.MemberTap(member=shown.id)))


def tour(
    t: Translator, headline: Markup, permissions: Collection[str], commands: Sequence[str]
) -> Screen:
    """What somebody may do here, by area, and the commands to begin with."""
    rows = [headline, t("team-tour-can"), *_rights(t, permissions), t("team-tour-commands")]
    rows += [t("team-tour-command", command=name, what=t.plain(f"team-command-{name}")) for name in commands]
    return Screen(_BREAK.join(rows), keyboard(way_back(t)))


def notice(t: Translator, key: str, **facts: str) -> Screen:
    """A line to somebody about their own rights."""
    return Screen(t(key, **facts))


def _rights(t: Translator, permissions: Collection[str]) -> list[Markup]:
    everything = "*" in permissions
    rows = []
    for area, rights in AREAS.items():
        held = [t.plain(f"team-right-{keys.dashed(each)}") for each in rights if everything or each in permissions]
        if held:
            what = t.plain("shared-list-separator").join(held)
            rows.append(t("team-tour-area", area=t.plain(f"team-area-{area}"), what=what))
    return rows


def _card(t: Translator, shown: Member, names: Names, *, changeable: bool) -> Markup:
    rows = [
        t("team-card", name=shown.name, role=role_name(t, shown.role, names), joined=t.datetime(shown.joined_at),
          seen=_seen(t, shown), code=t.plain("team-code-on" if shown.has_code else "team-code-off")),
        *_rights(t, shown.permissions),
    ]
    if not changeable:
        rows.append(t("team-card-owner" if shown.role == OWNER_ROLE else "team-card-fixed"))
    return _BREAK.join(rows)


def _seen(t: Translator, shown: Member) -> str:
    return t.datetime(shown.seen_at) if shown.seen_at else t.plain("team-never-seen")
