"""How the rules of one stage meet. Each function takes the rules (sorted by source) and the stage's base.

No rule sees what another rule of its stage took: the base is fixed, so that no threshold flips by being applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from services.pricing.types import Hint, Offer, Refused, Rule, Stage, Standing
from services.shared.money import Money


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage came to: the offers that count, the rules that do not, and what is nearly reached."""

    taken: tuple[tuple[Rule, Offer], ...]
    refused: tuple[Refused, ...]
    hints: tuple[Hint, ...]


Offers = list[tuple[Rule, Offer]]
Policy = Callable[[Sequence[Rule], Sequence[Standing], Money], Outcome]


def best_for_each_line(rules: Sequence[Rule], standing: Sequence[Standing], shipping: Money) -> Outcome:
    """Each line takes the largest offer made for it: one price per piece, never two on top of each other."""
    offers, refused, hints = _ask(rules, standing, shipping)
    won: dict[str, dict[int, Money]] = {rule.source: {} for rule, _ in offers}
    for each in standing:
        made = [(rule, offer.off[each.line.key]) for rule, offer in offers if offer.off.get(each.line.key)]
        if made:
            winner, amount = max(made, key=lambda entry: entry[1].amount)
            won[winner.source][each.line.key] = amount
    taken = [(rule, replace(offer, off=won[rule.source])) for rule, offer in offers if won[rule.source]]
    lost = [(rule, offer) for rule, offer in offers if not won[rule.source]]
    return Outcome(tuple(taken), (*refused, *_beaten(lost, taken)), tuple(hints))


def each_line_once(rules: Sequence[Rule], standing: Sequence[Standing], shipping: Money) -> Outcome:
    """The rule that saves most comes first and uses up its lines; the others are asked again about the rest."""
    offers, refused, hints = _ask(rules, standing, shipping)
    taken: Offers = []
    waiting, free = offers, list(standing)
    while waiting:
        winner = max(waiting, key=lambda entry: worth(entry[1], shipping.currency).amount)
        taken.append(winner)
        used = winner[1].took_part | winner[1].off.keys()
        free = [each for each in free if each.line.key not in used]
        waiting, _, _ = _ask([rule for rule, _ in waiting if rule is not winner[0]], free, shipping)
    sources = {rule.source for rule, _ in taken}
    lost = [entry for entry in offers if entry[0].source not in sources]
    return Outcome(tuple(taken), (*refused, *_beaten(lost, taken)), tuple(hints))


def one_of_all(rules: Sequence[Rule], standing: Sequence[Standing], shipping: Money) -> Outcome:
    """Only the rule that saves most counts."""
    offers, refused, hints = _ask(rules, standing, shipping)
    if not offers:
        return Outcome((), tuple(refused), tuple(hints))
    winner = max(offers, key=lambda entry: worth(entry[1], shipping.currency).amount)
    lost = [entry for entry in offers if entry is not winner]
    return Outcome((winner,), (*refused, *_beaten(lost, [winner])), tuple(hints))


def all_together(rules: Sequence[Rule], standing: Sequence[Standing], shipping: Money) -> Outcome:
    """Every rule counts."""
    offers, refused, hints = _ask(rules, standing, shipping)
    return Outcome(tuple(offers), tuple(refused), tuple(hints))


POLICIES: dict[Stage, Policy] = {
    Stage.UNIT_PRICE: best_for_each_line,
    Stage.MULTI_BUY: each_line_once,
    Stage.BUNDLE: each_line_once,
    Stage.ORDER_REDUCTION: each_line_once,
    Stage.GIFT: all_together,
    Stage.COUPON: one_of_all,
    Stage.POINTS: one_of_all,
    Stage.SHIPPING: one_of_all,
}


def worth(offer: Offer, currency: str) -> Money:
    """What the offer takes off in all."""
    return sum(offer.off.values(), offer.shipping or Money.zero(currency))


def _ask(
    rules: Sequence[Rule], standing: Sequence[Standing], shipping: Money
) -> tuple[Offers, list[Refused], list[Hint]]:
    """The offers within what is there to take, the rules that take nothing, and what these or those nearly reach."""
    offers: Offers = []
    refused: list[Refused] = []
    hints: list[Hint] = []
    for rule in rules:
        answer = rule.offer(standing, shipping)
        if isinstance(answer, Offer):
            offer = _clamped(answer, standing, shipping)
            if worth(offer, shipping.currency) or offer.gifts:
                offers.append((rule, offer))
            else:
                refused.append(Refused(rule.source, rule.name, rule.stage, "nothing-left"))
        else:
            refused.append(Refused(rule.source, rule.name, rule.stage, answer.reason, answer.facts))
        if answer.nudge is not None:
            nudge = answer.nudge
            hints.append(Hint(rule.source, nudge.name or rule.name, nudge.missing, nudge.saving))
    return offers, refused, hints


def _clamped(offer: Offer, standing: Sequence[Standing], shipping: Money) -> Offer:
    """Never more than a line or the shipping has left; a rule that would add to a price is a defect."""
    zero = Money.zero(shipping.currency)
    wanted = offer.shipping or zero
    if any(amount < zero for amount in (*offer.off.values(), wanted)):
        raise ValueError("a rule takes off, it never adds")
    off = {each.line.key: min(offer.off.get(each.line.key, zero), each.total) for each in standing}
    return replace(offer, off={key: amount for key, amount in off.items() if amount}, shipping=min(wanted, shipping))


def _beaten(lost: Offers, taken: Offers) -> Iterator[Refused]:
    by = taken[0][0].name if taken else {}
    for rule, _ in lost:
        yield Refused(rule.source, rule.name, rule.stage, "excluded", {"by": by})
