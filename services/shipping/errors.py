"""Why an order does not go out, or not again."""

from __future__ import annotations

from services.shared.errors import Refusal


class BadNumber(Refusal):
    """The number is not one of this carrier's. Facts: `carrier` (its name), `example`."""

    code = "bad-tracking-number"


class NumberUsed(Refusal):
    """A parcel with this number went out before. Facts: `number`, `order` (the number of its order)."""

    code = "tracking-number-used"


class NotReadyToShip(Refusal):
    """Nothing goes out now. Facts: `number` of the order, `reason`: unpaid, refunded, nothing-to-ship, not-shipped."""

    code = "not-ready-to-ship"


class AlreadyDone(Refusal):
    """Somebody was first. Facts: `reason`, the state that was reached, and `by`, the member of staff who did it.

    When it was the customer or the shop itself, `by` is "" and the reason ends in "-elsewhere".
    """

    code = "already-done"
