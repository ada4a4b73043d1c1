"""The one pricing engine: everything that shows or charges a price asks `quote`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.pricing.stages import POLICIES, Outcome
from services.pricing.tax import tax_of_lines, tax_of_shipping
from services.pricing.types import (
    Adjustment,
    Basket,
    Hint,
    Line,
    Offer,
    Quote,
    QuotedLine,
    Refused,
    Rule,
    Stage,
    Standing,
)
from services.shared.money import Money


def quote(basket: Basket, rules: Iterable[Rule]) -> Quote:
    """What the basket costs under these rules, stage by stage, with each rule's share in each line.

    The order of lines and of rules makes no difference. Rules of another currency take no part. Raises ValueError for
    two rules with the same source.
    """
    lines = tuple(sorted(basket.lines, key=lambda line: line.key))
    counting = _Counting(lines, basket.shipping)
    for stage, of_stage in _by_stage(rules):
        fitting = [rule for rule in of_stage if rule.currency in (None, basket.currency)]
        outcome = POLICIES[stage](fitting, counting.standing(), counting.shipping)
        foreign = (
            Refused(rule.source, rule.name, rule.stage, "other-currency", {"currency": rule.currency})
            for rule in of_stage if rule not in fitting
        )
        counting.take(replace(outcome, refused=(*outcome.refused, *foreign)))
    counted = counting.result(basket.currency)
    places = [lines.index(line) for line in basket.lines]
    return replace(
        counted,
        lines=tuple(counted.lines[place] for place in places),
        adjustments=tuple(
            replace(each, shares=tuple(each.shares[place] for place in places)) for each in counted.adjustments
        ),
    )


def savings(basket: Basket, rules: Sequence[Rule], candidates: Sequence[Rule]) -> tuple[Money | Refused, ...]:
    """How much less the basket costs with each of the candidates alone beside `rules`, or why it costs no less."""
    without = quote(basket, rules).total
    answers: list[Money | Refused] = []
    for candidate in candidates:
        tried = quote(basket, (*rules, candidate))
        refused = next((no for no in tried.refused if no.source == candidate.source), None)
        answers.append(refused or without - tried.total)
    return tuple(answers)


class _Counting:
    """What is left of each line and of shipping while the stages pass."""

    def __init__(self, lines: tuple[Line, ...], shipping: Money) -> None:
        self._lines = lines
        self._left = [line.subtotal for line in lines]
        self._closed: set[int] = set()
        self.shipping = shipping
        self._zero = Money.zero(shipping.currency)
        self._adjustments: list[Adjustment] = []
        self._refused: list[Refused] = []
        self._hints: list[Hint] = []

    def standing(self) -> tuple[Standing, ...]:
        return tuple(
            Standing(line, left, line.key in self._closed) for line, left in zip(self._lines, self._left, strict=True)
        )

    def take(self, outcome: Outcome) -> None:
        for rule, offer in outcome.taken:
            self._apply(rule, offer)
        self._refused += outcome.refused
        self._hints += outcome.hints

    def _apply(self, rule: Rule, offer: Offer) -> None:
        # Offers of one stage that all count were made on the same base: the later one finds less.
        taken = [min(offer.off.get(line.key, self._zero), left)
                 for line, left in zip(self._lines, self._left, strict=True)]
        if offer.alone:
            self._closed |= offer.took_part | offer.off.keys()
        shipping = min(offer.shipping or self._zero, self.shipping)
        self._left = [left - part for left, part in zip(self._left, taken, strict=True)]
        self.shipping -= shipping
        self._adjustments.append(Adjustment(
            source=rule.source, name=offer.name or rule.name, stage=rule.stage, amount=-sum(taken, shipping),
            shares=tuple(-part for part in taken), shipping=-shipping, gifts=offer.gifts,
        ))

    def result(self, currency: str) -> Quote:
        taxes = tax_of_lines(self._lines, self._left)
        shipping_tax = tax_of_shipping(self._lines, self._left, self.shipping)
        lines = tuple(
            QuotedLine(line, line.subtotal, line.subtotal - left, left, Money(tax, currency))
            for line, left, tax in zip(self._lines, self._left, taxes, strict=True)
        )
        subtotal = sum((line.subtotal for line in lines), self._zero)
        goods = sum(self._left, self._zero)
        return Quote(
            lines=lines, adjustments=tuple(self._adjustments), subtotal=subtotal, discount=subtotal - goods,
            shipping=self.shipping, shipping_tax=Money(shipping_tax, currency),
            tax=Money(sum(taxes) + shipping_tax, currency), total=goods + self.shipping,
            refused=tuple(self._refused), hints=tuple(self._hints),
        )


def _by_stage(rules: Iterable[Rule]) -> list[tuple[Stage, list[Rule]]]:
    ordered = sorted(rules, key=lambda rule: (rule.stage, rule.source))
    if len({rule.source for rule in ordered}) != len(ordered):
        raise ValueError("two rules have the same source")
    return [(stage, of_stage) for stage in Stage if (of_stage := [rule for rule in ordered if rule.stage == stage])]
