"""The switch for emergencies: a frozen shop takes no new orders and sends no pushes. Notices of payments are received,
people can read, and staff can finish what is under way.
"""

from __future__ import annotations

from services.shared import marks
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff import audit, mfa
from services.staff.errors import Frozen
from services.staff.types import SHOP_FREEZE

_MARK = "frozen"


def is_frozen(tx: Tx) -> bool:
    """Whether the shop is read-only now."""
    return bool(marks.get(tx, _MARK))


def refuse_if_frozen(tx: Tx) -> None:
    """Raises Frozen while the shop is read-only."""
    if is_frozen(tx):
        raise Frozen()


def require_switch(tx: Tx, actor: Actor) -> bool:
    """Whether the shop is frozen, for who may change that now. Raises NotAllowed, Locked."""
    actor.require(SHOP_FREEZE)
    mfa.require_unlocked(tx, actor)
    return is_frozen(tx)


def freeze(tx: Tx, actor: Actor) -> bool:
    """Makes the shop read-only; False when it was already. Raises NotAllowed, Locked."""
    return _switch(tx, actor, frozen=True)


def thaw(tx: Tx, actor: Actor) -> bool:
    """Opens the shop again; False when it was open. Raises NotAllowed, Locked."""
    return _switch(tx, actor, frozen=False)


def _switch(tx: Tx, actor: Actor, *, frozen: bool) -> bool:
    if require_switch(tx, actor) == frozen:
        return False
    marks.put(tx, _MARK, "yes" if frozen else "")
    audit.record(tx, actor, "shop.freeze" if frozen else "shop.thaw", "shop:1")
    return True
