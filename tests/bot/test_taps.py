"""Every button's data fits into Telegram's 64 bytes whatever it holds, and comes back as it was packed."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from bot import discovery
from keyboards.taps import Tap

ROUTES = discovery.routes()
LARGEST = 2**63 - 1


def subclasses(kind: type[Tap]) -> Iterator[type[Tap]]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


# A prefix of version 0 is that of a base which no button carries.
TAPS = sorted((kind for kind in subclasses(Tap) if kind.__prefix__[0] != "0"), key=lambda kind: kind.__prefix__)


@pytest.mark.parametrize("kind", TAPS, ids=lambda kind: kind.__name__)
def test_every_tap_has_a_handler_under_a_versioned_prefix(kind: type[Tap]) -> None:
    assert ROUTES.taps[kind.__prefix__][0] is kind
    assert kind.__prefix__[0].isdigit() and kind.__prefix__[1:].isalnum() and len(kind.__prefix__) <= 4


# The longest words that travel in fields of text; what lists and cards make of theirs, tests/handlers/
# test_catalog_places.py proves.
WORDS = {
    "back": "t2345678901", "place": "t2345678901", "draft": "t234567890", "what": "t9999999999", "facet": "energy",
    "sort": "newest", "field": "limit_per_person", "label": "company", "code": "heilongjiang",
    "method": "cash_on_delivery", "currency": "USD",
    "key": "catalog-category-empty", "page": "privacy", "language": "zh", "tab": "available", "carrier": "shunfeng",
    "number": "YZ1234567890123", "of": "promotion", "act": "withdraw", "kind": "reduction", "step": "stacking",
    "choice": "together", "group": "s9999999999", "nonce": "0123ABCD",
    "area": "categories", "thing": "order.123456789", "token": "0123456789ABCDEF0123456789ABCDEF", "command": "report",
    "form": "xlsx", "role": "own.9223372036854775807", "permission": "approvals.decide",
    "reason": "customer", "shelf": "all", "name": "yesterday", "fallback": "other", "timing": "local",
}


def values(name: str, field: FieldInfo) -> st.SearchStrategy[Any]:
    """What the field may hold: any key of the database where it is an id, counts, and its longest word."""
    kinds = typing.get_args(field.annotation) if isinstance(field.annotation, types.UnionType) else (field.annotation,)
    if bool in kinds:
        return st.booleans()
    if int in kinds:
        numbers = st.integers(0, LARGEST) if field.metadata else st.integers(0, 99_999)
        return numbers | st.none() if type(None) in kinds else numbers
    return st.sampled_from([WORDS[name], ""] if field.default == "" else [WORDS[name]])


@pytest.mark.parametrize("kind", TAPS, ids=lambda kind: kind.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_every_tap_fits_and_comes_back(kind: type[Tap], data: st.DataObject) -> None:
    tap = kind(**{name: data.draw(values(name, field)) for name, field in kind.model_fields.items()})
    packed = tap.pack()
    assert len(packed.encode()) <= 64
    assert kind.unpack(packed) == tap


@given(st.sampled_from(TAPS), st.text(max_size=60))
def test_crafted_data_is_read_or_refused(kind: type[Tap], rest: str) -> None:
    try:
        tap = kind.unpack(f"{kind.__prefix__}:{rest}")
    except (ValueError, TypeError):
        return
    assert isinstance(tap, kind)
