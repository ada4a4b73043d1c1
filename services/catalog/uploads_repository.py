from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from services.catalog.models import UploadRow
from services.shared.db import Tx

UPLOADS = UploadRow.__table__

_DATA = select(UPLOADS.c.data).where(UPLOADS.c.key == bindparam("upload"))
_NAME = select(UPLOADS.c.file_name).where(UPLOADS.c.key == bindparam("upload"))
# The key names the content: what is there already is the same file.
_KEEP = {True: sqlite.insert(UPLOADS).on_conflict_do_nothing(),
         False: postgresql.insert(UPLOADS).on_conflict_do_nothing()}


def keep(tx: Tx, key: str, kind: str, file_name: str, data: bytes) -> None:
    values = {"key": key, "kind": kind, "file_name": file_name, "data": data, "created_at": tx.now}
    tx.execute(_KEEP[tx.sqlite], values)


def data(tx: Tx, key: str) -> bytes | None:
    found = tx.scalar(_DATA, {"upload": key})
    return None if found is None else bytes(found)


def file_name(tx: Tx, key: str) -> str | None:
    return tx.scalar(_NAME, {"upload": key})
