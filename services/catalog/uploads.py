"""Files that the shop was sent. The bytes are kept, since Telegram's own ids are good for one bot only."""

from __future__ import annotations

from services.catalog import uploads_repository as repository
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff.types import CATALOG_EDIT

PHOTO, VIDEO, DOCUMENT = "photo", "video", "document"


def keep(tx: Tx, actor: Actor, kind: str, name: str, file_name: str, data: bytes) -> str:
    """Keeps a file and returns its key, "photo/<name>": the same `name` (what Telegram calls the content) once."""
    actor.require(CATALOG_EDIT)
    key = f"{kind}/{name}"
    repository.keep(tx, key, kind, file_name, data)
    return key


def load(tx: Tx, key: str) -> bytes | None:
    """The file's bytes, or None when there is none under this key."""
    return repository.data(tx, key)


def file_name(tx: Tx, key: str) -> str:
    """What the file was called when it came; "" when there is none."""
    return repository.file_name(tx, key) or ""
