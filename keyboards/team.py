"""Taps and keys of the team: people, roles, invitations, codes and second persons."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from keyboards.admin import PeopleDoor, way_back
from keyboards.layout import DANGER, PRIMARY, SUCCESS, button, copy, flow, keyboard, link
from keyboards.taps import HomeTap, Id, NoteTap, Tap
from locales import Translator
from services.staff.types import AREAS, HeldRole, Invitation, Member


class PeopleTap(Tap, prefix="1jpa"):
    """A page of the list of people."""

    page: int


class MemberTap(Tap, prefix="1jd"):
    """The card of a person."""

    member: Id


class RolePickTap(Tap, prefix="1je"):
    """Asks for a person's new role."""

    member: Id


class RoleGiveTap(Tap, prefix="1jf"):
    """Gives a person the role `role`, a word of `word`."""

    member: Id
    role: str


class RevokeTap(Tap, prefix="1jg"):
    """Asks whether to take all rights from a person; with `sure` does."""

    member: Id
    sure: bool = False


class ResetCodeTap(Tap, prefix="1jh"):
    """Asks whether to put a person's authenticator out of force; with `sure` does."""

    member: Id
    sure: bool = False


class InviteTap(Tap, prefix="1ji"):
    """Asks for the role of the person to be invited."""


class InviteAsTap(Tap, prefix="1jj"):
    """Makes an invitation to the role `role`, a word of `word`."""

    role: str


class InvitationsTap(Tap, prefix="1jk"):
    """The invitations that can still be used."""


class WithdrawTap(Tap, prefix="1jl"):
    """Ends an invitation."""

    invitation: Id


class JoinTap(Tap, prefix="1jm"):
    """The person who followed an invitation wants to join."""

    token: str


class RolesTap(Tap, prefix="1jn"):
    """The shop's own roles."""


class RoleMakeTap(Tap, prefix="1jo"):
    """Asks for the name of a new role."""


class RoleTap(Tap, prefix="1jp"):
    """A role of the shop's own."""

    role: Id


class RoleAreaTap(Tap, prefix="1jq"):
    """The permissions of one area, each to be put into the role or taken out."""

    role: Id
    area: str


class RoleSwitchTap(Tap, prefix="1jr"):
    """Puts a permission into a role or takes it out."""

    role: Id
    permission: str
    on: bool


class RoleRenameTap(Tap, prefix="1js"):
    """Asks for a role's new name."""

    role: Id


class RoleDeleteTap(Tap, prefix="1jt"):
    """Asks whether to remove a role; with `sure` does."""

    role: Id
    sure: bool = False


class ApproveTap(Tap, prefix="1jx"):
    """A second person agrees."""

    approval: Id


class DeclineTap(Tap, prefix="1jy"):
    """A second person says no."""

    approval: Id


class EnrolTap(Tap, prefix="1jea"):
    """Shows the secret for an authenticator once more, a new one."""


class LockTap(Tap, prefix="1jeb"):
    """Ends the ten minutes early."""


class CommandHelpTap(Tap, prefix="1jha"):
    """How a command is used."""

    command: str


class StaffHelpTap(Tap, prefix="1jhb"):
    """The commands of a member of staff."""


def word(role: str) -> str:
    """A role's key as it travels in a button."""
    return role.replace(":", ".")


def role_of(word: str) -> str:
    return word.replace(".", ":")


def people_keys(
    t: Translator, rows: Sequence[tuple[Member, str]], pages: tuple[int, int], *, invitations: int, roles: int
) -> InlineKeyboardMarkup:
    """People with their labels; `pages`: the page and how many there are."""
    more = [
        button(t.plain("team-tap-invite"), InviteTap(), PRIMARY),
        button(t.plain("team-tap-invitations", number=invitations), InvitationsTap()),
        button(t.plain("team-tap-roles", number=roles), RolesTap()),
    ]
    listed = [[button(label, MemberTap(member=member.id))] for member, label in rows]
    return keyboard(*listed, turning(t, pages), *flow(more, most=2), way_back(t))


def turning(t: Translator, pages: tuple[int, int]) -> list[InlineKeyboardButton]:
    page, last = pages
    if last == 1:
        return []
    earlier = [button("‹", PeopleTap(page=page - 1))] if page > 1 else []
    later = [button("›", PeopleTap(page=page + 1))] if page < last else []
    return [*earlier, button(f"{page}/{last}", NoteTap(key="team-page-note")), *later]


def member_keys(t: Translator, member: Member, *, changeable: bool) -> InlineKeyboardMarkup:
    if not changeable:
        return keyboard(way_back(t, PeopleDoor()))
    reset = [button(t.plain("team-tap-reset"), ResetCodeTap(member=member.id))] if member.has_code else []
    return keyboard(
        [button(t.plain("team-tap-role"), RolePickTap(member=member.id)), *reset],
        [button(t.plain("team-tap-revoke"), RevokeTap(member=member.id))],
        way_back(t, PeopleDoor()),
    )


def sure_keys(t: Translator, label: str, act: Tap, back: Tap) -> InlineKeyboardMarkup:
    """The second step of an act that costs something."""
    return keyboard([button(label, act, DANGER)], way_back(t, back))


