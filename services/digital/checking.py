"""A filled line has exactly its codes, a waiting one has none. That no code goes out twice is the row's own shape."""

from __future__ import annotations

from sqlalchemy import func, select

from services.digital.models import DigitalCodeRow, DigitalDueRow
from services.shared.db import Tx
from services.shared.violations import Violation

CODES, DUES = DigitalCodeRow.__table__, DigitalDueRow.__table__

_HANDED = select(func.count()).where(CODES.c.line_id == DUES.c.line_id)
_OTHER_SKU = select(func.count()).where(CODES.c.line_id == DUES.c.line_id, CODES.c.sku_id != DUES.c.sku_id)
_ALL = select(
    DUES.c.line_id, DUES.c.quantity, DUES.c.state, _HANDED.scalar_subquery().label("handed"),
    _OTHER_SKU.scalar_subquery().label("strangers"),
)


def violations(tx: Tx) -> list[Violation]:
    found = []
    for row in tx.rows(_ALL):
        wanted = row.quantity if row.state == "filled" else 0
        if row.handed != wanted or row.strangers:
            found.append(Violation("a line has exactly its codes", f"order line {row.line_id}",
                                   f"{row.state}, {row.handed} of {wanted}, {row.strangers} of another SKU"))
    return found
