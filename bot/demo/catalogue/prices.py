"""The demo's price lists beside that in yuan, each made for itself: no rate turns one into another."""

import json
from functools import cache
from importlib.resources import files

Offer = tuple[int, int | None]


@cache
def other_prices() -> dict[str, dict[str, Offer]]:
    """By SKU code and currency: the price, and the struck-through one, in minor units; the same object each time."""
    lists = json.loads(files("bot.demo.catalogue").joinpath("prices.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Offer]] = {}
    for currency, prices in lists.items():
        for code, price in prices.items():
            found.setdefault(code, {})[currency] = (price[0], price[1]) if isinstance(price, list) else (price, None)
    return found
