"""UnionPay's signatures: examples made by a port of the official SDK, each byte of them changed, other keys."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from services.payments.errors import BadSignature
from services.payments.providers.unionpay_signing import (
    OWNER,
    TEST_OWNER,
    Signer,
    Trust,
    read_form,
    read_reply,
    shared_key_signature,
    sign_string,
)

VECTORS: dict[str, Any] = json.loads(Path("tests/data/vectors/unionpay.json").read_text(encoding="utf-8"))
KEYS = VECTORS["keys"]
AT = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
GENUINE = VECTORS["notifies"][0]
# A changed serial number may be negative, which is said before it is refused.
pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number")


@pytest.fixture(scope="module")
def trust() -> Trust:
    return Trust(KEYS["middle"], KEYS["root"], TEST_OWNER)


def accepted(trust: Trust, body: bytes, at: datetime = AT) -> bool:
    try:
        trust.verify(read_form(body), at)
    except (BadSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize("case", VECTORS["requests"], ids=lambda case: case["name"])
def test_requests_are_signed_like_the_sdk_does(case: dict[str, Any]) -> None:
    signer = Signer.from_pem(KEYS["merchant_key"], KEYS["merchant_cert"])
    assert signer.cert_id == VECTORS["merchant_certId_decimal_serial"]
    assert sign_string(case["input"] | {"certId": signer.cert_id}) == case["sign_string"]
    assert signer.sign(case["input"]) == case["signed_form"]


@pytest.mark.parametrize("case", VECTORS["secure_key"], ids=lambda case: case["name"])
def test_a_shared_key_signs_like_the_sdk_does(case: dict[str, Any]) -> None:
    assert shared_key_signature(case["input"], case["secureKey"]) == case["signature"]


@pytest.mark.parametrize("case", VECTORS["notifies"], ids=lambda case: case["name"])
def test_notices_are_believed_or_not_like_by_the_sdk(case: dict[str, Any], trust: Trust) -> None:
    body = case["raw_form_body"].encode()
    assert read_form(body) == case["fields"]
    assert accepted(trust, body) == case["accept"]


def test_no_byte_of_a_notice_can_be_another(trust: Trust) -> None:
    """At each place another character, in turn; one that reads as the very same fields (%2b for %2B) is the same."""
    body = GENUINE["raw_form_body"].encode()
    for at, byte in enumerate(body):
        changed = body[:at] + bytes([byte ^ (32 if chr(byte).isalpha() else 1)]) + body[at + 1:]
        if accepted(trust, changed):
            assert b"%" in body[at - 2:at] and read_form(changed) == GENUINE["fields"], at


@given(at=st.integers(0, 10**6), other=st.integers(0, 255))
def test_no_byte_of_a_notice_can_be_any_other(at: int, other: int, trust: Trust) -> None:
    body = GENUINE["raw_form_body"].encode()
    at %= len(body)
    changed = body[:at] + bytes([other]) + body[at + 1:]
    if accepted(trust, changed):
        assert read_form(changed) == GENUINE["fields"]


@given(data=st.data())
def test_no_character_of_a_signed_value_can_be_another(data: st.DataObject, trust: Trust) -> None:
    """The certificate's text is signed like all else."""
    name = data.draw(st.sampled_from(sorted(GENUINE["fields"])))
    value = GENUINE["fields"][name]
    at = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda sign: sign != value[at]))
    with pytest.raises(BadSignature):
        trust.verify(GENUINE["fields"] | {name: value[:at] + other + value[at + 1:]}, AT)
    with pytest.raises(BadSignature):
        trust.verify({known: GENUINE["fields"][known] for known in GENUINE["fields"] if known != name}, AT)


def test_a_field_cannot_be_hidden_in_another(trust: Trust) -> None:
    """What is signed is the same string; read as a form it would have no amount."""
    body = GENUINE["raw_form_body"].encode()
    assert b"&txnAmt=1999" in body
    hidden = body.replace(b"&txnAmt=1999", b"").replace(
        b"&traceTime=1009165320", b"&traceTime=1009165320%26txnAmt%3D1999")
    fields = {name: value for name, value in GENUINE["fields"].items() if name != "txnAmt"}
    trust.verify(fields | {"traceTime": "1009165320&txnAmt=1999"}, AT)
    with pytest.raises(ValueError, match="a value with a field in it"):
        read_form(hidden)


@pytest.mark.parametrize("body", [
    b"", b"a", b"a=1&a=1", b"a=1&&b=2", b"a%20b=1", b"=1", b"a=%ff", b"\xff=1", b"a=%5B", b"a=%7B%5D", b"a=%5D",
    b"&".join(b"f%d=1" % at for at in range(101)),
])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        read_form(body)


def test_empty_fields_are_none() -> None:
    assert read_form(b"a=1&b=&c=3") == {"a": "1", "c": "3"}


def test_answers_are_not_url_encoded_and_may_have_groups() -> None:
    text = "respMsg=成功[0000000]&cardTransData={a=1&b={c=2&d=[3&4]}}&signature=a+b/c==&empty=&accNo=62%2A"
    assert read_reply(text) == {
        "respMsg": "成功[0000000]", "cardTransData": "{a=1&b={c=2&d=[3&4]}}", "signature": "a+b/c==", "accNo": "62%2A"}


@pytest.mark.parametrize("text", ["", "a", "a=1&b", "a=1&a=2", "a={1", "a=1}", "a={[}]", "<html>=1"])
def test_an_answer_without_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_reply(text)


