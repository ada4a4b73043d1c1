"""Money adds up to the minor unit, and never mixes currencies."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.money import CurrencyMismatch, Money, allocate, round_half_up

AMOUNTS = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)


def yuan(amount: int) -> Money:
    return Money(amount, "CNY")


@given(AMOUNTS, AMOUNTS, st.integers(-1000, 1000))
def test_arithmetic_is_that_of_integers(one: int, other: int, count: int) -> None:
    assert yuan(one) + yuan(other) == yuan(one + other)
    assert yuan(one) - yuan(other) == yuan(one) + -yuan(other) == yuan(one - other)
    assert yuan(one) * count == count * yuan(one) == yuan(one * count)
    assert (yuan(one) < yuan(other), yuan(one) <= yuan(other)) == (one < other, one <= other)
    assert (yuan(one) > yuan(other), yuan(one) >= yuan(other)) == (one > other, one >= other)
    assert bool(yuan(one)) is (one != 0)


def test_currencies_do_not_mix() -> None:
    for act in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(CurrencyMismatch):
            act(yuan(1), Money(1, "USD"))
    assert yuan(1) != Money(1, "USD")


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_only_integers_are_amounts(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "CNY")  # type: ignore[arg-type]


def test_money_is_multiplied_by_counts_only() -> None:
    with pytest.raises(TypeError):
        yuan(100) * 0.5  # type: ignore[operator]


@given(AMOUNTS, st.integers(1, 10**6))
def test_rounding_goes_to_the_nearest_and_halves_away_from_zero(numerator: int, denominator: int) -> None:
    rounded, exact = round_half_up(numerator, denominator), Fraction(numerator, denominator)
    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)
    assert round_half_up(-numerator, denominator) == -rounded


@pytest.mark.parametrize(("amount", "points", "share"), [
    (100, 8800, 88), (5, 1000, 1), (4, 1000, 0), (-5, 1000, -1), (12345, 0, 0), (12345, 10_000, 12345),
])
def test_shares(amount: int, points: int, share: int) -> None:
    assert yuan(amount).share(points) == yuan(share)


@given(st.integers(0, 10**15), WEIGHTS)
def test_parts_add_up_and_none_is_off_by_a_unit(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert (sum(parts), len(parts)) == (amount, len(weights))
    total = sum(weights)
    if total == 0:
        assert parts[0] == amount
        return
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0 and abs(part - Fraction(amount * weight, total)) < 1
        assert weight or part == 0


def test_ties_go_to_the_earlier_weight() -> None:
    assert allocate(100, [1, 1, 1]) == (34, 33, 33)
    assert allocate(5, [1, 2, 1]) == (1, 3, 1)
    assert yuan(100).split([1, 1, 1]) == (yuan(34), yuan(33), yuan(33))


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, [1, -1]), (1, [])])
def test_what_cannot_be_split(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError):
        allocate(amount, weights)
