"""Who has been welcomed, remembered in memory: it never ends, and home asks each time."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from services.customers import service
from services.shared.actors import Actor
from services.shared.db import Store

_MOST = 100_000
_known: WeakKeyDictionary[Store, set[int]] = WeakKeyDictionary()


async def is_welcomed(store: Store, actor: Actor) -> bool:
    """As `service.is_welcomed`, asking the database only until the answer is yes."""
    known = _known.setdefault(store, set())
    customer_id = actor.require_customer()
    if customer_id in known:
        return True
    welcomed = await store.read(service.is_welcomed, actor)
    if welcomed:
        if len(known) >= _MOST:
            known.clear()
        known.add(customer_id)
    return welcomed