@pytest.mark.parametrize(("field", "value"), [("version", "5.0.0"), ("signMethod", "11"), ("signMethod", "12")])
def test_weaker_methods_are_refused_even_when_signed(field: str, value: str, trust: Trust) -> None:
    with pytest.raises(BadSignature):
        trust.verify(by_unionpay({"orderId": "1", field: value}, KEYS["unionpay_sign_cert"]), AT)
    trust.verify(by_unionpay({"orderId": "1"}, KEYS["unionpay_sign_cert"]), AT)


def test_another_merchants_certificate_of_the_same_authority_is_refused(trust: Trust) -> None:
    fields = by_unionpay({"orderId": "1"}, KEYS["merchant_cert"], KEYS["merchant_key"])
    with pytest.raises(BadSignature):
        trust.verify(fields, AT)
    # It is the name alone that is wrong.
    Trust(KEYS["middle"], KEYS["root"], "MERCHANT").verify(fields, AT)


def test_the_test_environment_is_not_production(trust: Trust) -> None:
    with pytest.raises(BadSignature):
        Trust(KEYS["middle"], KEYS["root"], OWNER).verify(GENUINE["fields"], AT)


@pytest.mark.parametrize("at", [datetime(2023, 12, 31, tzinfo=UTC), datetime(2054, 1, 2, tzinfo=UTC)])
def test_certificates_count_while_they_are_valid(at: datetime, trust: Trust) -> None:
    trust.verify(GENUINE["fields"], AT)  # known from here on
    with pytest.raises(BadSignature):
        trust.verify(GENUINE["fields"], at)


class Authority:
    """A certificate authority of our own making. Its names can be anybody's, its keys not."""

    def __init__(self, root: str = "ROOT", middle: str = "MIDDLE") -> None:
        self.root_key, self.middle_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = issue(root, root, self.root_key.public_key(), self.root_key)
        self.middle = issue(middle, root, self.middle_key.public_key(), self.root_key)
        self._name = middle

    def trust(self, owner: str = OWNER) -> Trust:
        return Trust(self.middle, self.root, owner)

    def leaf(self, name: str = f"041@Z12@{OWNER}@00000001", days: int = 365) -> str:
        key: Any = load_pem_private_key(KEYS["unionpay_sign_key"].encode(), None)
        return issue(name, self._name, key.public_key(), self.middle_key, days)


def issue(subject: str, issuer: str, key: Any, by: Any, days: int = 3650) -> str:
    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    built = (x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(issuer)).public_key(key)
             .serial_number(7).not_valid_before(AT).not_valid_after(AT + timedelta(days=days)))
    return built.sign(by, SHA256()).public_bytes(Encoding.PEM).decode()


def by_unionpay(fields: dict[str, str], certificate: str, key: str = KEYS["unionpay_sign_key"]) -> dict[str, str]:
    """Fields signed with UnionPay's key of the examples, with that certificate beside them."""
    certificate_of_the_key = {KEYS["unionpay_sign_key"]: KEYS["unionpay_sign_cert"],
                              KEYS["merchant_key"]: KEYS["merchant_cert"]}[key]
    signer = Signer.from_pem(key, certificate_of_the_key)
    return signer.sign({"version": "5.1.0", "signMethod": "01", "signPubKeyCert": certificate} | fields)


def test_a_chain_of_other_keys_under_the_same_names_is_refused() -> None:
    real, other = Authority(), Authority()
    real.trust().verify(by_unionpay({"orderId": "1"}, real.leaf()), AT)
    with pytest.raises(BadSignature):
        real.trust().verify(by_unionpay({"orderId": "1"}, other.leaf()), AT)


@pytest.mark.parametrize("name", [OWNER, f"041@{OWNER}", f"041@{OWNER}@Z12@1", f"a@b@{OWNER}x@1", "041@Z12@@1"])
def test_the_owner_is_the_third_part_of_the_name(name: str) -> None:
    authority = Authority()
    with pytest.raises(BadSignature):
        authority.trust().verify(by_unionpay({"orderId": "1"}, authority.leaf(name)), AT)


def test_a_known_certificate_ends_like_any_other() -> None:
    authority = Authority()
    trust, fields = authority.trust(), by_unionpay({"orderId": "1"}, authority.leaf(days=30))
    trust.verify(fields, AT + timedelta(days=30))
    with pytest.raises(BadSignature):
        trust.verify(fields, AT + timedelta(days=30, seconds=1))


def test_what_is_not_even_a_certificate_is_refused(trust: Trust) -> None:
    """At each place of the certificate itself another byte: no kind of nonsense is more than a refusal."""
    der = x509.load_pem_x509_certificate(KEYS["unionpay_sign_cert"].encode()).public_bytes(Encoding.DER)
    for at in range(len(der)):
        changed = base64.b64encode(der[:at] + bytes([der[at] ^ 1]) + der[at + 1:]).decode()
        with pytest.raises(BadSignature):
            trust.verify(GENUINE["fields"] | {
                "signPubKeyCert": f"-----BEGIN CERTIFICATE-----\n{changed}\n-----END CERTIFICATE-----\n"}, AT)


def test_certificates_that_do_not_belong_together_stop_the_start() -> None:
    real, other = Authority(), Authority()
    with pytest.raises(ValueError, match="was not issued by the root"):
        Trust(other.middle, real.root)
    with pytest.raises(ValueError, match="do not belong together"):
        Signer.from_pem(KEYS["merchant_key"], KEYS["unionpay_sign_cert"])
    with pytest.raises(ValueError, match="not a private key"):
        Signer.from_pem(KEYS["merchant_cert"], KEYS["merchant_cert"])
    with pytest.raises(ValueError, match="not a certificate"):
        Signer.from_pem(KEYS["merchant_key"], KEYS["merchant_key"])


def test_the_key_is_not_shown() -> None:
    signer = Signer.from_pem(KEYS["merchant_key"], KEYS["merchant_cert"])
    assert repr(signer) == "Signer(cert_id='68759663125')"
