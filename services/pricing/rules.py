"""The rules that promotions and coupons are made of. Another kind of promotion is another class with `offer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.pricing.types import Line, Miss, Name, Nudge, Offer, Stage, Standing
from services.shared.money import Money

ALL, CATEGORY, PRODUCT, TAG = "all", "category", "product", "tag"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which goods a rule is about: all, or those of the categories (with all below), products or tags `ids`.

    Goods of an excluded kind ("digital", "service") and the products `excluded_ids` are left out in any case.
    """

    kind: str = ALL
    ids: frozenset[int] = frozenset()
    excluded_kinds: frozenset[str] = frozenset()
    excluded_ids: frozenset[int] = frozenset()

    def names(self, line: Line) -> bool:
        """Whether the line is meant, exclusions aside."""
        if self.kind == ALL:
            return True
        if self.kind == CATEGORY:
            return not self.ids.isdisjoint(line.category_ids)
        if self.kind == TAG:
            return not self.ids.isdisjoint(line.tag_ids)
        return line.product_id in self.ids

    def excludes(self, line: Line) -> bool:
        return line.kind in self.excluded_kinds or line.product_id in self.excluded_ids

    def choose(self, standing: Sequence[Standing], *, alone: bool = False) -> Sequence[Standing] | Miss:
        """The lines that count, or why there are none; for a rule that stands `alone` only what nothing has reduced."""
        named = [each for each in standing if self.names(each.line)]
        if not named:
            return Miss("wrong-scope")
        chosen = [each for each in named
                  if not self.excludes(each.line) and not each.closed and (each.untouched or not alone)]
        return chosen or Miss("excluded")


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A part of the unit price off: the price of one piece is rounded (half up, in the discount), then multiplied.

    Of every rule here: one that stands `alone` takes only goods that nothing has reduced, and nothing reduces them
    after it; `left` is what its budget can still bear, and it takes nothing where it would take more.
    """

    source: str
    name: Name
    scope: Scope
    basis_points: int
    alone: bool = False
    left: Money | None = None
    stage: Stage = field(default=Stage.UNIT_PRICE, init=False)

    @property
    def currency(self) -> str | None:
        return None if self.left is None else self.left.currency

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        chosen = self.scope.choose(standing, alone=self.alone)
        if isinstance(chosen, Miss):
            return chosen
        lines = [each.line for each in chosen]
        off = {line.key: line.unit_price.share(self.basis_points) * line.quantity for line in lines}
        return within(self.left, Offer(off, alone=self.alone))


@dataclass(frozen=True, slots=True)
class Tier:
    threshold: Money
    reduction: Money
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class FullReduction:
    """From `threshold` on `reduction` off, the highest tier that is reached, spread over the lines in scope."""

    source: str
    name: Name
    scope: Scope
    tiers: tuple[Tier, ...]
    alone: bool = False
    left: Money | None = None
    stage: Stage = field(default=Stage.ORDER_REDUCTION, init=False)

    @property
    def currency(self) -> str | None:
        return next((tier.threshold.currency for tier in self.tiers), None)

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        chosen = self.scope.choose(standing, alone=self.alone)
        if isinstance(chosen, Miss):
            return chosen
        base = total_of(chosen, shipping.currency)
        # What the budget cannot bear any more is neither given nor promised.
        tiers = [tier for tier in self.tiers if self.left is None or tier.reduction <= self.left]
        reached = [tier for tier in tiers if tier.threshold <= base]
        ahead = min((tier for tier in tiers if tier.threshold > base), key=lambda tier: tier.threshold.amount,
                    default=None)
        nudge = None if ahead is None else Nudge(ahead.threshold - base, ahead.reduction, ahead.name)
        if not tiers:
            return Miss("gone")
        if not reached:
            return Miss("not-reached", {"missing": nudge.missing} if nudge else {}, nudge)
        best = max(reached, key=lambda tier: tier.reduction.amount)
        took_part = frozenset(each.line.key for each in chosen)
        off = spread(best.reduction, chosen)
        return within(self.left, Offer(off, took_part=took_part, nudge=nudge, name=best.name, alone=self.alone))


@dataclass(frozen=True, slots=True)
class Coupon:
    """A fixed amount, or a part of the base up to `cap`, off the lines in scope once they come to `threshold`."""

    source: str
    name: Name
    scope: Scope
    threshold: Money
    amount: Money | None = None
    basis_points: int = 0
    cap: Money | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    alone: bool = False
    left: Money | None = None
    stage: Stage = field(default=Stage.COUPON, init=False)

    @property
    def currency(self) -> str | None:
        """None for a part of the price from the first cent on, without a cap or a budget."""
        is_plain = not self.threshold and self.amount is None and self.cap is None and self.left is None
        return None if is_plain else self.threshold.currency

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        chosen = self.scope.choose(standing, alone=self.alone)
        if isinstance(chosen, Miss):
            return Miss(chosen.reason, self.facts)
        base = total_of(chosen, shipping.currency)
        if self.threshold and base < self.threshold:
            missing = self.threshold - base
            return Miss("not-reached", {**self.facts, "missing": missing}, Nudge(missing, self._worth(self.threshold)))
        return within(self.left, Offer(spread(self._worth(base), chosen), alone=self.alone))

    def _worth(self, base: Money) -> Money:
        worth = base.share(self.basis_points) if self.amount is None else self.amount
        return worth if self.cap is None else min(worth, self.cap)


def within(left: Money | None, offer: Offer) -> Offer | Miss:
    """The offer, or "gone" where it takes more than `left` of a budget."""
    if left is not None and sum(offer.off.values(), Money.zero(left.currency)) > left:
        return Miss("gone")
    return offer


def total_of(standing: Sequence[Standing], currency: str) -> Money:
    return sum((each.total for each in standing), Money.zero(currency))


def spread(amount: Money, standing: Sequence[Standing]) -> dict[int, Money]:
    """`amount`, but no more than the lines come to, in proportion to their totals by the largest remainder."""
    amount = min(amount, total_of(standing, amount.currency))
    parts = amount.split([each.total.amount for each in standing])
    return {each.line.key: part for each, part in zip(standing, parts, strict=True)}
