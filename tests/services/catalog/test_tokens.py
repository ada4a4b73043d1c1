from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.search import edit_distance, parse
from services.catalog.tokens import index_tokens, query_tokens


@pytest.mark.parametrize(("text", "tokens"), [
    ("净化器", ["净", "化", "器", "净化", "化器"]),
    ("６５Ｗ Purifiers", ["65w", "65", "w", "purifier"]),
    ("QL-TV65", ["ql", "tv65", "tv", "65"]),
    ("Café's 灯", ["cafe", "s", "灯"]),
    ("%_' OR *", ["or"]),
])
def test_tokens_of_a_text(text: str, tokens: list[str]) -> None:
    assert index_tokens(text) == tokens


@given(st.text())
def test_whatever_is_typed_becomes_plain_tokens(text: str) -> None:
    for term in parse(text):
        for alternative in term:
            assert alternative
            assert all(token.isalnum() for token in alternative)


@given(st.text(alphabet="净化器空调p3ab65", min_size=1, max_size=12))
def test_a_text_is_found_by_every_piece_of_itself(text: str) -> None:
    assert set(query_tokens(text)) <= set(index_tokens(text)) or not text.isascii()


@given(st.text(max_size=8), st.text(max_size=8))
def test_edit_distance_is_a_metric(left: str, right: str) -> None:
    distance = edit_distance(left, right)
    assert distance == edit_distance(right, left)
    assert (distance == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance <= max(len(left), len(right))
