"""Who works here and what they may do: looked up at every act, so that rights taken away are gone at once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.shared.actors import Actor, staff
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.ids import random_code
from services.staff import audit, mfa, notices, repository
from services.staff.errors import AlreadyStaff, InvitationGone, NotYours
from services.staff.types import OWNER, OWNER_ROLE, ROLES, STAFF_MANAGE, Invitation, Member

INVITATION_LASTS = timedelta(hours=24)
# How exact "last seen" is: noting every tap would be a write for every tap.
SEEN_EVERY = timedelta(minutes=5)


def find_actor(tx: Tx, telegram_id: int, name: str, owner_ids: frozenset[int]) -> Actor | None:
    """The staff actor behind a Telegram account, with the rights of this moment; None for everybody else."""
    if telegram_id in owner_ids:
        return staff(telegram_id, name, OWNER)
    row = repository.row_of(tx, telegram_id)
    if row is None or row.revoked_at is not None:
        return None
    return staff(telegram_id, row.name, permissions_of(tx, row.role))


def permissions_of(tx: Tx, role: str) -> frozenset[str]:
    """What a role may do; nothing for one that is no longer there."""
    if role == OWNER_ROLE:
        return OWNER
    if role in ROLES:
        return ROLES[role]
    own = repository.own_role(tx, _own_id(role)) if role.startswith("own:") else None
    return frozenset() if own is None else own.permissions


def enlist(tx: Tx, actor: Actor, telegram_id: int, name: str, role: str) -> None:
    """Puts a person on the roster, or gives them another role; who was put out comes back.

    For the program itself (the demo, the command line): people join by an invitation. Raises NotAllowed.
    """
    actor.require(STAFF_MANAGE)
    _put(tx, telegram_id, name, role, actor.label)


def members(tx: Tx, actor: Actor) -> tuple[Member, ...]:
    """The roster, in the order of joining. Raises NotAllowed."""
    actor.require(STAFF_MANAGE)
    return tuple(_member(tx, row) for row in repository.members(tx))


def colleagues(tx: Tx, permission: str) -> tuple[Member, ...]:
    """Everybody on the roster who holds `permission`, for handing work over; owners from the settings are not listed
    before they have done something themselves."""
    found = (_member(tx, row) for row in repository.members(tx))
    return tuple(each for each in found if {"*", permission} & each.permissions)


def invite(tx: Tx, actor: Actor, role: str) -> tuple[Invitation, str]:
    """Makes a link for one person, good for 24 hours; returns it with its token, which is not kept anywhere.

    Raises NotAllowed, Locked, NotFound for an unknown role, NotYours for rights that the actor does not hold.
    """
    actor.require(STAFF_MANAGE)
    mfa.require_unlocked(tx, actor)
    require_within(tx, actor, role)
    token = random_code(32)
    made = repository.add_invitation(tx, {
        "digest": _digest(token), "role": role, "created_by": actor.id, "created_name": actor.name,
        "created_at": tx.now, "expires_at": tx.now + INVITATION_LASTS,
    })
    audit.record(tx, actor, "staff.invite", f"invitation:{made}", {"role": role})
    return Invitation(made, role, actor.name, tx.now, tx.now + INVITATION_LASTS), token


def look_at(tx: Tx, token: str) -> Invitation:
    """What a link offers. Raises NotFound; InvitationGone when it cannot be used any more."""
    row = repository.invitation_row(tx, _digest(token))
    if row is None:
        raise NotFound()
    if row.used_by is not None:
        raise InvitationGone(reason="used")
    if row.withdrawn_at is not None:
        raise InvitationGone(reason="withdrawn")
    if row.expires_at <= tx.now:
        raise InvitationGone(reason="expired")
    return repository.invitation_of(row)


def join(tx: Tx, actor: Actor, token: str, telegram_id: int, name: str) -> Member:
    """The person who followed the link, a customer so far, becomes staff. Of two people with one link one gets in.

    Raises NotAllowed for anybody but a customer, NotFound, InvitationGone, AlreadyStaff.
    """
    actor.require_customer()
    invitation = look_at(tx, token)
    known = repository.row_of(tx, telegram_id)
    if known is not None and known.revoked_at is None:
        raise AlreadyStaff(role=known.role)
    if not permissions_of(tx, invitation.role):
        raise InvitationGone(reason="withdrawn")
    if not repository.use_invitation(tx, invitation.id, telegram_id):
        raise InvitationGone(reason="used")
    _put(tx, telegram_id, name, invitation.role, f"invitation:{invitation.id}")
    joined = staff(telegram_id, name, permissions_of(tx, invitation.role))
    audit.record(tx, joined, "staff.join", f"staff:{telegram_id}", {"role": invitation.role})
    notices.tell(tx, telegram_id, notices.JOINED)
    row = repository.row_of(tx, telegram_id)
    assert row is not None
    return _member(tx, row)


def revoke(tx: Tx, actor: Actor, member_id: int) -> Member:
    """Takes all rights from a person, at once; invitations that they have made end.

    Raises NotAllowed, Locked, NotFound, NotYours.
    """
    actor.require(STAFF_MANAGE)
    mfa.require_unlocked(tx, actor)
    member = require_other(tx, actor, member_id)
    repository.change_member(tx, member.telegram_id, revoked_at=tx.now, unlocked_until=None, secret=None,
                             confirmed_at=None)
    repository.withdraw_invitations_by(tx, member.telegram_id)
    audit.record(tx, actor, "staff.revoke", f"staff:{member.telegram_id}", {"role": member.role})
    notices.tell(tx, member.telegram_id, notices.REVOKED)
    return member


def require_other(tx: Tx, actor: Actor, member_id: int) -> Member:
    """A member whom the actor may change. Raises NotFound; NotYours for an owner, themselves, or more rights."""
    row = repository.row(tx, member_id)
    if row is None or row.revoked_at is not None:
        raise NotFound()
    member = _member(tx, row)
    if member.telegram_id == actor.id or member.role == OWNER_ROLE:
        raise NotYours()
    require_within(tx, actor, member.role)
    return member


def require_within(tx: Tx, actor: Actor, role: str) -> None:
    """Raises NotFound for a role that is unknown or may nothing, NotYours when it holds more than the actor does.

    A role of the shop's own stays as it is until this transaction ends.
    """
    if role.startswith("own:"):
        repository.lock_role(tx, _own_id(role))
    permissions = permissions_of(tx, role)
    if not permissions or role == OWNER_ROLE:
        raise NotFound()
    if "*" not in actor.permissions and not permissions <= actor.permissions:
        raise NotYours()


def role_of(tx: Tx, actor: Actor) -> str | None:
    """The role that the actor holds; None for who is not on the roster."""
    row = repository.row_of(tx, actor.id)
    return None if row is None else row.role


def note_seen(tx: Tx, telegram_id: int) -> None:
    """The person did something just now."""
    repository.note_seen(tx, telegram_id)


def _own_id(role: str) -> int:
    number = role.removeprefix("own:")
    return int(number) if number.isascii() and number.isdigit() else 0


def _put(tx: Tx, telegram_id: int, name: str, role: str, invited_by: str) -> None:
    values = {"name": name, "role": role, "invited_by": invited_by, "joined_at": tx.now, "revoked_at": None}
    if repository.row_of(tx, telegram_id) is None:
        repository.add_member(tx, values | {"telegram_id": telegram_id, "last_step": 0, "wrong_codes": 0})
    else:
        repository.change_member(tx, telegram_id, **values)


def _member(tx: Tx, row: Row[Any]) -> Member:
    return repository.member_of(row, permissions_of(tx, row.role))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
