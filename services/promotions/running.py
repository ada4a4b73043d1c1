"""The automatic promotions in memory, for screens that only show prices; what is charged is counted from the database.

They are dropped when a promotion changes (topic "promotions"), and after LIFE at the latest. Windows are checked at
each use, so that a promotion begins and ends on the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from services.pricing.types import Rule
from services.promotions import repository
from services.promotions.rows import promotion_rule
from services.shared.db import Store, Tx

TOPIC = "promotions"
LIFE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Window:
    starts_at: datetime
    ends_at: datetime
    rule: Rule


class _Memory:
    def __init__(self, store: Store) -> None:
        self.windows: tuple[_Window, ...] | None = None
        self.read_at = store.clock.now()
        self.generation = 0
        store.listen(TOPIC, self.drop)

    def drop(self) -> None:
        self.generation += 1
        self.windows = None


_memories: WeakKeyDictionary[Store, _Memory] = WeakKeyDictionary()


async def automatic_rules(store: Store) -> tuple[Rule, ...]:
    """As `service.automatic_rules`, without asking the database each time."""
    memory = _memories.get(store)
    if memory is None:
        memory = _memories[store] = _Memory(store)
    now = store.clock.now()
    windows = memory.windows
    if windows is None or now - memory.read_at >= LIFE:
        generation = memory.generation
        windows = await store.read(_coming)
        if generation == memory.generation:
            memory.windows, memory.read_at = windows, now
    return tuple(each.rule for each in windows if each.starts_at <= now < each.ends_at)


def _coming(tx: Tx) -> tuple[_Window, ...]:
    return tuple(
        _Window(row.starts_at, row.ends_at, promotion_rule(row)) for row in repository.coming_promotions(tx)
    )
