"""File ids of pictures that Telegram has already, for each bot: a file id is good for the bot that sent it only."""

from __future__ import annotations

from services.catalog import media
from services.shared.db import Store


class StoredFileIds:
    """All known file ids in memory, written through to the database."""

    def __init__(self, store: Store, bot_id: int, known: dict[str, tuple[str, str]]) -> None:
        self._store, self._bot_id, self._known = store, bot_id, known

    @classmethod
    async def load(cls, store: Store, bot_id: int) -> StoredFileIds:
        return cls(store, bot_id, await store.read(media.file_ids, bot_id))

    def get(self, key: str) -> tuple[str, str] | None:
        return self._known.get(key)

    def forget(self, key: str) -> None:
        self._known.pop(key, None)

    def clear(self) -> None:
        """Forgets all: the files behind them are gone."""
        self._known.clear()

    async def put(self, key: str, file_id: str, unique_id: str) -> None:
        self._known[key] = (file_id, unique_id)
        await self._store.write(media.keep_file_id, self._bot_id, key, file_id, unique_id)
