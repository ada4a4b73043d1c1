"""Crypto Pay's webhooks: examples of a published SDK, each byte of them changed, their age, and what is in them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.errors import BadSignature
from services.payments.providers.cryptopay import App, CryptoPay, verify
from services.payments.types import PaymentEvent
from services.shared.clock import MovableClock
from services.shared.money import Money

VECTORS: dict[str, Any] = json.loads(Path("tests/data/vectors/cryptopay_webhook.json").read_text(encoding="utf-8"))
TOKEN = VECTORS["api_token"]
VALID = VECTORS["cases"][0]
SENT = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
NUMBER = "A0000000000000000001"


def provider(now: datetime = SENT) -> CryptoPay:
    return CryptoPay(App(TOKEN), MovableClock(at=now))


async def read(body: bytes, signature: str | None = None, now: datetime = SENT) -> tuple[PaymentEvent, ...]:
    signed = sign(body) if signature is None else signature
    return await provider(now).read_events({"crypto-pay-api-signature": signed}, body, now)


def sign(body: bytes) -> str:
    return hmac.new(bytes.fromhex(VECTORS["secret_hex"]), body, hashlib.sha256).hexdigest()


def update(invoice: dict[str, Any], **more: Any) -> bytes:
    told = {"invoice_id": 7, "status": "paid", "currency_type": "fiat", "fiat": "USD", "amount": "19.99",
            "payload": NUMBER} | invoice
    return json.dumps({"update_id": 1, "update_type": "invoice_paid", "request_date": "2025-10-09T08:53:20.000Z",
                       "payload": told} | more).encode()


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_signatures_are_judged_like_by_the_sdk(case: dict[str, Any]) -> None:
    given_signature, body = case["header_crypto_pay_api_signature"], case["body"].encode()
    if case["accept"]:
        verify(TOKEN, given_signature, body)
    else:
        with pytest.raises(BadSignature):
            verify(TOKEN, given_signature, body)


async def test_the_example_is_read_to_the_cent() -> None:
    """Its payload is not a number of ours; with one of ours it is a payment."""
    with pytest.raises(ValueError, match="not an invoice of the shop"):
        await read(VALID["body"].encode(), VALID["header_crypto_pay_api_signature"])
    body = VALID["body"].replace("SHOP202510090001", NUMBER).encode()
    assert await read(body) == (PaymentEvent(
        "cryptopay", "528890:paid", "payment", "succeeded", NUMBER, "528890", Money(1999, "USD"), SENT,
        facts={"invoice_id": "528890"}),)


@given(at=st.integers(0, 10**6), other=st.integers(0, 255))
async def test_no_byte_of_a_notice_can_be_any_other(at: int, other: int) -> None:
    body = VALID["body"].encode()
    at %= len(body)
    if body[at] != other:
        with pytest.raises(BadSignature):
            await read(body[:at] + bytes([other]) + body[at + 1:], VALID["header_crypto_pay_api_signature"])


@given(at=st.integers(0, 63), other=st.characters())
async def test_no_character_of_the_signature_can_be_any_other(at: int, other: str) -> None:
    signature = VALID["header_crypto_pay_api_signature"]
    if signature[at] != other:
        with pytest.raises(BadSignature):
            await read(VALID["body"].encode(), signature[:at] + other + signature[at + 1:])


async def test_no_signature_is_a_wrong_one() -> None:
    with pytest.raises(BadSignature):
        await provider().read_events({}, VALID["body"].encode(), SENT)
    # Anybody can sign with no token.
    open_to_all = hmac.new(hashlib.sha256(b"").digest(), b"{}", hashlib.sha256).hexdigest()
    with pytest.raises(BadSignature):
        verify("", open_to_all, b"{}")


@pytest.mark.parametrize(("age", "accepted"), [
    (timedelta(days=4), True), (timedelta(days=4, seconds=1), False),
    (timedelta(minutes=-10), True), (timedelta(minutes=-10, seconds=-1), False),
])
async def test_a_notice_counts_for_four_days(age: timedelta, accepted: bool) -> None:
    """Three days of repetitions and one to spare; a clock may be ten minutes slow."""
    if accepted:
        assert len(await read(update({}), now=SENT + age)) == 1
    else:
        with pytest.raises(BadSignature):
            await read(update({}), now=SENT + age)


@pytest.mark.parametrize("body", [
    update({}, update_type="check_activated"), update({}, payload={"payload": ""}), update({"payload": ""}),
    update({"status": "active"}), update({}, payload=[]),
])
async def test_other_news_is_no_event(body: bytes) -> None:
    assert await read(body) == ()


@pytest.mark.parametrize("body", [
    b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"NaN", b'{"request_date": 1}', update({}, request_date="yesterday"),
    update({"currency_type": "crypto"}), update({"fiat": "XXX"}), update({"fiat": None}), update({"payload": "x"}),
    update({"invoice_id": "7"}), update({"invoice_id": 0}), update({"invoice_id": True}),
    update({"invoice_id": 10**18}),
    update({"amount": "19.999"}), update({"amount": "0"}), update({"amount": "-1"}), update({"amount": "1e3"}),
    update({"amount": None}), update({"amount": True}), update({"amount": "19.99 "}), update({"amount": 10**15}),
    update({"amount": "x"}).replace(b'"x"', b"1e999999999"), update({"amount": "x"}).replace(b'"x"', b"1e-999999999"),
    update({"amount": "x"}).replace(b'"x"', b"NaN"), update({"amount": "x"}).replace(b'"x"', b"-Infinity"),
    update({"amount": "x"}).replace(b'"x"', b"19.990000000000000000000000000001"),
], ids=lambda body: repr(body[-40:]))
async def test_signed_nonsense_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        await read(body)


async def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(BadSignature):
        await read(update({}, request_date="2025-10-09T08:53:20"))


@given(cents=st.integers(1, 10**15 - 1), number=st.booleans())
async def test_amounts_are_exact(cents: int, number: bool) -> None:
    """As strings and as JSON numbers: a float would lose a cent from 2**53 on, and sooner."""
    plain = str(Decimal(cents).scaleb(-2))
    body = update({"amount": "x"}).replace(b'"x"', plain.encode() if number else json.dumps(plain).encode())
    (event,) = await read(body)
    assert event.amount == Money(cents, "USD")
