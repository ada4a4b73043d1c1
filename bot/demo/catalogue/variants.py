"""Turns a product's options into its SKUs."""

from collections.abc import Sequence
from itertools import product as combinations

from bot.demo.catalogue.types import Option, OptionValue, Sku, Text


def spread(total: int, live: Sequence[bool]) -> tuple[int, ...]:
    """Split `total` evenly over the live places, the remainder to the first of them; the others get 0.

    The parts add up to `total` exactly. Raises ValueError when there is something to split and no live place.
    """
    places = sum(live)
    if places == 0:
        if total:
            raise ValueError(f"{total} pieces and no SKU that may be sold")
        return (0,) * len(live)
    share, rest = divmod(total, places)
    parts: list[int] = []
    for is_live in live:
        extra = 1 if is_live and rest > 0 else 0
        rest -= extra
        parts.append(share + extra if is_live else 0)
    return tuple(parts)


def build_skus(
    code: str, options: Sequence[Option], price: int, list_price: int, cost_percent: int, stock: int
) -> tuple[Sku, ...]:
    """Every combination of option values, in the order in which they are written."""
    choices = list(combinations(*(option.values for option in options)))
    stocks = spread(stock, [not any(value.sold_out for value in choice) for choice in choices])
    return tuple(
        _sku(code, choice, price, list_price, cost_percent, pieces)
        for choice, pieces in zip(choices, stocks, strict=True)
    )


def _sku(code: str, choice: tuple[OptionValue, ...], price: int, list_price: int, cost_percent: int, stock: int) -> Sku:
    extra = sum(value.extra for value in choice)
    return Sku(
        code="-".join([code, *(value.code for value in choice)]),
        name=Text(
            zh=" ".join(value.name.zh for value in choice),
            en=", ".join(value.name.en for value in choice),
        ),
        values=tuple(value.code for value in choice),
        price=price + extra,
        list_price=list_price + extra,
        cost=(price + extra) * cost_percent // 100,
        stock=stock,
        hue=next((value.hue for value in choice if value.hue), ""),
    )
