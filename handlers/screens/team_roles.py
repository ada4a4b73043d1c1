"""The shop's own roles: names, and single permissions by area with what each is good for."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import team as keys
from keyboards.admin import way_back
from keyboards.layout import keyboard
from locales import Translator
from services.staff.types import AREAS, HeldRole, OwnRole

_BREAK = Markup("\n")


def roles(t: Translator, found: Sequence[HeldRole]) -> Screen:
    rows = [(each, t.plain("team-role-row", name=t.pick(each.role.name), people=each.holders)) for each in found]
    return Screen(t("team-roles") if found else t("team-no-roles"), keys.roles_keys(t, rows))


def ask_name(t: Translator, role: OwnRole | None, reason: str = "") -> Screen:
    """Asks for the name of a new role, or of `role`; `reason` says what was wrong with the last answer."""
    rows = [Markup.escape(reason)] if reason else []
    rows.append(t("team-ask-role-name") if role is None else t("team-ask-new-name", name=t.pick(role.name)))
    back = keys.RolesTap() if role is None else keys.RoleTap(role=role.id)
    return Screen(_BREAK.join(rows), keyboard(way_back(t, back)))


def role(t: Translator, held: HeldRole) -> Screen:
    names = " / ".join(dict.fromkeys(held.role.name.values()))
    rows = [t("team-own-role", name=names), t.n("team-own-role-people", held.holders)]
    rows.append(t("team-own-role-empty" if not held.role.permissions else "team-own-role-now"))
    return Screen(_BREAK.join(rows), keys.role_keys(t, held))


def area(t: Translator, held: HeldRole, name: str) -> Screen:
    """The permissions of an area, each with its explanation."""
    rows = [t("team-role-area", name=t.pick(held.role.name), area=t.plain(f"team-area-{name}"))]
    for permission in AREAS[name]:
        key = keys.dashed(permission)
        sign = "✅" if permission in held.role.permissions else "▫️"
        rows.append(t("team-right-line", sign=sign, right=t.plain(f"team-right-{key}"), why=t.plain(f"team-why-{key}")))
    return Screen(_BREAK.join(rows), keys.area_keys(t, held, name))


def ask_delete(t: Translator, found: OwnRole) -> Screen:
    name = t.pick(found.name)
    act = keys.RoleDeleteTap(role=found.id, sure=True)
    label = t.plain("team-tap-delete-role-sure", name=name)
    return Screen(t("team-ask-delete-role", name=name), keys.sure_keys(t, label, act, keys.RoleTap(role=found.id)))
