"""Stock is spread without losing or inventing a piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.catalogue.types import Option, OptionValue, Text
from bot.demo.catalogue.variants import build_skus, spread


@given(total=st.integers(0, 10_000), live=st.lists(st.booleans(), min_size=1, max_size=12).filter(any))
def test_spread_keeps_the_sum_and_stays_even(total: int, live: list[bool]) -> None:
    parts = spread(total, live)
    assert sum(parts) == total
    assert all(part == 0 for part, is_live in zip(parts, live, strict=True) if not is_live)
    shares = [part for part, is_live in zip(parts, live, strict=True) if is_live]
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


def test_spread_without_a_place_to_put_it() -> None:
    assert spread(0, [False, False]) == (0, 0)
    with pytest.raises(ValueError, match="5 pieces and no SKU that may be sold"):
        spread(5, [False])


def test_extras_add_up_and_codes_follow_the_order_of_options() -> None:
    color = Option("color", Text("颜色", "Colour"), (OptionValue("RED", Text("红", "Red"), 0, "red", False),))
    edition = Option(
        "edition",
        Text("版本", "Edition"),
        (
            OptionValue("STD", Text("标准", "Standard"), 0, "", False),
            OptionValue("PRO", Text("专业", "Pro"), 3000, "", False),
        ),
    )
    standard, pro = build_skus("X1", (color, edition), price=10000, list_price=12000, cost_percent=70, stock=3)
    assert (standard.code, standard.price, standard.list_price, standard.cost, standard.stock) == (
        "X1-RED-STD",
        10000,
        12000,
        7000,
        2,
    )
    assert (pro.code, pro.price, pro.list_price, pro.cost, pro.stock) == ("X1-RED-PRO", 13000, 15000, 9100, 1)
    assert pro.name == Text("红 专业", "Red, Pro")
    assert pro.hue == "red"
