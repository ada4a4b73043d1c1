"""Ids travel in base 36 and come back; what no key could be is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.ids import from_base36, nonce, random_code, to_base36, token


@given(st.integers(0, 2**63 - 1))
def test_ids_come_back(number: int) -> None:
    text = to_base36(number)
    assert from_base36(text) == number == int(text, 36)
    assert len(text) <= 13


@given(st.text(max_size=20))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        number = from_base36(text)
    except ValueError:
        return
    assert 0 <= number < 2**63
    assert to_base36(number) == text.lstrip("0") or number == 0


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "A", "zzzzzzzzzzzzz", "1y2p0ij32e8e8", "１", "0" * 14])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError):
        from_base36(text)


def test_the_largest_key() -> None:
    assert from_base36("1y2p0ij32e8e7") == 2**63 - 1


def test_negative_numbers_have_no_code() -> None:
    with pytest.raises(ValueError):
        to_base36(-1)


def test_codes_and_tokens_have_their_alphabet_and_length() -> None:
    made = [(nonce(), token(), random_code(4)) for _ in range(200)]
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", each) for each, _, _ in made)
    assert all(re.fullmatch("[A-Za-z0-9_-]{22}", each) for _, each, _ in made)
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{4}", each) for _, _, each in made)
    assert len({each for each, _, _ in made}) == len({each for _, each, _ in made}) == 200
