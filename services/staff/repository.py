from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from services.shared.db import Tx
from services.staff.models import StaffInvitationRow, StaffMemberRow, StaffRoleRow
from services.staff.types import Invitation, Member, OwnRole

MEMBERS, ROLES, INVITATIONS = StaffMemberRow.__table__, StaffRoleRow.__table__, StaffInvitationRow.__table__

_BY_TELEGRAM_ID = select(MEMBERS).where(MEMBERS.c.telegram_id == bindparam("telegram_id"))
_LOCK_MEMBER = _BY_TELEGRAM_ID.with_for_update()
_BY_ID = select(MEMBERS).where(MEMBERS.c.id == bindparam("member_id"))
_ADD_MEMBER = insert(MEMBERS)
_MEMBERS = select(MEMBERS).where(MEMBERS.c.revoked_at.is_(None)).order_by(MEMBERS.c.id)
_SEEN = update(MEMBERS).where(MEMBERS.c.telegram_id == bindparam("who")).values(seen_at=bindparam("now"))
_ROLE = select(ROLES).where(ROLES.c.id == bindparam("role_id"))
_ROLES = select(ROLES).order_by(ROLES.c.id)
_LOCK_ROLE = _ROLE.with_for_update()
_ADD_ROLE = insert(ROLES)
_HELD = select(func.count()).where(MEMBERS.c.role == bindparam("role"), MEMBERS.c.revoked_at.is_(None))
_ADD_INVITATION = insert(INVITATIONS)
_BY_DIGEST = select(INVITATIONS).where(INVITATIONS.c.digest == bindparam("digest"))
_USE = (
    update(INVITATIONS)
    .where(INVITATIONS.c.id == bindparam("invitation_id"), INVITATIONS.c.used_by.is_(None),
           INVITATIONS.c.withdrawn_at.is_(None), INVITATIONS.c.expires_at > bindparam("now"))
    .values(used_by=bindparam("who"), used_at=bindparam("now"))
)
_WITHDRAW = (
    update(INVITATIONS)
    .where(INVITATIONS.c.id == bindparam("invitation_id"), INVITATIONS.c.used_by.is_(None),
           INVITATIONS.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("now"))
)
_STILL_OPEN = (INVITATIONS.c.used_by.is_(None), INVITATIONS.c.withdrawn_at.is_(None))
_WITHDRAW_BY = (
    update(INVITATIONS).where(INVITATIONS.c.created_by == bindparam("who"), *_STILL_OPEN)
    .values(withdrawn_at=bindparam("now"))
)
_WITHDRAW_TO = (
    update(INVITATIONS).where(INVITATIONS.c.role == bindparam("to_role"), *_STILL_OPEN)
    .values(withdrawn_at=bindparam("now"))
)
_OPEN = (
    select(INVITATIONS)
    .where(INVITATIONS.c.used_by.is_(None), INVITATIONS.c.withdrawn_at.is_(None),
           INVITATIONS.c.expires_at > bindparam("now"))
    .order_by(INVITATIONS.c.id.desc())
)


def row_of(tx: Tx, telegram_id: int) -> Row[Any] | None:
    return tx.first(_BY_TELEGRAM_ID, {"telegram_id": telegram_id})


def lock(tx: Tx, telegram_id: int) -> Row[Any] | None:
    """The person's row, which nobody else changes until this transaction ends."""
    return tx.first(_LOCK_MEMBER, {"telegram_id": telegram_id})


def row(tx: Tx, member_id: int) -> Row[Any] | None:
    return tx.first(_BY_ID, {"member_id": member_id})


def add_member(tx: Tx, values: dict[str, Any]) -> int:
    return tx.insert(_ADD_MEMBER, values)


def change_member(tx: Tx, telegram_id: int, **values: Any) -> None:
    tx.execute(update(MEMBERS).where(MEMBERS.c.telegram_id == telegram_id).values(**values))


def members(tx: Tx) -> list[Row[Any]]:
    """Everybody on the roster who was not put out."""
    return list(tx.rows(_MEMBERS))


def note_seen(tx: Tx, telegram_id: int) -> None:
    tx.execute(_SEEN, {"who": telegram_id, "now": tx.now})


def own_role(tx: Tx, role_id: int) -> OwnRole | None:
    found = tx.first(_ROLE, {"role_id": role_id})
    return None if found is None else _own_role(found)


def lock_role(tx: Tx, role_id: int) -> OwnRole | None:
    """The role, which nobody changes, gives or deletes until this transaction ends."""
    found = tx.first(_LOCK_ROLE, {"role_id": role_id})
    return None if found is None else _own_role(found)


def own_roles(tx: Tx) -> tuple[OwnRole, ...]:
    return tuple(_own_role(found) for found in tx.rows(_ROLES))


def add_role(tx: Tx, name: dict[str, str], permissions: list[str]) -> int:
    return tx.insert(_ADD_ROLE, {"name": name, "permissions": permissions})


def change_role(tx: Tx, role_id: int, **values: Any) -> None:
    tx.execute(update(ROLES).where(ROLES.c.id == role_id).values(**values))


def delete_role(tx: Tx, role_id: int) -> None:
    tx.execute(ROLES.delete().where(ROLES.c.id == role_id))


def holders(tx: Tx, role: str) -> int:
    """How many people hold a role now."""
    return tx.scalar(_HELD, {"role": role})


def add_invitation(tx: Tx, values: dict[str, Any]) -> int:
    return tx.insert(_ADD_INVITATION, values)


def invitation_row(tx: Tx, digest: str) -> Row[Any] | None:
    return tx.first(_BY_DIGEST, {"digest": digest})


def use_invitation(tx: Tx, invitation_id: int, who: int) -> bool:
    """False when it cannot be used any more."""
    return tx.changed(_USE, {"invitation_id": invitation_id, "who": who, "now": tx.now}) == 1


def withdraw_invitation(tx: Tx, invitation_id: int) -> bool:
    return tx.changed(_WITHDRAW, {"invitation_id": invitation_id, "now": tx.now}) == 1


def withdraw_invitations_by(tx: Tx, telegram_id: int) -> None:
    tx.execute(_WITHDRAW_BY, {"who": telegram_id, "now": tx.now})


def withdraw_invitations_to(tx: Tx, role: str) -> None:
    tx.execute(_WITHDRAW_TO, {"to_role": role, "now": tx.now})


def open_invitations(tx: Tx) -> tuple[Invitation, ...]:
    return tuple(invitation_of(found) for found in tx.rows(_OPEN, {"now": tx.now}))


def invitation_of(found: Row[Any]) -> Invitation:
    return Invitation(found.id, found.role, found.created_name, found.created_at, found.expires_at)


def member_of(found: Row[Any], permissions: frozenset[str]) -> Member:
    return Member(
        id=found.id, telegram_id=found.telegram_id, name=found.name, role=found.role, permissions=permissions,
        joined_at=found.joined_at, revoked_at=found.revoked_at, seen_at=found.seen_at,
        has_code=found.confirmed_at is not None, unlocked_until=found.unlocked_until,
    )


def _own_role(found: Row[Any]) -> OwnRole:
    return OwnRole(found.id, found.name, frozenset(found.permissions))
