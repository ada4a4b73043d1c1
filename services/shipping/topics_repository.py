from __future__ import annotations

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from services.shared.db import Tx
from services.shipping.models import DeskTopicRow

TOPICS = DeskTopicRow.__table__

_OF_KIND = TOPICS.c.chat_id == bindparam("in_chat"), TOPICS.c.kind == bindparam("of_kind")
_FIND = select(TOPICS.c.thread_id).where(*_OF_KIND)
_REMOVE = delete(TOPICS).where(*_OF_KIND, TOPICS.c.thread_id == bindparam("thread"))


def find(tx: Tx, chat_id: int, kind: str) -> int | None:
    return tx.scalar(_FIND, {"in_chat": chat_id, "of_kind": kind})


def put(tx: Tx, chat_id: int, kind: str, thread_id: int) -> None:
    dialect = sqlite if tx.sqlite else postgresql
    row = {"chat_id": chat_id, "kind": kind, "thread_id": thread_id, "created_at": tx.now}
    statement = dialect.insert(TOPICS).values(row)
    changes = {name: statement.excluded[name] for name in ("thread_id", "created_at")}
    tx.execute(statement.on_conflict_do_update(index_elements=["chat_id", "kind"], set_=changes))


def remove(tx: Tx, chat_id: int, kind: str, thread_id: int) -> None:
    tx.execute(_REMOVE, {"in_chat": chat_id, "of_kind": kind, "thread": thread_id})
