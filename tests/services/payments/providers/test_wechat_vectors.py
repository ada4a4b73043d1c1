"""Worked examples of WeChat Pay's signatures and seals, made with an SDK that is not ours, and what changes in them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.errors import BadSignature, SignatureProbe
from services.payments.providers.wechat import Wechat
from services.payments.providers.wechat_api import Api, Secrets
from services.payments.providers.wechat_signing import Merchant, authorization, sign, unseal
from services.payments.types import PaymentEvent
from services.shared.clock import MovableClock
from services.shared.money import Money

VECTORS: dict[str, Any] = json.loads(Path("tests/data/vectors/wechatpay_v3.json").read_text(encoding="utf-8"))
MERCHANT = Merchant(VECTORS["merchant"]["mchid"], VECTORS["merchant"]["cert_serial_no"],
                    load_pem_private_key(VECTORS["merchant"]["private_key_pem"].encode(), None))  # type: ignore[arg-type]
PLATFORM: Any = load_pem_private_key(VECTORS["platform"]["private_key_pem"].encode(), None)
PUBLIC_KEY: Any = load_pem_public_key(VECTORS["platform"]["public_key_pem"].encode())
PUBLIC = {VECTORS["platform"]["public_key_id"]: PUBLIC_KEY}
SERIAL = VECTORS["platform"]["certificate_serial_hex"]
API_KEY = VECTORS["apiv3_key"].encode()
NOW = VECTORS["now_for_tests"]
AT = datetime.fromtimestamp(NOW, UTC)
SIGNED = ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial")


def named(kind: str) -> Any:
    return pytest.mark.parametrize("vector", VECTORS[kind], ids=lambda vector: vector["name"])


def provider(keys: Any, base_url: str = "http://127.0.0.1:9") -> Wechat:
    clock = MovableClock(at=AT)
    return Wechat(Api(Secrets(MERCHANT, API_KEY, keys), clock, base_url), clock, MERCHANT.mchid,
                  VECTORS["merchant"]["appid"], "")


def at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of what has nothing to wait for."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited")


def seal(headers: dict[str, str], body: bytes) -> dict[str, str]:
    """`headers` with the platform's signature for `body`."""
    message = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n"
    return headers | {"Wechatpay-Signature": b64encode(PLATFORM.sign(message, PKCS1v15(), SHA256())).decode()}


@pytest.fixture
async def certified() -> AsyncIterator[Wechat]:
    """A provider that knows no public key and has fetched the certificate of the vectors."""

    async def certificates(request: web.Request) -> web.Response:
        body = json.dumps(VECTORS["certificates_download"]["response_body"]).encode()
        stamps = {"Wechatpay-Timestamp": str(NOW), "Wechatpay-Nonce": "n", "Wechatpay-Serial": SERIAL}
        return web.Response(body=body, headers=seal(stamps, body))

    app = web.Application()
    app.add_routes([web.get("/v3/certificates", certificates)])
    async with TestServer(app, host="127.0.0.1") as server:
        made = provider({}, str(server.make_url("")).rstrip("/"))
        await made.read_events(BY_CERTIFICATE["headers"], BY_CERTIFICATE["body"].encode(), AT)
        yield made
        await made.aclose()


BY_KEY, BY_CERTIFICATE = VECTORS["callbacks"][:2]


@pytest.mark.parametrize("vector", VECTORS["request_signing"], ids=lambda vector: vector["name"])
def test_requests_are_signed(vector: dict[str, Any]) -> None:
    made = authorization(MERCHANT, vector["method"], vector["path_and_query"], vector["body"].encode(),
                         int(vector["timestamp"]), vector["nonce_str"])
    assert made == vector["authorization_header"]


def test_other_messages_are_signed_the_same_way() -> None:
    (vector,) = VECTORS["jsapi_paysign"]
    lines = (vector[name].encode() for name in ("appId", "timeStamp", "nonceStr", "package"))
    assert sign(MERCHANT.key, *lines) == vector["paySign"]


@named("callbacks")
async def test_notices(vector: dict[str, Any], certified: Wechat) -> None:
    judge = certified if vector["headers"]["Wechatpay-Serial"] == SERIAL else provider(PUBLIC)
    body = vector["body"].encode()
    if not vector["accept"]:
        odd = {"valid signature but GCM tag broken": ValueError,
               "signature probe WECHATPAY/SIGNTEST/ prefix": SignatureProbe}
        with pytest.raises(odd.get(vector["name"], BadSignature)):
            await judge.read_events(vector["headers"], body, AT)
        return
    assert json.loads(unseal(API_KEY, json.loads(body)["resource"])) == vector["decrypted"]
    (event,) = await judge.read_events(vector["headers"], body, AT)
    assert event.provider_payment_id == vector["decrypted"].get("refund_id", vector["decrypted"]["transaction_id"])


