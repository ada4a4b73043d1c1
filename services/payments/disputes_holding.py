"""An order whose payment is disputed does not leave the shop by mistake."""

from __future__ import annotations

from contextlib import suppress

from services.orders import claims
from services.orders.errors import OnHold, WrongState
from services.shared.actors import SYSTEM
from services.shared.db import Tx

REASON = "dispute"


def keep_back(tx: Tx, order_id: int) -> None:
    """Puts a locked order on hold, as staff do, where something of it is still to be sent; people let it go again.

    One that they keep back already stays as it is.
    """
    # It may be kept back for another reason, have left, or be over: there is nothing to stop then.
    with suppress(OnHold, WrongState):
        claims.hold(tx, SYSTEM, order_id, REASON)
