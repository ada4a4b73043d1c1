from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from services.shared.db import Tx
from services.shipping.models import DeskDraftRow
from services.shipping.types import Draft, ParcelItem

DRAFTS = DeskDraftRow.__table__

_ADD = insert(DRAFTS)
_FIND = select(DRAFTS).where(DRAFTS.c.id == bindparam("draft_id"))
_PUT = (
    update(DRAFTS).where(DRAFTS.c.id == bindparam("draft_id"), DRAFTS.c.done_at.is_(None))
    .values(carrier=bindparam("to_carrier"), items=bindparam("to_items", type_=DRAFTS.c["items"].type),
            version=bindparam("to_version"))
)
_FINISH = (
    update(DRAFTS).where(DRAFTS.c.id == bindparam("draft_id"), DRAFTS.c.done_at.is_(None))
    .values(done_at=bindparam("now"))
)


def add(tx: Tx, draft: Draft) -> Draft:
    draft_id = tx.insert(_ADD, {
        "order_id": draft.order_id, "staff_id": draft.staff_id, "kind": draft.kind, "carrier": draft.carrier,
        "number": draft.number, "items": _pairs(draft), "version": draft.version, "shipment_id": draft.shipment_id,
        "created_at": tx.now, "done_at": None,
    })
    found = find(tx, draft_id)
    assert found is not None
    return found


def find(tx: Tx, draft_id: int) -> Draft | None:
    row: Any = tx.first(_FIND, {"draft_id": draft_id})
    if row is None:
        return None
    items = tuple(ParcelItem(line_id, pieces) for line_id, pieces in row._mapping["items"])
    return Draft(row.id, row.order_id, row.staff_id, row.kind, row.carrier, row.number, items, row.version,
                 row.shipment_id)


def is_done(tx: Tx, draft_id: int) -> bool:
    row = tx.first(_FIND, {"draft_id": draft_id})
    return row is None or row.done_at is not None


def put(tx: Tx, draft: Draft) -> None:
    tx.execute(_PUT, {"draft_id": draft.id, "to_carrier": draft.carrier, "to_items": _pairs(draft),
                      "to_version": draft.version})


def finish(tx: Tx, draft_id: int) -> bool:
    return tx.changed(_FINISH, {"draft_id": draft_id, "now": tx.now}) == 1


def _pairs(draft: Draft) -> list[list[int]]:
    return [[item.line_id, item.quantity] for item in draft.items]
