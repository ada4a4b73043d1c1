"""A rule tried before it runs: three sample carts of real goods, and whether it sells anything below its cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.catalog.types import SkuFacts
from services.pricing.rules import Scope
from services.pricing.service import quote
from services.pricing.types import Basket, Line, Rule
from services.shared.money import Money

SMALL, TYPICAL, LARGE = SIZES = ("small", "typical", "large")
# The rule that is tried, among those that run.
SOURCE = "draft:0"
_MOST_TYPICAL, _MOST_LARGE = 10, 50


@dataclass(frozen=True, slots=True)
class SampleLine:
    """`before` is what the line costs with what runs today, `after` with the rule as well."""

    name: dict[str, str]
    options: tuple[dict[str, str], ...]
    quantity: int
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class SampleCart:
    """`why` is why the rule takes nothing off, with `missing` where the cart is too small; None where it does."""

    size: str
    lines: tuple[SampleLine, ...]
    before: Money
    after: Money
    why: str | None
    missing: Money | None


@dataclass(frozen=True, slots=True)
class Below:
    """A SKU that the rule may sell at `lowest`, which is below `cost`."""

    sku_id: int
    sku_code: str
    name: dict[str, str]
    lowest: Money
    cost: Money


def carts(skus: Sequence[SkuFacts], rule: Rule, scope: Scope, thresholds: Sequence[Money], running: Sequence[Rule]
          ) -> tuple[SampleCart, ...]:
    """A small, a typical and a large cart, each with and without the rule; none where nothing is in scope."""
    meant = sorted((sku for sku in skus if is_meant(scope, sku)), key=lambda sku: (sku.price.amount, sku.sku_id))
    if not meant:
        return ()
    others = [sku for sku in skus if not is_meant(scope, sku)]
    return tuple(_tried(size, wanted, rule, running) for size, wanted in _wanted(meant, others, thresholds))


def below_cost(
    meant: Sequence[SkuFacts], rule: Rule, thresholds: Sequence[Money], running: Sequence[Rule],
    costs: Mapping[int, Money],
) -> tuple[Below, ...]:
    """The SKUs in scope that a customer could get below cost with the rule and what runs today, the worst first.

    The worst case of a SKU is a cart that just reaches a threshold, or the SKU alone where it reaches it by itself. At
    prices in another currency than its cost nothing can be said.
    """
    found = []
    for sku in meant:
        cost = costs.get(sku.sku_id)
        if cost is None or cost.currency != sku.price.currency:
            continue
        asked = thresholds or (Money.zero(cost.currency),)
        lowest = min(price for threshold in asked for price in _lowest(sku, threshold, rule, running))
        if lowest < cost:
            found.append(Below(sku.sku_id, sku.sku_code, sku.product_name, lowest, cost))
    return tuple(sorted(found, key=lambda each: (each.lowest.amount - each.cost.amount, each.sku_id)))


def is_meant(scope: Scope, sku: SkuFacts) -> bool:
    line = line_of(sku, 1)
    return scope.names(line) and not scope.excludes(line)


def line_of(sku: SkuFacts, quantity: int) -> Line:
    return Line(sku.sku_id, sku.sku_id, sku.product_id, sku.category_ids, sku.tag_ids, quantity, sku.price, sku.tax_bp,
                sku.kind)


def _wanted(
    meant: Sequence[SkuFacts], others: Sequence[SkuFacts], thresholds: Sequence[Money]
) -> Iterator[tuple[str, list[tuple[SkuFacts, int]]]]:
    middle = meant[len(meant) // 2]
    low, high = (thresholds[0].amount, thresholds[-1].amount) if thresholds else (0, 0)
    yield SMALL, [(meant[0], 1)]
    yield TYPICAL, [(middle, min(_MOST_TYPICAL, max(1, -(-low // middle.price.amount))))]
    # The dearest, the middle one, and something that the rule does not mean where there is such a thing.
    large = {sku.sku_id: sku for sku in (meant[-1], middle, *others[:1])}
    dearest = min(_MOST_LARGE, max(1, -(-high // meant[-1].price.amount)))
    yield LARGE, [(sku, dearest if sku is meant[-1] else 1) for sku in large.values()]


def _tried(size: str, wanted: Sequence[tuple[SkuFacts, int]], rule: Rule, running: Sequence[Rule]) -> SampleCart:
    basket = _basket([line_of(sku, quantity) for sku, quantity in wanted])
    before, after = quote(basket, running), quote(basket, (*running, rule))
    refused = next((each for each in after.refused if each.source == rule.source), None)
    missing = refused.facts.get("missing") if refused is not None else None
    lines = tuple(
        SampleLine(sku.product_name, sku.options, quantity, old.total, new.total)
        for (sku, quantity), old, new in zip(wanted, before.lines, after.lines, strict=True)
    )
    return SampleCart(size, lines, before.total, after.total, refused.reason if refused is not None else None,
                      missing if isinstance(missing, Money) else None)


def _lowest(sku: SkuFacts, threshold: Money, rule: Rule, running: Sequence[Rule]) -> Iterator[Money]:
    """What one piece comes to in a cart that just reaches the threshold, by the rule alone and beside what runs today;
    the price itself where the rule takes nothing off, for whatever runs already is not this rule's doing."""
    rest = threshold - sku.price
    yield _with_rest(sku, rest, (rule,)).first
    left = _with_rest(sku, rest, running).subtotal_after
    if running and left:
        # What runs takes something off before the rule looks: the cart is as much larger.
        grown = Money(threshold.amount * threshold.amount // left.amount + 1, threshold.currency)
        together = _with_rest(sku, grown - sku.price, (*running, rule))
        yield together.first if rule.source in together.took else sku.price


@dataclass(frozen=True, slots=True)
class _Priced:
    """What the first line comes to, what all of them do, and which rules took something off the first."""

    first: Money
    subtotal_after: Money
    took: frozenset[str]


def _with_rest(sku: SkuFacts, rest: Money, rules: Sequence[Rule]) -> _Priced:
    """One piece of the SKU beside goods like it for `rest`."""
    lines = [line_of(sku, 1)]
    if rest.amount > 0:
        lines.append(Line(0, 0, sku.product_id, sku.category_ids, sku.tag_ids, 1, rest, sku.tax_bp, sku.kind))
    quoted = quote(_basket(lines), rules)
    took = frozenset(each.source for each in quoted.adjustments if each.shares[0])
    return _Priced(quoted.lines[0].total, quoted.subtotal - quoted.discount, took)


def _basket(lines: Sequence[Line]) -> Basket:
    currency = lines[0].unit_price.currency
    return Basket(tuple(lines), currency, Money.zero(currency))
