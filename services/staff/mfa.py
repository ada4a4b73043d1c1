"""Codes of an authenticator app (TOTP, RFC 6238: six digits, 30 seconds). One code unlocks dangerous acts for ten
minutes; none works twice; five wrong ones in a row cost ten minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pyotp import random_base32
from pyotp.totp import TOTP
from pyotp.utils import strings_equal
from sqlalchemy import Row

from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotAllowed
from services.staff import audit, repository
from services.staff.errors import AlreadyEnrolled, CodePaused, Locked, WrongCode
from services.staff.types import OWNER, OWNER_ROLE, Enrolment

UNLOCKED_FOR = timedelta(minutes=10)
PAUSE = timedelta(minutes=10)
MOST_WRONG = 5
_STEP = 30


def require_unlocked(tx: Tx, actor: Actor) -> None:
    """Raises Locked (reason "code", or "enrol" for who has no authenticator yet) unless the actor gave a code within
    the last ten minutes. The system itself needs none."""
    if actor.kind == "system":
        return
    row = repository.row_of(tx, actor.id)
    if row is None or row.confirmed_at is None:
        raise Locked(reason="enrol")
    if row.unlocked_until is None or row.unlocked_until <= tx.now:
        raise Locked(reason="code")


def has_code(tx: Tx, actor: Actor) -> bool:
    """Whether an authenticator of the actor's is in force."""
    row = repository.row_of(tx, actor.id)
    return row is not None and row.confirmed_at is not None


def unlocked_until(tx: Tx, actor: Actor) -> datetime | None:
    """When the actor's ten minutes end; None while locked."""
    row = repository.row_of(tx, actor.id)
    until = None if row is None else row.unlocked_until
    return until if until is not None and until > tx.now else None


def enrol(tx: Tx, actor: Actor, issuer: str) -> Enrolment:
    """Makes a secret for the actor's authenticator, not yet in force: see `confirm`. Begun again, the old one is void.

    `issuer` is the shop's name in the app. Raises NotAllowed, AlreadyEnrolled.
    """
    row = _own_row(tx, actor)
    if row.confirmed_at is not None:
        raise AlreadyEnrolled()
    secret = random_base32()
    repository.change_member(tx, actor.id, secret=tx.vault.seal(secret, secret_place(row.id)))
    uri = TOTP(secret).provisioning_uri(name=actor.name or str(actor.id), issuer_name=issuer)
    return Enrolment(secret, uri)


def unlock(tx: Tx, actor: Actor, code: str) -> datetime | WrongCode | CodePaused:
    """Takes a code; the first right one also puts the authenticator in force. Returns until when the actor is unlocked.

    A wrong code is counted, so its refusal is returned, not raised: the count must be committed. Raises NotAllowed,
    and Locked (reason "enrol") without a secret.
    """
    row = _own_row(tx, actor)
    if row.secret is None:
        raise Locked(reason="enrol")
    if row.paused_until is not None and row.paused_until > tx.now:
        return CodePaused(until=row.paused_until)
    step = _matching_step(tx.vault.open(row.secret, secret_place(row.id)), code, tx.now)
    if step is None or step <= row.last_step:
        return _count_wrong(tx, actor, row.wrong_codes + 1)
    until = tx.now + UNLOCKED_FOR
    repository.change_member(tx, actor.id, last_step=step, wrong_codes=0, paused_until=None, unlocked_until=until,
                             confirmed_at=row.confirmed_at or tx.now)
    audit.record(tx, actor, "staff.unlock" if row.confirmed_at else "staff.enrol", f"staff:{actor.id}")
    return until


def lock_again(tx: Tx, actor: Actor) -> None:
    """Ends the ten minutes early."""
    _own_row(tx, actor)
    repository.change_member(tx, actor.id, unlocked_until=None)
    audit.record(tx, actor, "staff.lock", f"staff:{actor.id}")


def _count_wrong(tx: Tx, actor: Actor, wrong: int) -> WrongCode | CodePaused:
    if wrong < MOST_WRONG:
        repository.change_member(tx, actor.id, wrong_codes=wrong)
        return WrongCode(left=MOST_WRONG - wrong)
    until = tx.now + PAUSE
    repository.change_member(tx, actor.id, wrong_codes=0, paused_until=until)
    audit.record(tx, actor, "staff.wrong-codes", f"staff:{actor.id}")
    return CodePaused(until=until)


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30 seconds that the code is of: this one or a neighbour, since clocks differ. None for a wrong code."""
    digits = "".join(code.split())
    totp, current = TOTP(secret), int(now.timestamp()) // _STEP
    for step in (current, current - 1, current + 1):
        if strings_equal(totp.generate_otp(step), digits):
            return step
    return None


def _own_row(tx: Tx, actor: Actor) -> Row[Any]:
    """The actor's row, locked; an owner from the settings gets one at the first need."""
    if actor.kind != "staff":
        raise NotAllowed(permission="staff")
    row = repository.lock(tx, actor.id)
    if row is None and actor.permissions == OWNER:
        repository.add_member(tx, {
            "telegram_id": actor.id, "name": actor.name, "role": OWNER_ROLE, "invited_by": "settings",
            "joined_at": tx.now, "revoked_at": None, "last_step": 0, "wrong_codes": 0,
        })
        row = repository.lock(tx, actor.id)
    if row is None or row.revoked_at is not None:
        raise NotAllowed(permission="staff")
    return row


def secret_place(member_id: int) -> str:
    """Where a member's secret is sealed."""
    return f"staff_members.secret:{member_id}"
