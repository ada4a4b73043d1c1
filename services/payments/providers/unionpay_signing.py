"""How UnionPay's ACP 5.1.0 signs: fields in a sorted string, its SHA-256, and over that an RSA signature (method 01).

What UnionPay sends carries its signing certificate in `signPubKeyCert`. Anybody can make a certificate: it counts only
when UnionPay's own authority, whose two certificates the merchant has, issued it to UnionPay.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from services.payments.errors import BadSignature

VERSION = "5.1.0"
# Whom UnionPay's certificate names, in production and in its test environment.
OWNER, TEST_OWNER = "中国银联股份有限公司", "00040000:SIGN"

_NAME = re.compile(r"[A-Za-z0-9]{1,64}")
_BRACKETS = {"{": "}", "[": "]"}
_MOST_FIELDS = 100
_LONGEST_CERTIFICATE = 16_384
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Signer:
    """The merchant's key; `cert_id` is the serial number of its certificate in decimal."""

    key: RSAPrivateKey = field(repr=False)
    cert_id: str

    @classmethod
    def from_pem(cls, key_pem: str, certificate_pem: str) -> Signer:
        """Raises ValueError unless both can be read and belong together."""
        certificate = read_certificate(certificate_pem)
        try:
            key = load_pem_private_key(key_pem.encode(), None)
        except (ValueError, TypeError) as error:
            raise ValueError("not a private key without a password") from error
        if not isinstance(key, RSAPrivateKey) or key.public_key() != certificate.public_key():
            raise ValueError("the private key and the certificate do not belong together")
        return cls(key, str(certificate.serial_number))

    def sign(self, fields: Mapping[str, str]) -> dict[str, str]:
        """The fields as they are sent: without empty ones, with `certId` and `signature`."""
        sent = {name: value for name, value in fields.items() if value} | {"certId": self.cert_id}
        signature = self.key.sign(_digest(sent), PKCS1v15(), SHA256())
        return sent | {"signature": base64.b64encode(signature).decode()}


def shared_key_signature(fields: Mapping[str, str], key: str) -> str:
    """The signature by method 11, for contracts with a shared key instead of certificates.

    The gateway is spoken to by method 01 alone: with a shared key the shop itself could make any notice.
    """
    hashed = hashlib.sha256(key.encode()).hexdigest()
    return hashlib.sha256(f"{sign_string(fields)}&{hashed}".encode()).hexdigest()


def sign_string(fields: Mapping[str, str]) -> str:
    """What is hashed: the fields but for empty ones and the signature, by name, their values as they are."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "signature")


class Trust:
    """UnionPay's certificate authority: `middle`, issued by `root`, issues the certificate that names `owner`."""

    def __init__(self, middle_pem: str, root_pem: str, owner: str = OWNER) -> None:
        """Raises ValueError unless the certificates can be read and the one issued the other."""
        self._root, self._middle, self._owner = read_certificate(root_pem), read_certificate(middle_pem), owner
        if not _issued(self._middle, self._root):
            raise ValueError("the middle certificate was not issued by the root certificate")
        # By their text: UnionPay uses the same one for years, and a chain costs two signatures to check.
        self._known: dict[str, x509.Certificate] = {}

    def verify(self, fields: Mapping[str, str], now: datetime) -> None:
        """Raises BadSignature unless UnionPay signed `fields`, by a certificate that is good at `now`."""
        if fields.get("version") != VERSION or fields.get("signMethod") != "01":
            # Older versions hash with SHA-1; who could choose the method could choose a weak one.
            raise BadSignature()
        key = self._certificate(fields.get("signPubKeyCert", ""), now).public_key()
        assert isinstance(key, RSAPublicKey)
        try:
            signature = base64.b64decode(fields.get("signature", ""), validate=True)
            key.verify(signature, _digest(fields), PKCS1v15(), SHA256())
        except (binascii.Error, ValueError, InvalidSignature) as error:
            raise BadSignature() from error

    def _certificate(self, pem: str, now: datetime) -> x509.Certificate:
        certificate = self._known.get(pem) or self._checked(pem)
        if not all(_valid(link, now) for link in (certificate, self._middle, self._root)):
            raise BadSignature()
        return certificate

    def _checked(self, pem: str) -> x509.Certificate:
        try:
            certificate = read_certificate(pem)
        except ValueError as error:
            raise BadSignature() from error
        # The same authority issues the merchants' certificates: the name decides.
        if _owner(certificate) != self._owner:
            raise BadSignature()
        if not _issued(certificate, self._middle) or not isinstance(certificate.public_key(), RSAPublicKey):
            raise BadSignature()
        if len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[pem] = certificate
        return certificate


def read_certificate(pem: str) -> x509.Certificate:
    """Raises ValueError for what is no certificate."""
    if len(pem) > _LONGEST_CERTIFICATE:
        raise ValueError("too long for a certificate")
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        # What else there is to read is read when it is asked for, and may be nonsense too.
        _ = certificate.subject, certificate.public_key(), certificate.not_valid_after_utc
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise ValueError("not a certificate") from error
    return certificate


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a notice, without empty ones. Raises ValueError for what is no form, or could be read in two ways.

    `&` and `=` are not escaped in what is signed: `a=1&b=2` may be two fields or one with an odd value. Only values in
    brackets may have `&` inside, so that nobody can hide a field of a genuine notice in another.
    """
    pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict",
                      max_num_fields=_MOST_FIELDS)
    fields = _unique(pairs)
    if not fields:
        raise ValueError("no fields")
    if any(_split(value) != [value] for value in fields.values()):
        raise ValueError("a value with a field in it")
    return fields


def read_reply(text: str) -> dict[str, str]:
    """The fields of an answer, without empty ones: `k=v&k=v` whose values are not url-encoded and may hold groups in
    brackets with `&` inside. Raises ValueError."""
    pairs = []
    for part in _split(text):
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError("a field without a value")
        pairs.append((name, value))
    return _unique(pairs)


def _unique(pairs: list[tuple[str, str]]) -> dict[str, str]:
    fields = dict(pairs)
    if len(fields) != len(pairs) or not all(_NAME.fullmatch(name) for name in fields):
        raise ValueError("a field twice, or an odd name")
    return {name: value for name, value in fields.items() if value}


def _split(text: str) -> list[str]:
    """`text` at each `&` outside of brackets. Raises ValueError for brackets that do not match."""
    parts, begins, open_ = [], 0, []
    for at, sign in enumerate(text):
        if sign in _BRACKETS:
            open_.append(_BRACKETS[sign])
        elif sign in _BRACKETS.values():
            if not open_ or open_.pop() != sign:
                raise ValueError("brackets that do not match")
        elif sign == "&" and not open_:
            parts.append(text[begins:at])
            begins = at + 1
    if open_:
        raise ValueError("brackets that do not match")
    return [*parts, text[begins:]]


def _digest(fields: Mapping[str, str]) -> bytes:
    """The hash that is signed, in hexadecimal; the signature hashes it once more."""
    return hashlib.sha256(sign_string(fields).encode()).hexdigest().encode()


def _owner(certificate: x509.Certificate) -> str:
    """The third of the four parts of the certificate's name, 041@<number>@<owner>@<number>; "" in any other."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    parts = str(names[0].value).split("@") if len(names) == 1 else []
    return parts[2] if len(parts) > 2 else ""


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
