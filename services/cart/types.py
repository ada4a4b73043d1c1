from __future__ import annotations

from dataclasses import dataclass

from services.catalog.types import SkuFacts
from services.pricing.types import Hint, Quote
from services.shared.money import Money

# Why a line cannot be ordered as it stands.
DELISTED, BARRED, SOLD_OUT, SHORT, OVER_LIMIT = "delisted", "barred", "sold-out", "short", "over-limit"


@dataclass(frozen=True, slots=True)
class CartLine:
    """One SKU in a cart. `most` is how many may be had now; `old_price` is set while a change of price is news."""

    sku: SkuFacts
    quantity: int
    selected: bool
    available: int
    most: int
    problem: str | None
    old_price: Money | None

    @property
    def subtotal(self) -> Money:
        return self.sku.price * self.quantity

    @property
    def counts(self) -> bool:
        """Whether the line is part of the total."""
        return self.selected and self.problem is None


@dataclass(frozen=True, slots=True)
class Cart:
    """The lines that can be ordered, those that cannot, and what the chosen ones cost without shipping.

    `quotes` has one for each currency among the chosen lines, in their order; each is an order of its own.
    """

    lines: tuple[CartLine, ...]
    invalid: tuple[CartLine, ...]
    quotes: tuple[Quote, ...] = ()

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def chosen_pieces(self) -> int:
        return sum(line.quantity for line in self.lines if line.counts)

    @property
    def all_chosen(self) -> bool:
        return all(line.selected for line in self.lines)

    @property
    def quote(self) -> Quote | None:
        """The first of the quotes, which mostly is the only one; None when nothing is chosen."""
        return next(iter(self.quotes), None)

    def quote_in(self, currency: str) -> Quote | None:
        return next((quote for quote in self.quotes if quote.total.currency == currency), None)

    @property
    def hint(self) -> Hint | None:
        """The reduction of the first quote that the least more would bring."""
        hints = self.quote.hints if self.quote is not None else ()
        return min(hints, key=lambda hint: (hint.missing.amount, hint.source), default=None)

    @property
    def has_news(self) -> bool:
        """Whether something changed that the person has not been shown before."""
        return any(line.old_price is not None for line in (*self.lines, *self.invalid)) or any(
            line.selected for line in self.invalid
        )


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding: how many of the SKU and how many pieces in all are in the cart now."""

    sku: SkuFacts
    quantity: int
    count: int