def role_pick_keys(t: Translator, offered: Sequence[tuple[str, str]], member_id: int) -> InlineKeyboardMarkup:
    """Roles by key and name, for somebody on the roster."""
    keys = [button(name, RoleGiveTap(member=member_id, role=word(role))) for role, name in offered]
    return keyboard(*flow(keys, most=2), way_back(t, MemberTap(member=member_id)))


def invite_keys(t: Translator, offered: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
    keys = [button(name, InviteAsTap(role=word(role))) for role, name in offered]
    return keyboard(*flow(keys, most=2), way_back(t, PeopleDoor()))


def invited_keys(t: Translator, url: str, words: str, invitation_id: int) -> InlineKeyboardMarkup:
    """The link of an invitation, to be copied or handed on."""
    handed_on = f"https://t.me/share/url?url={quote(url, safe='')}&text={quote(words, safe='')}"
    return keyboard(
        [copy(t.plain("team-tap-copy-link"), url), link(t.plain("team-tap-share-link"), handed_on)],
        [button(t.plain("team-tap-withdraw"), WithdrawTap(invitation=invitation_id))],
        way_back(t, PeopleDoor()),
    )


def invitations_keys(t: Translator, rows: Sequence[tuple[Invitation, str]]) -> InlineKeyboardMarkup:
    listed = [[button(label, WithdrawTap(invitation=each.id))] for each, label in rows]
    return keyboard(*listed, [button(t.plain("team-tap-invite"), InviteTap(), PRIMARY)], way_back(t, PeopleDoor()))


def join_keys(t: Translator, token: str) -> InlineKeyboardMarkup:
    home = button(t.plain("shared-tap-home"), HomeTap())
    return keyboard([button(t.plain("team-tap-join"), JoinTap(token=token), SUCCESS)], [home])


def roles_keys(t: Translator, roles: Sequence[tuple[HeldRole, str]]) -> InlineKeyboardMarkup:
    listed = [[button(label, RoleTap(role=each.role.id))] for each, label in roles]
    return keyboard(*listed, [button(t.plain("team-tap-make-role"), RoleMakeTap(), PRIMARY)], way_back(t, PeopleDoor()))


def role_keys(t: Translator, held: HeldRole) -> InlineKeyboardMarkup:
    """A role's areas with how many of their permissions it has."""
    role = held.role
    areas = [
        button(t.plain("team-tap-area", area=t.plain(f"team-area-{area}"), held=len(role.permissions & set(rights)),
                       all=len(rights)), RoleAreaTap(role=role.id, area=area))
        for area, rights in AREAS.items()
    ]
    change = [
        button(t.plain("team-tap-rename-role"), RoleRenameTap(role=role.id)),
        button(t.plain("team-tap-delete-role"), RoleDeleteTap(role=role.id)),
    ]
    return keyboard(*flow(areas, most=2), *flow(change, most=2), way_back(t, RolesTap()))


def area_keys(t: Translator, held: HeldRole, area: str) -> InlineKeyboardMarkup:
    """Each permission of an area with its present state; a tap turns it over."""
    role = held.role
    rights = []
    for permission in AREAS[area]:
        on = permission in role.permissions
        label = t.plain("team-tap-on" if on else "team-tap-off", what=t.plain(f"team-right-{dashed(permission)}"))
        rights.append([button(label, RoleSwitchTap(role=role.id, permission=permission, on=not on))])
    return keyboard(*rights, way_back(t, RoleTap(role=role.id)))


def dashed(name: str) -> str:
    """"orders.view" as a part of a key."""
    return name.replace(".", "-")


def approval_keys(t: Translator, approval_id: int) -> InlineKeyboardMarkup:
    return keyboard([
        button(t.plain("team-tap-approve"), ApproveTap(approval=approval_id), SUCCESS),
        button(t.plain("team-tap-decline"), DeclineTap(approval=approval_id)),
    ])


def waiting_keys(t: Translator, rows: Sequence[tuple[int, str]]) -> InlineKeyboardMarkup:
    """Open requests by id, each with its two answers."""
    listed = [
        [button(t.plain("team-tap-approve-that", what=label), ApproveTap(approval=id_), SUCCESS),
         button(t.plain("team-tap-decline"), DeclineTap(approval=id_))]
        for id_, label in rows
    ]
    return keyboard(*listed, way_back(t))


def enrol_keys(t: Translator, secret: str) -> InlineKeyboardMarkup:
    return keyboard([copy(t.plain("team-tap-copy-secret"), secret)])


def code_keys(t: Translator, *, enrolling: bool) -> InlineKeyboardMarkup:
    again = [button(t.plain("team-tap-enrol-again"), EnrolTap())] if enrolling else []
    return keyboard(again, way_back(t))


def unlocked_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard([button(t.plain("team-tap-lock"), LockTap())], way_back(t))


def help_keys(t: Translator, commands: Sequence[str], shop_help: Tap) -> InlineKeyboardMarkup:
    listed = [button(f"/{name}", CommandHelpTap(command=name)) for name in commands]
    return keyboard(*flow(listed), [button(t.plain("team-tap-shop-help"), shop_help)], way_back(t))


def command_help_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard(way_back(t, StaffHelpTap()))
