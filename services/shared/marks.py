"""Facts about a store as a whole, by name."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from services.shared.db import Tx
from services.shared.models import MarkRow

_TABLE = MarkRow.__table__

_GET = select(_TABLE.c.value).where(_TABLE.c.name == bindparam("mark"))

DEMO = "demo"


def get(tx: Tx, name: str) -> str | None:
    return tx.scalar(_GET, {"mark": name})


def put(tx: Tx, name: str, value: str) -> None:
    if not tx.changed(update(_TABLE).where(_TABLE.c.name == name).values(value=value)):
        tx.execute(insert(_TABLE).values(name=name, value=value))