def test_a_payment_is_read_whole() -> None:
    assert at_once(provider(PUBLIC).read_events(BY_KEY["headers"], BY_KEY["body"].encode(), AT)) == (PaymentEvent(
        "wechat", "EV-2018022511223320873", "payment", "succeeded", "SHOP202510090001", "4200002000202510091234567890",
        Money(1999, "CNY"), datetime(2025, 10, 9, 8, 53, 19, tzinfo=UTC), facts={"total": "1999"}),)


@named("responses")
async def test_replies(vector: dict[str, Any]) -> None:
    await provider(PUBLIC)._api.verify(vector["headers"], vector["body"].encode(), AT)
    with pytest.raises(BadSignature):
        await provider(PUBLIC)._api.verify(vector["headers"], vector["body"].encode() + b" ", AT)


def test_certificates_are_opened() -> None:
    (sealed,) = VECTORS["certificates_download"]["response_body"]["data"]
    assert unseal(API_KEY, sealed["encrypt_certificate"]).decode() == VECTORS["certificates_download"]["decrypted_pem"]
    with pytest.raises(ValueError, match="another key"):
        unseal(API_KEY[::-1], sealed["encrypt_certificate"])


def test_a_replay_is_refused_outside_the_window_only() -> None:
    """Inside it the same event comes again, and the shop counts it once."""
    rule = VECTORS["clock_rule"]
    for now in rule["accept_now"]:
        (event,) = at_once(provider(PUBLIC).read_events(
            BY_KEY["headers"], BY_KEY["body"].encode(), datetime.fromtimestamp(now, UTC)))
        assert event.event_id == "EV-2018022511223320873"
    for now in rule["reject_now"]:
        with pytest.raises(BadSignature):
            at_once(provider(PUBLIC).read_events(
                BY_KEY["headers"], BY_KEY["body"].encode(), datetime.fromtimestamp(now, UTC)))


def changed(data: bytes, position: int, by: int) -> bytes:
    return data[:position] + bytes((data[position] ^ by,)) + data[position + 1:]


def refused(judge: Wechat, vector: dict[str, Any], part: str, position: int, by: int) -> bool:
    """Whether the notice is refused when one byte of a signed part is another."""
    headers, body = dict(vector["headers"]), vector["body"].encode()
    if part == "body":
        body = changed(body, position, by)
    else:
        headers[part] = changed(headers[part].encode(), position, by).decode("latin-1")
    try:
        at_once(judge.read_events(headers, body, AT))
    except BadSignature:
        return True
    return False


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from((*SIGNED, "body")), st.integers(1, 255))
def test_any_byte_changed_is_refused(data: st.DataObject, part: str, by: int) -> None:
    length = len(BY_KEY["body"].encode()) if part == "body" else len(BY_KEY["headers"][part])
    assert refused(provider(PUBLIC), BY_KEY, part, data.draw(st.integers(0, length - 1)), by)


async def test_each_byte_changed_is_refused_by_certificate_too(certified: Wechat) -> None:
    """Bit 1 makes a digit another digit, bit 32 a letter another case: both are the likeliest to be overlooked."""
    parts = {name: len(BY_CERTIFICATE["headers"][name]) for name in SIGNED}
    parts["body"] = len(BY_CERTIFICATE["body"].encode())
    passed = [(part, position, by) for part, length in parts.items() for position in range(length) for by in (1, 32)
              if not refused(certified, BY_CERTIFICATE, part, position, by)]
    assert passed == []


def test_a_signature_has_one_spelling() -> None:
    """Four bits of its last letter stand for nothing: a lenient reader takes sixteen letters for the same bytes."""
    last = BY_KEY["headers"]["Wechatpay-Signature"].index("=") - 1
    passed = [by for by in range(1, 256) if not refused(provider(PUBLIC), BY_KEY, "Wechatpay-Signature", last, by)]
    assert passed == []


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(("ciphertext", "nonce", "associated_data")), st.integers(1, 127))
def test_any_byte_of_what_is_sealed_changed_is_refused(data: st.DataObject, part: str, by: int) -> None:
    """Even under a genuine signature."""
    sealed = json.loads(BY_KEY["body"])["resource"]
    position = data.draw(st.integers(0, len(sealed[part]) - 1))
    sealed[part] = changed(sealed[part].encode(), position, by).decode("latin-1")
    with pytest.raises(ValueError, match=r"."):
        unseal(API_KEY, sealed)


@pytest.mark.parametrize("name", SIGNED)
def test_a_missing_header_is_refused(name: str) -> None:
    headers = {key: value for key, value in BY_KEY["headers"].items() if key != name}
    with pytest.raises(BadSignature):
        at_once(provider(PUBLIC).read_events(headers, BY_KEY["body"].encode(), AT))


def test_another_way_to_sign_is_refused() -> None:
    headers = BY_KEY["headers"] | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}
    with pytest.raises(BadSignature):
        at_once(provider(PUBLIC).read_events(headers, BY_KEY["body"].encode(), AT))
