"""Places in the queue come back as they were packed, and fit into every button that carries one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyboards.queue import (
    DAYS,
    FullDataTap,
    QueueDaysTap,
    QueueFilterTap,
    QueueOrderTap,
    QueuePlace,
    QueueTap,
    days_code,
    days_of,
    method_code,
)
from services.shared.errors import Stale
from services.shipping.queue import TABS, Edge

LARGEST = 2**63 - 1
DATES = st.dates(date(2001, 1, 1), date(2099, 12, 31))
METHODS = ("sandbox", "cash_on_delivery", "bank_transfer", "free", "stripe", "wechat", "alipay", "unionpay")
PLACES = st.builds(
    QueuePlace, st.sampled_from(["", *TABS]), st.sampled_from(["", *map(method_code, METHODS)]),
    st.sampled_from(["", *DAYS]) | st.builds(days_code, DATES, DATES), st.booleans(),
    st.none() | st.builds(Edge, st.integers(0, LARGEST), st.booleans()), st.integers(1, 99_999), st.booleans(),
)


@given(PLACES, st.integers(0, LARGEST))
def test_places_come_back_and_fit(place: QueuePlace, order_id: int) -> None:
    assert QueuePlace.parse(place.pack()) == place
    for kind in (QueueTap, QueueFilterTap, QueueDaysTap):
        assert len(kind(place=place.pack()).pack()) <= 64
    for kind in (QueueOrderTap, FullDataTap):
        assert len(kind(order=order_id, place=place.pack()).pack()) <= 64


@given(DATES, DATES)
def test_days_come_back(first: date, last: date) -> None:
    assert days_of(days_code(first, last)) == (first, last)


def test_ways_to_pay_have_codes_of_their_own() -> None:
    assert len({method_code(method) for method in METHODS}) == len(METHODS)


@given(st.text(max_size=60))
def test_crafted_places_are_read_or_out_of_date(text: str) -> None:
    try:
        place = QueuePlace.parse(text)
        if place.days and place.days not in DAYS:
            days_of(place.days)
    except Stale:
        pass


@pytest.mark.parametrize("text", ["", "a", "z.n....1", "a.....1", "a.n.....", "a.n...a-1.1"])
def test_what_is_no_place_is_out_of_date(text: str) -> None:
    with pytest.raises(Stale):
        QueuePlace.parse(text)
