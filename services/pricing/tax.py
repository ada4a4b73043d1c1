"""Tax inside prices.

Lines of one rate are taxed together: their sum's tax is rounded once, half up, and split over them by the largest
remainder. Shipping follows the goods that are sent (all goods, when nothing is): it is divided over them in
proportion to their totals and taxed at their rates.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.pricing.types import Line
from services.shared.money import Money, allocate, round_half_up


def tax_of_lines(lines: Sequence[Line], totals: Sequence[Money]) -> list[int]:
    """The tax inside each line's total, in minor units."""
    taxes = [0] * len(lines)
    for rate in sorted({line.tax_bp for line in lines}):
        places = [place for place, line in enumerate(lines) if line.tax_bp == rate]
        amounts = [totals[place].amount for place in places]
        for place, tax in zip(places, allocate(_inside(sum(amounts), rate), amounts), strict=True):
            taxes[place] = tax
    return taxes


def tax_of_shipping(lines: Sequence[Line], totals: Sequence[Money], shipping: Money) -> int:
    """The tax inside the shipping fee, in minor units; 0 for an empty basket."""
    sent = [place for place, line in enumerate(lines) if line.kind == "physical"] or list(range(len(lines)))
    if not sent:
        return 0
    parts = allocate(shipping.amount, [totals[place].amount for place in sent])
    by_rate: dict[int, int] = {}
    for place, part in zip(sent, parts, strict=True):
        by_rate[lines[place].tax_bp] = by_rate.get(lines[place].tax_bp, 0) + part
    return sum(_inside(amount, rate) for rate, amount in by_rate.items())


def _inside(gross: int, rate_bp: int) -> int:
    return round_half_up(gross * rate_bp, 10_000 + rate_bp)
