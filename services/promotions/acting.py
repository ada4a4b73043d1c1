"""What may be done to a promotion or coupon that is out: nothing that breaks what it promised.

It is paused, resumed, stopped, made to last longer or to reach further; a change of its rule is a copy of it.
"""

from __future__ import annotations

from datetime import datetime

from services.promotions import deals
from services.promotions import deals_repository as repository
from services.promotions.deals import PROMOTION, Deal
from services.promotions.errors import DealState
from services.promotions.fields import COUPON
from services.promotions.running import TOPIC
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.staff import audit
from services.staff.types import PROMOTIONS_EDIT

# What can be raised while it runs.
LIMITS = {PROMOTION: ("budget",), COUPON: ("limit_total", "limit_per_person", "limit_uses", "budget")}


def pause(tx: Tx, actor: Actor, name: str, deal_id: int) -> Deal:
    """A promotion takes nothing off, a coupon is not handed out, until it is resumed; coupons in wallets stay good.

    Raises NotAllowed, NotFound, DealState.
    """
    return _turn(tx, actor, name, deal_id, on=False)


def resume(tx: Tx, actor: Actor, name: str, deal_id: int) -> Deal:
    """Ends a pause. Raises what `pause` raises."""
    return _turn(tx, actor, name, deal_id, on=True)


def stop(tx: Tx, actor: Actor, name: str, deal_id: int) -> Deal:
    """Ends it for good: a promotion takes nothing off any more; a coupon is not handed out, those in wallets stay good.

    Raises NotAllowed, NotFound, DealState.
    """
    before = _begin(tx, actor, name, deal_id)
    if not repository.stop(tx, name, deal_id):
        raise DealState(reason=before.state)
    return _done(tx, actor, name, deal_id, "deals.stop")


def withdraw(tx: Tx, actor: Actor, coupon_id: int) -> Deal:
    """Stops a coupon and takes those in wallets back as well: nobody can use one any more, orders placed keep theirs.

    Also possible after it was stopped or ended. Raises NotAllowed, NotFound, DealState.
    """
    before = _begin(tx, actor, COUPON, coupon_id)
    if not repository.withdraw(tx, coupon_id):
        raise DealState(reason=before.state)
    return _done(tx, actor, COUPON, coupon_id, "deals.withdraw")


def extend(tx: Tx, actor: Actor, name: str, deal_id: int, ends_at: datetime) -> Deal:
    """Lets it last longer; coupons in wallets that end with it last as long.

    Raises NotAllowed, NotFound, DealState; InvalidInput ("not-later", fact `at`) for an end that is not later.
    """
    before = _begin(tx, actor, name, deal_id)
    old = before.fields.ends_at
    if not before.open or old is None:
        raise DealState(reason=before.state)
    if ends_at <= old:
        raise InvalidInput(field="ends_at", reason="deal-not-later", at=old)
    if not repository.extend(tx, name, deal_id, old, ends_at):
        raise DealState(reason=before.state)
    return _done(tx, actor, name, deal_id, "deals.extend", until=ends_at.isoformat(), before=old.isoformat())


def raise_limit(tx: Tx, actor: Actor, name: str, deal_id: int, field: str, limit: int) -> Deal:
    """Lets it reach further: `field` is one of LIMITS.

    Raises NotAllowed, NotFound, DealState; InvalidInput ("not-higher", fact `now`) for a limit that is not higher.
    """
    before = _begin(tx, actor, name, deal_id)
    old = getattr(before.fields, field) if field in LIMITS[name] else None
    if old is None:
        raise NotFound()
    if not before.open:
        raise DealState(reason=before.state)
    if limit <= old:
        now = before.fields.money(old) if field == "budget" else old
        raise InvalidInput(field=field, reason="deal-not-higher", now=now)
    if not repository.raise_limit(tx, name, deal_id, field, limit):
        raise DealState(reason=before.state)
    facts = {"amount": limit} if field == "budget" else {"old": old, "new": limit}
    return _done(tx, actor, name, deal_id, "deals.raise", field=field, **facts)


def _turn(tx: Tx, actor: Actor, name: str, deal_id: int, *, on: bool) -> Deal:
    before = _begin(tx, actor, name, deal_id)
    if not repository.turn(tx, name, deal_id, on=on):
        raise DealState(reason=before.state)
    return _done(tx, actor, name, deal_id, "deals.resume" if on else "deals.pause")


def _begin(tx: Tx, actor: Actor, name: str, deal_id: int) -> Deal:
    actor.require(PROMOTIONS_EDIT)
    return deals.require(tx, name, deal_id)


def _done(tx: Tx, actor: Actor, name: str, deal_id: int, act: str, **facts: object) -> Deal:
    tx.after_commit(TOPIC)
    audit.record(tx, actor, act, f"{name}:{deal_id}", facts)
    return deals.require(tx, name, deal_id)
