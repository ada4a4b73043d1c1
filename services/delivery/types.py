from __future__ import annotations

from dataclasses import dataclass

from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A way of delivery on offer: `days` are working days, fewest and most; `takes_cash` allows cash on delivery."""

    code: str
    name: dict[str, str]
    fee: Money
    days: tuple[int, int]
    takes_cash: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """A way of delivery to a zone, as the merchant sets it.

    `fee` covers the first `first_g` grams, `fee_per_kg` each kilogram begun beyond; from a subtotal of `free_from` on
    it costs nothing. Heavier than `most_g` it is not on offer.
    """

    code: str
    name: dict[str, str]
    fee: Money
    days: tuple[int, int]
    free_from: Money | None = None
    first_g: int = 1000
    fee_per_kg: Money | None = None
    most_g: int | None = None
    takes_cash: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """Regions served alike. "*" among the regions stands for every region that no zone names."""

    code: str
    name: dict[str, str]
    regions: tuple[str, ...]
    methods: tuple[Method, ...]
