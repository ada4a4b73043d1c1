"""What somebody at the back office sees of its state."""

from __future__ import annotations

from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff import approvals, freeze, mfa
from services.staff.types import APPROVALS_DECIDE, DeskState


def desk(tx: Tx, actor: Actor) -> DeskState:
    """For anybody on the roster: until when they are unlocked, what waits for those who decide, whether all stands."""
    decides = bool({"*", APPROVALS_DECIDE} & actor.permissions)
    return DeskState(
        unlocked_until=mfa.unlocked_until(tx, actor),
        waiting=len(approvals.waiting(tx, actor)) if decides else 0, frozen=freeze.is_frozen(tx),
    )
