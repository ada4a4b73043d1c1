from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from services.promotions.models import DealDraftRow
from services.shared.db import Tx

DRAFTS = DealDraftRow.__table__

_ADD = insert(DRAFTS)
_ONE = select(DRAFTS).where(DRAFTS.c.id == bindparam("row_id"))
_LOCK = _ONE.with_for_update()
_OPEN = (
    select(DRAFTS).where(DRAFTS.c.state == "open", DRAFTS.c.id < bindparam("before"))
    .order_by(DRAFTS.c.id.desc()).limit(bindparam("most"))
)
_OPEN_OF = {
    coupons: _OPEN.where((DRAFTS.c.kind == "coupon") == coupons) for coupons in (True, False)
}
_PUT = (
    update(DRAFTS).where(DRAFTS.c.id == bindparam("row_id"), DRAFTS.c.state == "open")
    .values(fields=bindparam("new_fields", type_=DRAFTS.c.fields.type), version=DRAFTS.c.version + 1,
            updated_at=bindparam("at", type_=DRAFTS.c.updated_at.type))
)
_CLOSE = (
    update(DRAFTS).where(DRAFTS.c.id == bindparam("row_id"), DRAFTS.c.state == "open")
    .values(state=bindparam("new_state"), deal_id=bindparam("deal"),
            updated_at=bindparam("at", type_=DRAFTS.c.updated_at.type))
)


def add(tx: Tx, kind: str, fields: dict[str, Any], made_by: int, made_name: str) -> int:
    return tx.insert(_ADD, {
        "kind": kind, "fields": fields, "version": 1, "state": "open", "deal_id": None, "made_by": made_by,
        "made_name": made_name, "created_at": tx.now, "updated_at": tx.now,
    })


def one(tx: Tx, draft_id: int) -> Row[Any] | None:
    return tx.first(_ONE, {"row_id": draft_id})


def lock(tx: Tx, draft_id: int) -> Row[Any] | None:
    return tx.first(_LOCK, {"row_id": draft_id})


def open_ones(tx: Tx, before: int, most: int, *, coupons: bool) -> Sequence[Row[Any]]:
    return tx.rows(_OPEN_OF[coupons], {"before": before, "most": most})


def put(tx: Tx, draft_id: int, fields: dict[str, Any]) -> bool:
    """False when it is not open any more."""
    return tx.changed(_PUT, {"row_id": draft_id, "new_fields": fields, "at": tx.now}) == 1


def close(tx: Tx, draft_id: int, state: str, deal_id: int | None) -> bool:
    """False when somebody else was first."""
    return tx.changed(_CLOSE, {"row_id": draft_id, "new_state": state, "deal": deal_id, "at": tx.now}) == 1
