"""Why an order does not go out, or not again."""

from __future__ import annotations

from services.shared.errors import Refusal


class BadNumber(Refusal):
    """The number is not one of this carrier's. Facts: `carrier` (its name), `example`, and where its length is wrong
    `reason`: short or long, by `off` signs."""

    code = "bad-tracking-number"


class NumberUsed(Refusal):
    """A parcel with this number went out before. Facts: `number`, `order` (the number of its order)."""

    code = "tracking-number-used"


class NotReadyToShip(Refusal):
    """Nothing goes out now. Facts: `number` of the order, `reason`: unpaid, refunded, nothing-to-ship, not-shipped,
    left-over (some pieces have not been sent)."""

    code = "not-ready-to-ship"


class OrderMoved(Refusal):
    """The order changed while something was being put together for it; nothing was done. Facts: `number`."""

    code = "order-moved"


class ParcelFixed(Refusal):
    """The parcel cannot be taken back or put right any more. Facts: `reason`: late, moved, delivered."""

    code = "parcel-fixed"


class StillBusy(Refusal):
    """Whoever has the order has done something with it lately. Facts: `name`, `minutes` that it must rest."""

    code = "still-busy"


class NotYourClaim(Refusal):
    """Somebody else has the order; only they, or who runs the team, can pass it on. Facts: `name`."""

    code = "not-your-claim"


class AlreadyDone(Refusal):
    """Somebody was first. Facts: `reason`, the state that was reached, and `by`, the member of staff who did it.

    When it was the customer or the shop itself, `by` is "" and the reason ends in "-elsewhere".
    """

    code = "already-done"
