from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.errors import NotFound
from services.shipping import carriers
from services.shipping.errors import BadNumber

SHUNFENG, YUANZHOU, QINGLI = carriers.carriers()


def test_the_shop_works_with_three_carriers() -> None:
    assert [(c.code, c.name["zh"], c.name["en"], c.numbered) for c in carriers.carriers()] == [
        ("shunfeng", "顺风快递（模拟）", "Shunfeng (simulated)", True),
        ("yuanzhou", "圆周速递（模拟）", "Yuanzhou (simulated)", True),
        ("qingli", "青粒专送", "Qingli own delivery", False),
    ]


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("SF123456789012", "SF123456789012"),
        (" sf 1234-5678 9012 ", "SF123456789012"),
        ("ＳＦ１２３４５６７８９０１２", "SF123456789012"),
        ("SF1234–5678—9012", "SF123456789012"),
    ],
)
def test_numbers_are_cleaned_of_how_they_are_typed(typed: str, cleaned: str) -> None:
    assert carriers.clean(typed) == cleaned


@given(
    st.from_regex(r"SF[0-9]{12}", fullmatch=True), st.lists(st.sampled_from(["", " ", "-", "—", "."]), min_size=14)
)
def test_separators_never_matter(number: str, separators: list[str]) -> None:
    typed = "".join(sign + separator for sign, separator in zip(number.lower(), separators, strict=False))
    assert carriers.clean(typed) == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("SF123456789012", "shunfeng"), ("YZ1234567890123", "yuanzhou"),
        ("SF12345678901", None), ("YZ123456789012", None), ("QL-261124-7F3A", None), ("", None),
    ],
)
def test_the_shape_of_a_number_names_its_carrier(number: str, code: str | None) -> None:
    found = carriers.guess(number)
    assert (found.code if found else None) == code


def test_every_example_is_a_number_of_its_carrier() -> None:
    for carrier in (SHUNFENG, YUANZHOU):
        assert carriers.check(carrier, carrier.example) == carrier.example
        assert carriers.guess(carrier.example) == carrier


def test_a_wrong_number_is_refused_with_an_example() -> None:
    with pytest.raises(BadNumber) as refused:
        carriers.check(SHUNFENG, "YZ1234567890123")
    assert refused.value.facts == {"carrier": SHUNFENG.name, "example": "SF123456789012"}


@pytest.mark.parametrize(
    ("number", "reason", "off"), [("SF12345678901", "short", 1), ("SF1234567890123456", "long", 4)]
)
def test_a_number_of_the_wrong_length_is_named(number: str, reason: str, off: int) -> None:
    with pytest.raises(BadNumber) as refused:
        carriers.check(SHUNFENG, number)
    assert (refused.value.facts["reason"], refused.value.facts["off"]) == (reason, off)


def test_a_carrier_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        carriers.require("pigeon")
