"""Worked examples of Alipay's signatures, made with two SDKs (tests/data/vectors/alipay.json), through our code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.errors import BadSignature
from services.payments.provider import Unreachable
from services.payments.providers import alipay_reading, alipay_signing
from services.payments.providers.alipay import Account, Alipay
from services.payments.types import PaymentEvent
from services.shared.clock import MovableClock
from services.shared.money import Money

VECTORS: dict[str, Any] = json.loads(Path("tests/data/vectors/alipay.json").read_text(encoding="utf-8"))
KEYS = alipay_signing.Keys(VECTORS["app_private_key_pkcs1_pem"], VECTORS["alipay_public_key_pem"])
# Alipay's side of the examples.
SIGNER = alipay_signing.Keys(VECTORS["alipay_private_key_pkcs1_pem"], VECTORS["app_public_key_pem"])
REQUESTS = [each for each in VECTORS["requests"] if "params" in each]
NOTICES, REPLIES = VECTORS["notifies"], VECTORS["sync_responses"]
GENUINE = [each for each in NOTICES if each["accept"]]
GENUINE_REPLIES = [each for each in REPLIES if each["accept"]]
NUMBER, TRADE, PRICE = "SHOP202510090001", "2025100922001400001400000001", Money(1999, "CNY")
PAID_AT = datetime(2025, 10, 9, 8, 53, 18, tzinfo=UTC)
NOW = datetime(2025, 10, 9, 9, 0, tzinfo=UTC)


def name(vector: dict[str, Any]) -> str:
    return vector["name"]


@pytest.fixture
async def alipay() -> Any:
    """The shop of the examples; its gateway answers nobody."""
    account = Account("2021000000000001", "2088000000000001", gateway="http://127.0.0.1:9/gateway.do")
    provider = Alipay(account, KEYS, MovableClock(at=NOW))
    yield provider
    await provider.aclose()


@pytest.mark.parametrize("vector", REQUESTS, ids=name)
def test_requests_are_signed_like_the_sdks_do(vector: dict[str, Any]) -> None:
    assert alipay_signing.content(vector["params"]) == vector["sign_content"]
    assert KEYS.sign(vector["sign_content"]) == vector["sign"]


def test_an_address_of_the_sdk_has_our_signature() -> None:
    query = next(each["query_string"] for each in VECTORS["requests"] if "query_string" in each)
    params = dict(parse_qsl(query))
    assert KEYS.sign(alipay_signing.content(params)) == params["sign"]


@pytest.mark.parametrize("vector", GENUINE, ids=name)
def test_a_genuine_notice_is_read(vector: dict[str, Any]) -> None:
    fields = alipay_signing.read_notice(KEYS, vector["raw_body"].encode())
    unsigned = ("sign", "sign_type")
    assert fields == {key: value for key, value in vector["form_fields"].items() if key not in unsigned}
    assert "&".join(f"{key}={value}" for key, value in sorted(fields.items())) == vector["verify_content"]


@pytest.mark.parametrize("vector", [each for each in NOTICES if not each["accept"]], ids=name)
async def test_a_forged_notice_is_refused(alipay: Alipay, vector: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        await alipay.read_events({}, vector["raw_body"].encode(), NOW)


async def test_what_the_notices_of_payments_say(alipay: Alipay) -> None:
    said = {name(each): await alipay.read_events({}, each["raw_body"].encode(), NOW)
            for each in GENUINE if "refund" not in name(each)}
    paid = PaymentEvent("alipay", f"notice:{TRADE}:succeeded", "payment", "succeeded", NUMBER, TRADE, PRICE, PAID_AT,
                        facts={"trade_no": TRADE})
    closed = PaymentEvent("alipay", f"notice:{TRADE}:failed", "payment", "failed", NUMBER, TRADE, PRICE,
                          datetime(2025, 10, 9, 9, 23, 20, tzinfo=UTC), facts={"trade_no": TRADE})
    assert said == {"trade success": (paid,), "value with + & = %": (paid,), "trade closed": (closed,)}


async def test_the_notice_of_a_refund_says_that_the_payment_came_and_the_sum_of_refunds(alipay: Alipay) -> None:
    vector = next(each for each in GENUINE if "refund" in name(each))
    notice = alipay_reading.read(alipay_signing.read_notice(KEYS, vector["raw_body"].encode()), NOW)
    assert notice is not None
    assert (notice.payment.status, notice.payment.provider_payment_id) == ("succeeded", TRADE)
    assert notice.returned == alipay_reading.Returned(
        "SHOP202510090001R1", Money(500, "CNY"), datetime(2025, 10, 9, 10, 0, tzinfo=UTC))
    # How much of the sum this refund is, only Alipay can say, which does not answer here.
    with pytest.raises(Unreachable):
        await alipay.read_events({}, vector["raw_body"].encode(), NOW)


@pytest.mark.parametrize("vector", REPLIES, ids=name)
def test_replies_are_believed_with_a_signature_over_their_own_text_alone(vector: dict[str, Any]) -> None:
    body, key = vector["raw_response"].encode(), vector["response_key"]
    if vector["accept"]:
        assert alipay_signing.read_reply(KEYS, key, body) == json.loads(vector["signed_substring"])
    else:
        with pytest.raises(BadSignature):
            alipay_signing.read_reply(KEYS, key, body)


@given(st.sampled_from(GENUINE), st.data())
def test_a_flipped_bit_anywhere_in_a_notice_is_refused(vector: dict[str, Any], data: st.DataObject) -> None:
    """In the body as it is sent; what is spelled differently and means the same (`%3A`, `%3a`) is the same notice."""
    body = bytearray(vector["raw_body"].encode())
    position = data.draw(st.integers(0, len(body) - 1))
    body[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        fields = alipay_signing.read_notice(KEYS, bytes(body))
    except BadSignature:
        return
    assert fields == alipay_signing.read_notice(KEYS, vector["raw_body"].encode())
    assert bytes(body).lower() == vector["raw_body"].encode().lower(), "only a hex digit's case may differ"


@given(st.sampled_from(GENUINE), st.data())
def test_a_changed_character_in_any_signed_field_is_refused(vector: dict[str, Any], data: st.DataObject) -> None:
    fields = dict(vector["form_fields"])
    key = data.draw(st.sampled_from(sorted(set(fields) - {"sign_type"})))
    position = data.draw(st.integers(0, len(fields[key]) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda sign: sign != fields[key][position]))
    fields[key] = fields[key][:position] + other + fields[key][position + 1:]
    with pytest.raises(BadSignature):
        alipay_signing.read_notice(KEYS, _encoded(fields))


@given(st.sampled_from(GENUINE_REPLIES), st.data())
def test_a_flipped_bit_in_the_signed_text_or_the_signature_of_a_reply_is_refused(
    vector: dict[str, Any], data: st.DataObject
) -> None:
    body = bytearray(vector["raw_response"].encode())
    start, end = body.index(b"{", 1), len(body) - 2
    position = data.draw(st.integers(start, end - 1))
    body[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((BadSignature, ValueError)):
        alipay_signing.read_reply(KEYS, vector["response_key"], bytes(body))


@pytest.mark.parametrize("inner", [
    '{"code":"10000","note":"}"}', '{"code":"10000","note":"{"}', '{"code":"10000","note":"\\"}{\\\\"}',
    '{ "code" : "10000" , "deep" : {"a":[{"b":"}"}]} }', '{"code":"10000","url":"https:\\/\\/qr.alipay.com\\/x"}',
])
def test_braces_in_strings_lead_nobody_astray(inner: str) -> None:
    signature = SIGNER.sign(inner)
    usual = f'{{"a_response":{inner},"sign":"{signature}"}}'
    for body in (usual, f'{{ "sign" : "{signature}",\n"a_response":{inner} }}\n'):
        assert alipay_signing.read_reply(KEYS, "a_response", body.encode()) == json.loads(inner)


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"<html>", b'{"a_response":{}}', b'{"sign":"x"}', b'{"a_response":{},"sign":1}',
    b'{"a_response":{},"sign":"\xc3\xa9"}', b"\xff", b'{"a_response":' + b"[" * 100_000,
    b'{"error_response":{"code":"40002"},"sign":"x"}',
])
def test_other_replies_are_not_believed(body: bytes) -> None:
    with pytest.raises((BadSignature, ValueError)):
        alipay_signing.read_reply(KEYS, "a_response", body)


def test_a_reply_with_two_answers_or_two_signatures_is_none() -> None:
    signed = f'"a_response":{{}},"sign":"{SIGNER.sign("{}")}"'
    assert alipay_signing.read_reply(KEYS, "a_response", f"{{{signed}}}".encode()) == {}
    with pytest.raises(ValueError, match="after"):
        alipay_signing.read_reply(KEYS, "a_response", f"{{{signed}}}x".encode())
    for more in ('"a_response":{"code":"10000"}', '"sign":"x"'):
        for body in (f"{{{signed},{more}}}", f"{{{more},{signed}}}"):
            with pytest.raises(ValueError, match="twice"):
                alipay_signing.read_reply(KEYS, "a_response", body.encode())


@pytest.mark.parametrize("body", [
    b"", b"a", b"sign=x", b"sign_type=RSA2", b"\xff=1", b"a=%ff&sign_type=RSA2&sign=x",
    b"&".join(b"a%d=1" % at for at in range(200)),
])
async def test_other_bodies_are_no_notices(alipay: Alipay, body: bytes) -> None:
    with pytest.raises(BadSignature):
        await alipay.read_events({}, body, NOW)


def test_a_signature_in_another_spelling_is_refused() -> None:
    """The last character before the padding has bits that say nothing."""
    fields = dict(GENUINE[0]["form_fields"])
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    sign = fields["sign"].removesuffix("==")
    other = sign[:-1] + last[last.index(sign[-1]) + 1] + "=="
    for spelling in (other, fields["sign"] + "\n", fields["sign"] + "=="):
        with pytest.raises(BadSignature):
            alipay_signing.read_notice(KEYS, _encoded(fields | {"sign": spelling}))


def test_a_field_twice_is_refused() -> None:
    genuine = GENUINE[0]["raw_body"].encode()
    for more in (b"total_amount=0.01", b"total_amount=19.99"):
        for body in (genuine + b"&" + more, more + b"&" + genuine):
            with pytest.raises(BadSignature):
                alipay_signing.read_notice(KEYS, body)


def _encoded(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()
