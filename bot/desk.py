"""Who acts behind the counter: the owners named in the settings, and whoever is on the roster at this moment."""

from __future__ import annotations

from datetime import datetime

from services.shared.actors import Actor
from services.shared.db import Store
from services.staff import roster


class Desk:
    """Tells staff actors apart. Rights are read at every act: who loses them has lost them at the next tap."""

    def __init__(self, store: Store, owner_ids: frozenset[int]) -> None:
        self._store, self._owners = store, owner_ids
        self._seen: dict[int, datetime] = {}

    async def actor(self, telegram_id: int, name: str) -> Actor | None:
        """The staff actor behind a Telegram account, or None for everybody else."""
        actor = await self._store.read(roster.find_actor, telegram_id, name, self._owners)
        if actor is not None:
            await self._note_seen(telegram_id)
        return actor

    async def _note_seen(self, telegram_id: int) -> None:
        now = self._store.clock.now()
        noted = self._seen.get(telegram_id)
        if noted is None or now - noted >= roster.SEEN_EVERY:
            self._seen[telegram_id] = now
            await self._store.write(roster.note_seen, telegram_id)
