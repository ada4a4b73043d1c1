import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customers import phones


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000000", "+8613800000000"), ("138 0000 0000", "+8613800000000"), ("+86 138-0000-0000", "+8613800000000"),
        ("008613800000000", "+8613800000000"), ("8613800000000", "+8613800000000"),
        ("１３８００００００００", "+8613800000000"), ("010-62345678", "+861062345678"),
        ("+1 (202) 555-0101", "+12025550101"), ("+852 9123 4567", "+85291234567"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, number: str) -> None:
    assert phones.parse(typed) == number


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_mobile_numbers_survive_being_shown(digits: str) -> None:
    number = phones.parse(digits)
    assert phones.parse(phones.shown(number)) == number
    assert phones.masked(number) == f"{digits[:3]}****{digits[-4:]}"


def test_other_numbers_are_masked_but_for_four_digits() -> None:
    assert phones.masked("+12025550101") == "+1****0101"
