"""What holds for every basket, on a thousand random ones."""

from dataclasses import replace
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from services.pricing.rules import ALL, CATEGORY, PRODUCT, TAG, Coupon, FullReduction, PercentOff, Scope, Tier
from services.pricing.service import quote, savings
from services.pricing.types import Basket, Line, Refused, Rule
from services.shared.money import Money


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


amounts = st.integers(0, 300_000).map(cny)
some_amounts = st.integers(1, 50_000).map(cny)
ids = st.frozensets(st.integers(1, 4), max_size=3)
kinds = st.sampled_from(["physical", "physical", "service", "digital"])
scopes = st.builds(
    Scope, st.sampled_from([ALL, CATEGORY, PRODUCT, TAG]), ids, st.sampled_from([frozenset(), frozenset({"digital"})]),
    st.sampled_from([frozenset(), frozenset({1}), frozenset({2, 3})]),
)
budgets = st.none() | st.integers(0, 20_000).map(cny)


@st.composite
def lines(draw: st.DrawFn, key: int) -> Line:
    return Line(
        key, key, draw(st.integers(1, 4)), tuple(draw(ids)), tuple(draw(ids)), draw(st.integers(1, 99)),
        draw(amounts), draw(st.sampled_from([0, 600, 900, 1300])), draw(kinds),
    )


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    keys = draw(st.lists(st.integers(1, 30), max_size=7, unique=True))
    return Basket(tuple(draw(lines(key)) for key in keys), "CNY", cny(draw(st.integers(0, 5_000))))


@st.composite
def coupons(draw: st.DrawFn, number: int) -> Coupon:
    fixed = draw(st.booleans())
    return Coupon(
        f"coupon:{number}", {}, draw(scopes), draw(amounts), draw(some_amounts) if fixed else None,
        0 if fixed else draw(st.integers(1, 10_000)), None if fixed else draw(st.none() | some_amounts),
        alone=draw(st.booleans()), left=draw(budgets),
    )


@st.composite
def automatic(draw: st.DrawFn, number: int) -> Rule:
    source = f"promotion:{number}"
    if draw(st.booleans()):
        return PercentOff(source, {}, draw(scopes), draw(st.integers(1, 10_000)), draw(st.booleans()), draw(budgets))
    tiers = draw(st.lists(st.builds(Tier, amounts, some_amounts), min_size=1, max_size=3))
    return FullReduction(source, {}, draw(scopes), tuple(tiers), draw(st.booleans()), draw(budgets))


rules = st.integers(0, 4).flatmap(lambda count: st.tuples(*(automatic(number) for number in range(count))))
wallets = st.integers(0, 5).flatmap(lambda count: st.tuples(*(coupons(number) for number in range(count))))


@settings(max_examples=1_000, deadline=None)
@given(baskets(), rules, wallets)
def test_every_quote_adds_up(basket: Basket, promotions: tuple[Rule, ...], wallet: tuple[Coupon, ...]) -> None:
    quoted = quote(basket, (*promotions, *wallet))
    zero = cny(0)
    assert quoted.total == quoted.subtotal - quoted.discount + quoted.shipping
    assert quoted.subtotal == sum((line.subtotal for line in basket.lines), zero)
    assert quoted.discount == -sum(chain.from_iterable(each.shares for each in quoted.adjustments), zero)
    for place, line in enumerate(quoted.lines):
        assert line.line == basket.lines[place]
        assert zero <= line.total == line.subtotal - line.discount
        assert line.discount == -sum((each.shares[place] for each in quoted.adjustments), zero)
        assert zero <= line.tax <= line.total
    for each in quoted.adjustments:
        assert each.amount < zero
        assert each.amount == sum(each.shares, each.shipping)
        assert all(share <= zero for share in each.shares)
    assert quoted.tax == sum((line.tax for line in quoted.lines), quoted.shipping_tax)
    assert {each.source for each in quoted.adjustments}.isdisjoint(no.source for no in quoted.refused)
    assert len(quoted.adjustments) + len(quoted.refused) == len(promotions) + len(wallet)


@settings(max_examples=150, deadline=None)
@given(baskets(), rules, wallets, st.randoms(use_true_random=False))
def test_neither_the_order_of_lines_nor_that_of_rules_matters(
    basket: Basket, promotions: tuple[Rule, ...], wallet: tuple[Coupon, ...], random: st.DataObject
) -> None:
    def by_key(asked: Basket, of: tuple[Rule, ...]) -> object:
        quoted = quote(asked, of)
        keys = [line.line.key for line in quoted.lines]
        return (
            {line.line.key: line for line in quoted.lines},
            {each.source: dict(zip(keys, each.shares, strict=True)) for each in quoted.adjustments},
            replace(quoted, lines=(), adjustments=()),
        )

    shuffled_lines, shuffled_rules = list(basket.lines), [*promotions, *wallet]
    random.shuffle(shuffled_lines)  # type: ignore[attr-defined]
    random.shuffle(shuffled_rules)  # type: ignore[attr-defined]
    first = by_key(basket, (*promotions, *wallet))
    assert by_key(replace(basket, lines=tuple(shuffled_lines)), tuple(shuffled_rules)) == first
    assert by_key(basket, (*promotions, *wallet)) == first


@settings(max_examples=150, deadline=None)
@given(baskets(), rules, wallets)
def test_the_best_coupon_is_the_best(
    basket: Basket, promotions: tuple[Rule, ...], wallet: tuple[Coupon, ...]
) -> None:
    """All coupons at once let one win: none of them alone comes to a lower total."""
    alone = [quote(basket, (*promotions, coupon)).total for coupon in wallet]
    without = quote(basket, promotions).total
    assert quote(basket, (*promotions, *wallet)).total == min([without, *alone], key=lambda total: total.amount)
    for coupon, total, answer in zip(wallet, alone, savings(basket, promotions, wallet), strict=True):
        if isinstance(answer, Refused):
            assert (answer.source, total) == (coupon.source, without)
        else:
            assert answer == without - total


@settings(max_examples=150, deadline=None)
@given(baskets(), scopes, some_amounts)
def test_no_fixed_coupon_takes_more_than_its_scope_has(basket: Basket, scope: Scope, amount: Money) -> None:
    quoted = quote(basket, [Coupon("coupon:1", {}, scope, cny(0), amount)])
    covered = [line for line in basket.lines if scope.names(line) and not scope.excludes(line)]
    there = sum((line.subtotal for line in covered), cny(0))
    assert quoted.discount == min(amount, there)
    assert all(not line.discount for line in quoted.lines if line.line not in covered)


@settings(max_examples=300, deadline=None)
@given(baskets(), rules, wallets)
def test_budgets_hold_and_what_stands_alone_shares_its_goods_with_nobody(
    basket: Basket, promotions: tuple[Rule, ...], wallet: tuple[Coupon, ...]
) -> None:
    known = {rule.source: rule for rule in (*promotions, *wallet)}
    quoted = quote(basket, known.values())
    for each in quoted.adjustments:
        rule = known[each.source]
        assert isinstance(rule, PercentOff | FullReduction | Coupon)
        assert rule.left is None or -each.amount <= rule.left
        for other in quoted.adjustments:
            if rule.alone and other.source != each.source:
                assert not any(mine and theirs for mine, theirs in zip(each.shares, other.shares, strict=True))
        for line, share in zip(basket.lines, each.shares, strict=True):
            assert not share or (rule.scope.names(line) and not rule.scope.excludes(line))
