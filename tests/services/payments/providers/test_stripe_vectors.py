"""Signatures made by Stripe's own SDK, through our code; and that no byte of a genuine notice can change."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.errors import BadSignature
from services.payments.providers.stripe import Stripe
from services.payments.providers.stripe_notices import HEADER, verify
from services.shared.clock import MovableClock

CASES: list[dict[str, Any]] = json.loads(
    Path("tests/data/vectors/stripe_webhook.json").read_text(encoding="utf-8"))["cases"]
GENUINE = CASES[0]
BODY, SIGNED, SECRET = GENUINE["payload"].encode(), GENUINE["header"], GENUINE["secret"]
NOW = datetime.fromtimestamp(GENUINE["now"], UTC)
# The SDK lets a moment in the future pass; the shop does not.
STRICTER = {"future timestamp is NOT rejected by the official SDK"}


def accepted(secret: str, header: str, body: bytes, now: datetime = NOW) -> bool:
    try:
        verify(secret, header, body, now)
    except BadSignature:
        return False
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_vectors(case: dict[str, Any], clock: MovableClock) -> None:
    now = datetime.fromtimestamp(case["now"], UTC)
    provider = Stripe("sk_test_12345678", case["secret"], clock)
    headers, body = {HEADER: case["header"]}, case["payload"].encode()
    if case["accept"] and case["name"] not in STRICTER:
        # The payment is genuine and carries no number of ours: somebody else's business.
        assert await provider.read_events(headers, body, now) == ()
    else:
        with pytest.raises(BadSignature):
            await provider.read_events(headers, body, now)


def test_the_vectors_have_both_kinds() -> None:
    assert {case["accept"] for case in CASES} == {True, False}
    assert {case["name"] for case in CASES} >= STRICTER


@pytest.mark.parametrize(("seconds", "genuine"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_the_window_is_as_wide_into_the_future(seconds: int, genuine: bool) -> None:
    now = datetime.fromtimestamp(1760000000 + seconds, UTC)
    assert accepted(SECRET, SIGNED, BODY, now) is genuine


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_no_byte_of_the_body_can_change(at: int, flip: int) -> None:
    changed = BODY[:at] + bytes([BODY[at] ^ flip]) + BODY[at + 1:]
    assert not accepted(SECRET, SIGNED, changed)


@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 0x10FFFF).filter(lambda code: not 0xD800 <= code < 0xE000))
def test_no_character_of_the_header_can_change(at: int, code: int) -> None:
    changed = SIGNED[:at] + chr(code) + SIGNED[at + 1:]
    assert accepted(SECRET, changed, BODY) is (changed == SIGNED)


@given(st.text(max_size=120), st.binary(max_size=200))
def test_whatever_is_sent_is_refused_and_nothing_breaks(header: str, body: bytes) -> None:
    assert not accepted(SECRET, header, body)
    assert not accepted("", header, body)


@pytest.mark.parametrize("header", [
    SIGNED.replace("v1=", "v0="), SIGNED + ",t=1760000001", "t=1760000001," + SIGNED, SIGNED.replace("v1=", "v1= "),
    SIGNED.replace("t=1760000000", "t=１７６００００００0"), SIGNED.replace("t=1760000000", "t=+1760000000"),
    "t=1760000000,v1=", SIGNED.upper(),
])
def test_other_headers_are_refused(header: str) -> None:
    assert not accepted(SECRET, header, BODY)


def test_a_second_signature_beside_a_wrong_one_is_enough_and_v0_counts_for_nothing() -> None:
    wrong = "v1=" + "0" * 64
    stamp, genuine = SIGNED.split(",")
    assert accepted(SECRET, f"{stamp},{wrong},{genuine}", BODY)
    assert accepted(SECRET, f"{stamp},{genuine},{wrong},v0=abc", BODY)
    assert not accepted(SECRET, f"{stamp},{wrong},{genuine.replace('v1', 'v0')}", BODY)


@pytest.mark.parametrize("secret", ["", " ", "\t"])
def test_no_secret_is_closed(secret: str) -> None:
    assert not accepted(secret, SIGNED, BODY)
