"""Which of its prices a person is asked for goods: one price list, and Telegram Stars for what arrives in the chat."""

from __future__ import annotations

from dataclasses import dataclass

# Telegram Stars. Telegram's terms want digital goods that are sold inside its apps paid in these, and in nothing else.
STARS = "XTR"
DIGITAL = "digital"


@dataclass(frozen=True, slots=True)
class PriceList:
    """`currency` is the person's, "" for the one that every price is kept in. With `stars` the shop takes Telegram
    Stars."""

    currency: str = ""
    stars: bool = False

    def wanted(self, kind: str) -> str:
        """The currency that goods of a kind are sold in where they have a price in it; "" for their own."""
        return STARS if self.stars and kind == DIGITAL else self.currency

    def bars(self, kind: str, currency: str) -> bool:
        """Whether goods of a kind may not be sold in the chat at a price in `currency`: the rule for digital goods.

        Where the shop takes no Stars (the sandbox for trying it out, for instance) nothing is barred.
        """
        return self.stars and kind == DIGITAL and currency != STARS


BASE = PriceList()
