from __future__ import annotations

from services.shared.errors import Refusal


class OutOfStock(Refusal):
    """Somebody was faster. Facts: `shortages`, a tuple of (sku id, wanted, available)."""

    code = "out-of-stock"

    @property
    def shortages(self) -> tuple[tuple[int, int, int], ...]:
        shortages = self.facts["shortages"]
        assert isinstance(shortages, tuple)
        return shortages


class StockTooLow(Refusal):
    """Fewer pieces than that can be taken off: the others are gone or owed to orders. Facts: `sku_id`, `available`."""

    code = "stock-too-low"


class NotReserved(Refusal):
    """The order does not hold so many pieces of this SKU. Facts: `order_id`, `sku_id`, `quantity`."""

    code = "not-reserved"
