"""Sealed values open where they were sealed, with a key that is there, untouched; else not at all."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.crypto import SealBroken, Vault, new_key

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
VAULT = Vault({"k1": OLD})
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS)
def test_what_is_sealed_opens_in_its_place(text: str, place: str) -> None:
    assert VAULT.open(VAULT.seal(text, place), place) == text


@given(TEXTS, TEXTS, TEXTS)
def test_it_opens_in_no_other_place(text: str, place: str, other: str) -> None:
    sealed = VAULT.seal(text, place)
    if other != place:
        with pytest.raises(SealBroken):
            VAULT.open(sealed, other)


@given(st.text("0123456789"), st.data())
def test_one_changed_bit_breaks_the_seal(text: str, data: st.DataObject) -> None:
    version, key_id, encoded = VAULT.seal(text, "t.c:1").split(":")
    raw = bytearray(base64.urlsafe_b64decode(encoded))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        VAULT.open(f"{version}:{key_id}:{base64.urlsafe_b64encode(raw).decode()}", "t.c:1")


@pytest.mark.parametrize("sealed", ["", "v1", "v1:k1", "v1:k1:", "v1:k1:AAAA", "v2:k1:AAAA", "v1:k9:AAAA", "x:y:z:w"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(SealBroken):
        VAULT.open(sealed, "t.c:1")


@given(st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, lambda part: st.lists(part) | st.dictionaries(
    TEXTS, part), max_leaves=5))
def test_documents_come_back(value: object) -> None:
    assert VAULT.open_json(VAULT.seal_json(value, "t.c:1"), "t.c:1") == value


def test_the_same_text_is_never_sealed_the_same_way() -> None:
    assert len({VAULT.seal("13800000001", "t.c:1") for _ in range(20)}) == 20


def test_rotation_seals_with_the_new_key_and_keeps_old_values_and_indexes() -> None:
    rotated = Vault({"k2": NEW, "k1": OLD})
    assert rotated.open(VAULT.seal("Lin", "t.c:1"), "t.c:1") == "Lin"
    sealed = rotated.seal("Lin", "t.c:1")
    assert sealed.startswith("v1:k2:")
    with pytest.raises(SealBroken):
        VAULT.open(sealed, "t.c:1")
    assert rotated.blind_index("13800000001", "phone") == VAULT.blind_index("13800000001", "phone")


@given(TEXTS, TEXTS)
def test_a_blind_index_tells_texts_and_purposes_apart(one: str, other: str) -> None:
    index = VAULT.blind_index(one, "phone")
    assert len(index) == 32 and index == VAULT.blind_index(one, "phone")
    assert (index == VAULT.blind_index(other, "phone")) is (one == other)
    assert index != VAULT.blind_index(one, "email")
    assert index != Vault({"k1": NEW}).blind_index(one, "phone")


# One key for all: the names of tests must be the same in every process.
KEY = "A" * 43


@pytest.mark.parametrize("setting", [
    "", "k1", "k1:", "k1:short", f":{KEY}", f"k-1:{KEY}", f"k1:{KEY},", f"k1:{KEY}AAAA",
    f"k1:{KEY},k1:{KEY}",
])
def test_settings_that_are_no_keys_are_refused(setting: str) -> None:
    with pytest.raises(ValueError):
        Vault.from_setting(setting)


def test_the_setting_takes_keys_newest_first() -> None:
    one, two = new_key(), new_key()
    both, old = Vault.from_setting(f"k2:{two}, k1:{one}"), Vault.from_setting(f"k1:{one}")
    assert both.seal("x", "p").startswith("v1:k2:")
    assert both.open(old.seal("x", "p"), "p") == "x"
