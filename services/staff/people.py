"""What managers do with the people on the roster beside inviting them: another role, a new authenticator."""

from __future__ import annotations

from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import audit, mfa, notices, repository, roster
from services.staff.types import STAFF_MANAGE, Invitation, Member


def member(tx: Tx, actor: Actor, member_id: int) -> Member:
    """Somebody on the roster now. Raises NotAllowed, NotFound."""
    actor.require(STAFF_MANAGE)
    row = repository.row(tx, member_id)
    if row is None or row.revoked_at is not None:
        raise NotFound()
    return repository.member_of(row, roster.permissions_of(tx, row.role))


def change_role(tx: Tx, actor: Actor, member_id: int, role: str) -> Member:
    """Gives a person another role, from this moment on; invitations that they have made end.

    Raises NotAllowed, Locked, NotFound, NotYours.
    """
    actor.require(STAFF_MANAGE)
    mfa.require_unlocked(tx, actor)
    old = roster.require_other(tx, actor, member_id)
    roster.require_within(tx, actor, role)
    if old.role == role:
        return old
    repository.change_member(tx, old.telegram_id, role=role)
    repository.withdraw_invitations_by(tx, old.telegram_id)
    audit.record(tx, actor, "staff.change-role", f"staff:{old.telegram_id}", {"old": old.role, "new": role})
    notices.tell(tx, old.telegram_id, notices.ROLE)
    return member(tx, actor, member_id)


def reset_code(tx: Tx, actor: Actor, member_id: int) -> Member:
    """Puts a person's authenticator out of force: they set up a new one at the next need.

    Raises NotAllowed, Locked, NotFound, NotYours.
    """
    actor.require(STAFF_MANAGE)
    mfa.require_unlocked(tx, actor)
    found = roster.require_other(tx, actor, member_id)
    repository.change_member(tx, found.telegram_id, secret=None, confirmed_at=None, unlocked_until=None,
                             wrong_codes=0, paused_until=None)
    audit.record(tx, actor, "staff.reset-code", f"staff:{found.telegram_id}")
    notices.tell(tx, found.telegram_id, notices.CODE)
    return member(tx, actor, member_id)


def invitations(tx: Tx, actor: Actor) -> tuple[Invitation, ...]:
    """The links that can still be used, newest first. Raises NotAllowed."""
    actor.require(STAFF_MANAGE)
    return repository.open_invitations(tx)


def withdraw(tx: Tx, actor: Actor, invitation_id: int) -> bool:
    """Ends an invitation; False when it was used, withdrawn or past already. Raises NotAllowed."""
    actor.require(STAFF_MANAGE)
    if not repository.withdraw_invitation(tx, invitation_id):
        return False
    audit.record(tx, actor, "staff.withdraw", f"invitation:{invitation_id}")
    return True
