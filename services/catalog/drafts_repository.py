from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from services.catalog.fields import Draft, DraftLine, Fields
from services.catalog.models import ProductDraftRow
from services.shared.db import Tx

DRAFTS = ProductDraftRow.__table__

_FIND = select(DRAFTS).where(DRAFTS.c.id == bindparam("draft"), DRAFTS.c.owner == bindparam("who"))
# For a change: the fields are changed one at a time and written back together.
_LOCK = _FIND.with_for_update()
_OF_PRODUCT = (
    select(DRAFTS).where(DRAFTS.c.product_id == bindparam("product"), DRAFTS.c.owner == bindparam("who"))
    .order_by(DRAFTS.c.id.desc()).limit(1)
)
_LINES = (
    select(DRAFTS)
    .where(DRAFTS.c.owner == bindparam("who"), or_(DRAFTS.c.product_id.is_(None), DRAFTS.c.revision > 1))
    .order_by(DRAFTS.c.id.desc()).limit(bindparam("most"))
)
_OLDER = _LINES.where(DRAFTS.c.id < bindparam("before"))
_ADD = insert(DRAFTS)
_KEEP = update(DRAFTS).where(DRAFTS.c.id == bindparam("draft")).values(
    base_version=bindparam("new_base"), fields=bindparam("new_fields"), revision=DRAFTS.c.revision + 1,
    updated_at=bindparam("now"),
)
_DROP = delete(DRAFTS).where(DRAFTS.c.id == bindparam("draft"))


def find(tx: Tx, draft_id: int, owner: int, *, lock: bool = False) -> Draft | None:
    row = tx.first(_LOCK if lock else _FIND, {"draft": draft_id, "who": owner})
    return None if row is None else _draft(row)


def of_product(tx: Tx, owner: int, product_id: int) -> Draft | None:
    row = tx.first(_OF_PRODUCT, {"product": product_id, "who": owner})
    return None if row is None else _draft(row)


def lines(tx: Tx, owner: int, before: int | None, most: int) -> tuple[DraftLine, ...]:
    parameters: dict[str, Any] = {"who": owner, "most": most}
    rows = tx.rows(_LINES, parameters) if before is None else tx.rows(_OLDER, parameters | {"before": before})
    return tuple(
        DraftLine(row.id, row.product_id, row.fields["now"]["name"], row.fields["now"]["code"], row.updated_at)
        for row in rows
    )


def add(tx: Tx, owner: int, product_id: int | None, version: int, fields: Fields, base: Fields | None) -> int:
    return tx.insert(_ADD, {
        "owner": owner, "product_id": product_id, "base_version": version, "fields": _document(fields, base),
        "revision": 1, "created_at": tx.now, "updated_at": tx.now,
    })


def keep(tx: Tx, draft: Draft) -> None:
    tx.execute(_KEEP, {
        "draft": draft.id, "new_base": draft.base_version, "new_fields": _document(draft.fields, draft.base),
        "now": tx.now,
    })


def drop(tx: Tx, draft_id: int) -> None:
    tx.execute(_DROP, {"draft": draft_id})


def _document(fields: Fields, base: Fields | None) -> dict[str, Any]:
    return {"now": fields.to_json(), "base": None if base is None else base.to_json()}


def _draft(row: Any) -> Draft:
    base = row.fields["base"]
    return Draft(
        row.id, row.product_id, row.base_version, Fields.from_json(row.fields["now"]),
        None if base is None else Fields.from_json(base), row.revision, row.updated_at,
    )
