"""What Telegram calls the pictures that a bot has uploaded already."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from services.catalog.models import MediaFileRow
from services.shared.db import Tx

_FILES = MediaFileRow.__table__
_OF_BOT = select(_FILES).where(_FILES.c.bot_id == bindparam("bot"))


def _upsert(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> sqlite.Insert | postgresql.Insert:
    statement = dialect(_FILES)
    return statement.on_conflict_do_update(
        index_elements=["bot_id", "key"],
        set_={"file_id": statement.excluded["file_id"], "unique_id": statement.excluded["unique_id"]},
    )


_KEEP = {True: _upsert(sqlite.Insert), False: _upsert(postgresql.Insert)}


def file_ids(tx: Tx, bot_id: int) -> dict[str, tuple[str, str]]:
    """Picture key -> (file id, unique id) of everything this bot has uploaded."""
    return {row.key: (row.file_id, row.unique_id) for row in tx.rows(_OF_BOT, {"bot": bot_id})}


def keep_file_id(tx: Tx, bot_id: int, key: str, file_id: str, unique_id: str) -> None:
    """Remembers an upload; the newest wins."""
    tx.execute(_KEEP[tx.sqlite], {"bot_id": bot_id, "key": key, "file_id": file_id, "unique_id": unique_id})
