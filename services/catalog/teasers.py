"""What lists show of the prices of a product's SKUs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# The price and the struck-through one of a SKU, in minor units.
Offer = tuple[int, int | None]


def teaser(base: Sequence[Offer], others: Sequence[Mapping[str, Offer]]) -> dict[str, Any]:
    """The cheapest SKU's price and list price, and whether others cost something else; under "prices" the same for
    each currency in which any SKU has a price, where one without it counts as different.

    `others` are the SKUs' prices by currency, in the order of `base`.
    """
    currencies = sorted({currency for prices in others for currency in prices})
    shown = _cheapest(base)
    if currencies:
        shown["prices"] = {currency: _cheapest([prices.get(currency) for prices in others]) for currency in currencies}
    return shown


def _cheapest(offers: Sequence[Offer | None]) -> dict[str, Any]:
    price, list_price = min((offer for offer in offers if offer is not None), key=lambda offer: offer[0])
    return {
        "price": price, "list_price": list_price,
        "varies": any(offer is None or offer[0] != price for offer in offers),
    }
