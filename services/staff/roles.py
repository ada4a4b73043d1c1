"""Roles of the shop's own making: single permissions under a name. A change counts at once for everybody who holds
the role, so nobody puts into a role, or takes out of one, what they do not hold themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.staff import audit, mfa, repository, roster
from services.staff.errors import NotYours, RoleHeld
from services.staff.types import PERMISSIONS, ROLES, STAFF_MANAGE, HeldRole, OwnRole

MOST_ROLES = 30
LONGEST_NAME = 24


def own_roles(tx: Tx, actor: Actor) -> tuple[HeldRole, ...]:
    """The shop's own roles and how many people hold each. Raises NotAllowed."""
    actor.require(STAFF_MANAGE)
    return tuple(HeldRole(role, repository.holders(tx, role.key)) for role in repository.own_roles(tx))


def own_role(tx: Tx, actor: Actor, role_id: int) -> HeldRole:
    """Raises NotAllowed, NotFound."""
    actor.require(STAFF_MANAGE)
    found = repository.own_role(tx, role_id)
    if found is None:
        raise NotFound()
    return HeldRole(found, repository.holders(tx, found.key))


def offered(tx: Tx, actor: Actor) -> tuple[str, ...]:
    """The keys of the roles that the actor can give: built-in ones first, none with rights beyond their own."""
    actor.require(STAFF_MANAGE)
    known = {**ROLES, **{role.key: role.permissions for role in repository.own_roles(tx)}}
    return tuple(key for key, rights in known.items() if rights and _holds(actor, rights))


def names(tx: Tx) -> dict[str, dict[str, str]]:
    """The names of the shop's own roles by key, for showing who is what."""
    return {role.key: role.name for role in repository.own_roles(tx)}


def make(tx: Tx, actor: Actor, name: Mapping[str, str]) -> OwnRole:
    """A new role that may nothing yet. Raises NotAllowed, Locked, InvalidInput (field "role-name")."""
    actor.require(STAFF_MANAGE)
    mfa.require_unlocked(tx, actor)
    checked = _checked(name)
    if len(repository.own_roles(tx)) >= MOST_ROLES:
        raise InvalidInput(field="role-name", reason="role-many")
    made = repository.add_role(tx, checked, [])
    audit.record(tx, actor, "staff.make-role", f"role:{made}", {"name": checked})
    return OwnRole(made, checked, frozenset())


def rename(tx: Tx, actor: Actor, role_id: int, name: Mapping[str, str]) -> OwnRole:
    """Raises NotAllowed, Locked, NotFound, NotYours, InvalidInput (field "role-name")."""
    role = _locked(tx, actor, role_id)
    checked = _checked(name)
    repository.change_role(tx, role_id, name=checked)
    audit.record(tx, actor, "staff.rename-role", f"role:{role_id}", {"name": checked})
    return OwnRole(role_id, checked, role.permissions)


def switch(tx: Tx, actor: Actor, role_id: int, permission: str, *, on: bool) -> HeldRole:
    """Puts a permission into a role or takes it out; said twice it stays as it is.

    Raises NotAllowed, Locked, NotFound, NotYours, and RoleHeld for the last permission of a role that people hold.
    """
    role = _locked(tx, actor, role_id)
    if permission not in PERMISSIONS:
        raise NotFound()
    if not _holds(actor, frozenset({permission})):
        raise NotYours()
    rights = role.permissions | {permission} if on else role.permissions - {permission}
    holders = repository.holders(tx, role.key)
    if rights == role.permissions:
        return HeldRole(role, holders)
    if not rights and holders:
        raise RoleHeld(people=holders)
    repository.change_role(tx, role_id, permissions=[each for each in PERMISSIONS if each in rights])
    audit.record(tx, actor, "staff.allow" if on else "staff.forbid", f"role:{role_id}", {"permission": permission})
    return HeldRole(OwnRole(role_id, role.name, rights), holders)


def delete(tx: Tx, actor: Actor, role_id: int) -> None:
    """Removes a role that nobody holds; open invitations to it end. Raises NotAllowed, Locked, NotFound, NotYours,
    RoleHeld."""
    role = _locked(tx, actor, role_id)
    if holders := repository.holders(tx, role.key):
        raise RoleHeld(people=holders)
    repository.withdraw_invitations_to(tx, role.key)
    repository.delete_role(tx, role_id)
    audit.record(tx, actor, "staff.delete-role", f"role:{role_id}", {"name": role.name})


def _locked(tx: Tx, actor: Actor, role_id: int) -> OwnRole:
    """The role, held still, for an actor who may change it."""
    actor.require(STAFF_MANAGE)
    mfa.require_unlocked(tx, actor)
    role = repository.lock_role(tx, role_id)
    if role is None:
        raise NotFound()
    if not _holds(actor, role.permissions) or roster.role_of(tx, actor) == role.key:
        raise NotYours()
    return role


def _holds(actor: Actor, rights: frozenset[str]) -> bool:
    return "*" in actor.permissions or rights <= actor.permissions


def _checked(name: Mapping[str, str]) -> dict[str, str]:
    cleaned = {language: " ".join(text.split()) for language, text in name.items()}
    if not cleaned or not all(1 <= len(text) <= LONGEST_NAME for text in cleaned.values()):
        raise InvalidInput(field="role-name", reason="role-name")
    return cleaned
