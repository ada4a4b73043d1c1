"""Everything that a list or a card needs to come back to travels in 64 bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyboards.catalog import (
    AddTap,
    CardTap,
    FavouriteTap,
    FilterToggleTap,
    LimitTap,
    Place,
    ProductTap,
    QuantityTap,
    SpecsTap,
    ValueGoneTap,
)
from services.catalog.lists import SORTS, Position
from services.shared.errors import Stale

LARGEST = 2**63 - 1
USUAL = 2**31
TOKEN = "abcdefghij"


@given(
    st.integers(0, USUAL), st.sampled_from(list(SORTS)),
    st.builds(Position, st.booleans(), st.integers(0, USUAL), st.integers(1, USUAL), st.booleans()),
    st.integers(2, 9999), st.booleans(),
)
def test_a_place_comes_back_as_it_was(
    category: int, sort: str, position: Position, number: int, kept: bool
) -> None:
    start = Place(token=TOKEN) if kept else Place(category, sort)
    place = start.at(position.pack(), number)
    assert Place.parse(place.pack()) == place
    assert Position.parse(place.position) == position


def test_the_largest_ids_give_up_the_page_and_nothing_else() -> None:
    place = Place(LARGEST, "sales").at(Position(True, LARGEST, LARGEST).pack(), 10**6)
    assert Place.parse(place.pack()) == place.first


@pytest.mark.parametrize("tap", [CardTap, AddTap, FavouriteTap, LimitTap, QuantityTap, SpecsTap, ValueGoneTap])
def test_a_card_fits_with_the_largest_ids_and_the_longest_way_back(tap: type[CardTap]) -> None:
    longest = Place(token=TOKEN).at(Position(True, 10**10, USUAL).pack(), 99).pack()
    made = tap(sku=LARGEST, quantity=99, picture=99, back=longest)
    assert len(made.pack().encode()) <= 64
    assert tap.unpack(made.pack()) == made


def test_filters_and_products_fit() -> None:
    toggle = FilterToggleTap(place=f"t{TOKEN}", draft=TOKEN, what=f"t{10**9}", facet="energy", page=99)
    assert FilterToggleTap.unpack(toggle.pack()) == toggle
    product = ProductTap(product=LARGEST, back="c" + "z" * 39)
    assert ProductTap.unpack(product.pack()) == product


@pytest.mark.parametrize("text", ["", "x", "t", "c", "c!b", "c9?", "c9b~a0~x", "c9b~"])
def test_what_no_button_holds_is_out_of_date(text: str) -> None:
    with pytest.raises(Stale):
        Place.parse(text)


@pytest.mark.parametrize("text", ["a", "a1", "b1zz", "a1.", "a1!.9"])
def test_a_position_that_nobody_packed_is_out_of_date(text: str) -> None:
    with pytest.raises(Stale):
        Position.parse(text)
